#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <mlops/core/error.hpp>
#include <mlops/core/markdown.hpp>
#include <mlops/core/text.hpp>
#include <mlops/tasks/arm-deploy/changes.hpp>

namespace mlops::tasks::arm_deploy {

namespace {

namespace json = boost::json;

constexpr std::size_t k_longest_value = 120;

/// How a kind of change is told. Those that change something come first.
struct Kind {
  std::string_view name;
  char sign;
  bool counts;
  std::string_view words;
};

constexpr std::array<Kind, 8> k_kinds{{
    {"Delete", '-', true, "to delete"},
    {"Create", '+', true, "to create"},
    {"Modify", '~', true, "to change"},
    {"Deploy", '!', true, "to deploy"},
    {"Unsupported", 'x', false, "that can't be told"},
    {"NoEffect", '=', false, "without effect"},
    {"NoChange", '=', false, "unchanged"},
    {"Ignore", '*', false, "not in the template"},
}};

const Kind& kind_of(const std::string& name) {
  const auto found = std::find_if(k_kinds.begin(), k_kinds.end(), [&](const Kind& kind) { return kind.name == name; });
  return found == k_kinds.end() ? k_kinds[4] : *found;
}

std::string text_at(const json::object& object, std::string_view name) {
  const auto* value = object.if_contains(name);
  return value && value->is_string() ? std::string(value->get_string()) : std::string();
}

const json::array* list_at(const json::object& object, std::string_view name) {
  const auto* value = object.if_contains(name);
  return value ? value->if_array() : nullptr;
}

std::string shown(const json::object& object, std::string_view name) {
  const auto* value = object.if_contains(name);
  if (!value || value->is_null()) return {};
  const std::string text = json::serialize(*value);
  return text.size() > k_longest_value ? core::truncate_utf8(text, k_longest_value) + "…" : text;
}

// The elements of a list are told one by one: "properties.subnets" and "0" make "properties.subnets[0]".
void add_properties(std::vector<PropertyChange>& all, const json::array& delta, const std::string& parent) {
  for (const auto& entry : delta) {
    const auto* object = entry.if_object();
    if (!object) continue;
    const std::string own = text_at(*object, "path");
    const bool is_index = !own.empty() && own.find_first_not_of("0123456789") == std::string::npos;
    const std::string path = parent.empty() ? own : is_index ? fmt::format("{}[{}]", parent, own) : parent + "." + own;
    const std::string kind = text_at(*object, "propertyChangeType");
    if (kind == "NoEffect") continue;
    const auto* children = list_at(*object, "children");
    if (children && !children->empty()) {
      add_properties(all, *children, path);
      continue;
    }
    const char sign = kind == "Create" ? '+' : kind == "Delete" ? '-' : '~';
    all.push_back({sign, path, shown(*object, "before"), shown(*object, "after")});
  }
}

// Below the group; for another group the whole id.
std::string short_name(const std::string& id) {
  constexpr std::string_view k_mark = "/providers/";
  const auto at = id.find(k_mark);
  return at == std::string::npos ? id : id.substr(at + k_mark.size());
}

std::string describe(const PropertyChange& change) {
  if (change.sign == '+') return fmt::format("+ {}: {}", change.path, change.after);
  if (change.sign == '-') return fmt::format("- {}: {}", change.path, change.before);
  return fmt::format("~ {}: {} => {}", change.path, change.before, change.after);
}

std::string totals(const Changes& changes) {
  std::vector<std::string> parts;
  for (const auto& kind : k_kinds) {
    const auto count = std::count_if(changes.resources.begin(), changes.resources.end(),
                                     [&](const ResourceChange& one) { return &kind_of(one.kind) == &kind; });
    if (count > 0) parts.push_back(fmt::format("{} {}", count, kind.words));
  }
  return parts.empty() ? "nothing" : core::join(parts, ", ");
}

}  // namespace

std::size_t Changes::count() const {
  return static_cast<std::size_t>(std::count_if(
      resources.begin(), resources.end(), [](const ResourceChange& change) { return kind_of(change.kind).counts; }));
}

Changes read_changes(const json::value& answer) {
  const auto* object = answer.if_object();
  const auto* properties = object && object->contains("properties") ? object->at("properties").if_object() : nullptr;
  const auto* list = properties ? list_at(*properties, "changes") : object ? list_at(*object, "changes") : nullptr;
  if (!list) throw core::Error("answer-invalid", "the answer to the what-if holds no changes.");
  Changes result;
  for (const auto& entry : *list) {
    const auto* change = entry.if_object();
    if (!change) continue;
    ResourceChange resource{.id = text_at(*change, "resourceId"), .name = {}, .kind = text_at(*change, "changeType")};
    resource.name = short_name(resource.id);
    if (const auto* delta = list_at(*change, "delta")) add_properties(resource.properties, *delta, "");
    if (const auto reason = text_at(*change, "unsupportedReason"); !reason.empty()) {
      result.remarks.push_back(fmt::format("{}: {}", resource.name, reason));
    }
    result.resources.push_back(std::move(resource));
  }
  std::stable_sort(result.resources.begin(), result.resources.end(),
                   [](const auto& a, const auto& b) { return &kind_of(a.kind) < &kind_of(b.kind); });
  if (const auto* remarks = list_at(properties ? *properties : *object, "diagnostics")) {
    for (const auto& remark : *remarks) {
      if (remark.is_object()) result.remarks.push_back(text_at(remark.get_object(), "message"));
    }
  }
  return result;
}

std::string to_text(const Changes& changes, const std::string& group) {
  std::string text = fmt::format("A deployment to {} has {}.\n", group, totals(changes));
  for (const auto& resource : changes.resources) {
    text += fmt::format("  {} {}\n", kind_of(resource.kind).sign, resource.name);
    for (const auto& property : resource.properties) text += fmt::format("      {}\n", describe(property));
  }
  for (const auto& remark : changes.remarks) text += fmt::format("  note: {}\n", remark);
  return text;
}

std::string to_markdown(const Changes& changes, const std::string& group) {
  std::string text = fmt::format("## What a deployment to {} changes\n\n{}.\n\n", core::markdown_text(group),
                                 changes.count() == 0 ? "Nothing: " + totals(changes) : totals(changes));
  text += "| | resource | properties |\n|---|---|---|\n";
  for (const auto& resource : changes.resources) {
    const auto& kind = kind_of(resource.kind);
    std::vector<std::string> properties;
    for (const auto& property : resource.properties) properties.push_back(core::markdown_text(describe(property)));
    text += fmt::format("| {} | {} | {} |\n", kind.counts ? fmt::format("**{}**", kind.words) : std::string(kind.words),
                        core::markdown_text(resource.name), core::join(properties, "<br>"));
  }
  for (const auto& remark : changes.remarks) text += fmt::format("\n{}\n", core::markdown_text(remark));
  return text;
}

}  // namespace mlops::tasks::arm_deploy
