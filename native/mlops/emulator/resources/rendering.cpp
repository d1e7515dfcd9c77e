#include <fmt/format.h>

#include <algorithm>
#include <cctype>
#include <charconv>
#include <mlops/emulator/resources/rendering.hpp>
#include <mlops/http/url.hpp>

namespace mlops::emulator {

namespace {

constexpr std::size_t k_page = 50;
constexpr std::size_t k_longest_name = 255;

std::optional<std::size_t> number_of(const Request& request, std::string_view name) {
  const auto text = request.query_value(name);
  if (!text) return std::nullopt;
  std::size_t number = 0;
  const auto [end, failure] = std::from_chars(text->data(), text->data() + text->size(), number);
  if (failure == std::errc() && end == text->data() + text->size()) return number;
  throw ServiceError(400, "UserError",
                     fmt::format("The query parameter {} must be a whole number, not '{}'.", name, *text));
}

std::string next_link(const Context& context, const Request& request, std::size_t skip) {
  std::string url = context.base_url + request.path;
  for (const auto& [name, value] : request.query) {
    if (name != "$skip") url = http::with_query(std::move(url), name, value);
  }
  return http::with_query(std::move(url), "$skip", std::to_string(skip));
}

}  // namespace

json::object render(const Context& context, const Resource& resource, const std::string& id, const std::string& type) {
  json::object object{{"id", id}, {"name", id.substr(id.rfind('/') + 1)}, {"type", type}};
  for (const char* member : {"location", "tags", "kind", "identity", "sku", "properties"}) {
    if (const json::value* value = resource.body.if_contains(member)) object[member] = *value;
  }
  object["systemData"] = {{"createdAt", resource.created},
                          {"createdBy", context.settings.client_id},
                          {"createdByType", "Application"},
                          {"lastModifiedAt", resource.modified},
                          {"lastModifiedBy", context.settings.client_id},
                          {"lastModifiedByType", "Application"}};
  return object;
}

Response page_of(const Context& context, const Request& request, std::vector<json::value> items) {
  const std::size_t skip = number_of(request, "$skip").value_or(0);
  const auto top = number_of(request, "$top");
  const std::size_t count = std::min(top.value_or(k_page), k_page);
  const std::size_t first = std::min(skip, items.size());
  const std::size_t last = std::min(first + count, items.size());
  json::object answer;
  json::array& value = answer["value"].emplace_array();
  for (std::size_t i = first; i < last; ++i) value.push_back(std::move(items[i]));
  if (last < items.size() && !top) answer["nextLink"] = next_link(context, request, last);
  return Response::of_json(200, answer);
}

bool is_listed(const Request& request, const json::object& body) {
  const std::string view = request.query_value("listViewType").value_or("ActiveOnly");
  const json::object* properties = object_at(body, "properties");
  const bool archived = properties && flag_at(*properties, "isArchived");
  return view == "All" || archived == (view == "ArchivedOnly");
}

ServiceError not_found(const std::string& what, const std::string& name, const std::string& workspace) {
  return {404, "UserError", fmt::format("Not found {} '{}' in workspace '{}'.", what, name, workspace)};
}

void check_asset_name(const std::string& what, const std::string& name) {
  const auto is_word = [](unsigned char c) { return std::isalnum(c) != 0 || c == '_'; };
  const bool valid =
      !name.empty() && name.size() <= k_longest_name && is_word(static_cast<unsigned char>(name.front())) &&
      std::all_of(name.begin(), name.end(), [&](unsigned char c) { return is_word(c) || c == '-' || c == '.'; });
  if (valid) return;
  throw ServiceError(400, "UserError",
                     fmt::format("The {} '{}' is invalid: 1 to 255 letters, digits, '-', '_' and '.', the first one a "
                                 "letter, a digit or '_'.",
                                 what, name));
}

}  // namespace mlops::emulator
