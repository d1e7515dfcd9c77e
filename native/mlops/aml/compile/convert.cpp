#include <fmt/format.h>

#include <cmath>
#include <mlops/aml/compile/fields.hpp>
#include <mlops/core/text.hpp>
#include <mlops/document/scalar.hpp>

namespace mlops::aml {

namespace {

constexpr double k_second = 1000;
constexpr double k_minute = 60 * k_second;
constexpr double k_hour = 60 * k_minute;
constexpr double k_day = 24 * k_hour;

// A variable's value is a text; where a number or a boolean is needed it counts as what it spells.
json::value typed(const Node& node) {
  return node.is_string() ? document::resolve_plain_scalar(node.as_string()) : node.value();
}

core::Error wrong(const Node& node, const std::string& expected) {
  return node.error("type-wrong",
                    fmt::format("{} is needed here, not {}.", expected, document::kind_name(node.value())));
}

double duration_of(const Node& node, double unit) {
  const json::value value = typed(node);
  if (!value.is_number() || value.to_number<double>() < 0) throw wrong(node, "a number of at least 0");
  return value.to_number<double>() * unit;
}

// "low_priority", "LowPriority" and "low-priority" are one word.
std::string squeezed(const std::string& word) {
  std::string result;
  for (const char c : core::to_lower(word)) {
    if (c != '_' && c != '-' && c != ' ') result += c;
  }
  return result;
}

}  // namespace

std::string iso_duration(double milliseconds) {
  double left = milliseconds;
  const auto take = [&left](double unit) {
    const double count = std::floor(left / unit);
    left -= count * unit;
    return static_cast<std::int64_t>(count);
  };
  const auto days = take(k_day);
  const auto hours = take(k_hour);
  const auto minutes = take(k_minute);
  std::string text = "P";
  if (days > 0) text += fmt::format("{}D", days);
  if (days > 0 && hours == 0 && minutes == 0 && left == 0) return text;
  text += "T";
  if (hours > 0) text += fmt::format("{}H", hours);
  if (minutes > 0) text += fmt::format("{}M", minutes);
  if (left > 0 || text == "PT") text += fmt::format("{}S", left / k_second);
  return text;
}

namespace convert {

json::value text(const Scope&, const Node& node) {
  return json::value(node.as_text());
}

json::value secret(const Scope& scope, const Node& node) {
  scope.resolver.keep_secret(node.as_text());
  return text(scope, node);
}

json::value integer(const Scope&, const Node& node) {
  const json::value value = typed(node);
  if (!value.is_int64()) throw wrong(node, "a whole number");
  return value;
}

json::value number(const Scope&, const Node& node) {
  const json::value value = typed(node);
  return value.is_number() ? value : json::value(node.as_number());
}

json::value boolean(const Scope&, const Node& node) {
  const json::value value = typed(node);
  if (!value.is_bool()) throw wrong(node, "true or false");
  return value;
}

json::value texts(const Scope&, const Node& node) {
  json::object object;
  for (const auto& [key, member] : node.members()) {
    object[key] = member.is_null() ? json::value("") : json::value(member.as_text());
  }
  return object;
}

json::value text_list(const Scope& scope, const Node& node) {
  return list_of(text)(scope, node);
}

json::value anything(const Scope&, const Node& node) {
  return node.value();
}

Convert preview(Convert convert) {
  return [convert = std::move(convert)](const Scope& scope, const Node& node) {
    if (scope.preview) *scope.preview = true;
    return convert(scope, node);
  };
}

json::value not_in_api(const Scope& scope, const Node& node) {
  scope.resolver.warn("this setting is not part of the stable REST API of Azure ML and is left out.", node.place());
  return nullptr;
}

json::value seconds(const Scope&, const Node& node) {
  return json::value(iso_duration(duration_of(node, k_second)));
}

json::value minutes(const Scope&, const Node& node) {
  return json::value(iso_duration(duration_of(node, k_minute)));
}

json::value milliseconds(const Scope&, const Node& node) {
  return json::value(iso_duration(duration_of(node, 1)));
}

Convert choice(std::vector<std::pair<std::string, std::string>> words) {
  return [words = std::move(words)](const Scope&, const Node& node) -> json::value {
    const std::string given = node.as_text();
    std::vector<std::string> known;
    for (const auto& [word, rest] : words) {
      if (squeezed(word) == squeezed(given)) return json::value(rest);
      known.push_back(word);
    }
    const auto nearest = core::nearest(given, known);
    throw node.error("value-invalid",
                     fmt::format("\"{}\" is not possible here{}", given, nearest ? core::did_you_mean(nearest) : "."),
                     fmt::format("Possible are {}.", fmt::join(known, ", ")));
  };
}

Convert mapping(const Table& table, std::string what) {
  return [table, what = std::move(what)](const Scope& scope, const Node& node) -> json::value {
    return filled(scope.as(what), node, table);
  };
}

Convert list_of(Convert element) {
  return [element = std::move(element)](const Scope& scope, const Node& node) -> json::value {
    if (!node.is_sequence()) throw wrong(node, "a list");
    json::array array;
    for (const auto& child : node.children()) array.push_back(element(scope, child));
    return array;
  };
}

Convert named(Convert element) {
  return [element = std::move(element)](const Scope& scope, const Node& node) -> json::value {
    json::object object;
    for (const auto& [key, member] : node.members()) object[key] = element(scope, member);
    return object;
  };
}

Convert variant(const std::string& discriminator, const std::string& rest_member, const std::vector<Variant>& variants,
                const std::string& what) {
  return [=](const Scope& scope, const Node& node) -> json::value {
    const Node type = node.is_mapping() ? node.at(discriminator) : node;
    std::vector<std::pair<std::string, std::string>> words;
    for (const auto& one : variants) words.emplace_back(one.word, one.rest_value);
    const json::value rest = choice(words)(scope, type);
    json::object body;
    for (const auto& one : variants) {
      if (one.rest_value != rest.get_string()) continue;
      if (node.is_mapping()) {
        Table table = one.table;
        table.push_back({discriminator, "", nullptr});
        fill(body, scope.as(what), node, table);
      }
      break;
    }
    body[rest_member] = rest;
    return body;
  };
}

Convert asset(const AssetKind& kind) {
  return [kind](const Scope& scope, const Node& node) -> json::value {
    return json::value(scope.resolver.asset(kind, node.as_string(), node.place()));
  };
}

json::value compute(const Scope& scope, const Node& node) {
  return json::value(scope.resolver.compute(node.as_string(), node.place()));
}

json::value datastore(const Scope& scope, const Node& node) {
  return json::value(scope.resolver.datastore(node.as_string(), node.place()));
}

}  // namespace convert

}  // namespace mlops::aml
