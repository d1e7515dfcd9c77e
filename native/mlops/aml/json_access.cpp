#include <mlops/aml/json_access.hpp>

namespace mlops::aml {

const json::value* find_at(const json::value& value, std::string_view dotted_path) {
  const json::value* at = &value;
  while (true) {
    const auto dot = dotted_path.find('.');
    const json::object* object = at->if_object();
    at = object ? object->if_contains(dotted_path.substr(0, dot)) : nullptr;
    if (!at || dot == std::string_view::npos) return at;
    dotted_path.remove_prefix(dot + 1);
  }
}

std::string text_at(const json::value& value, std::string_view dotted_path) {
  const json::value* found = find_at(value, dotted_path);
  const json::string* text = found ? found->if_string() : nullptr;
  return text ? std::string(*text) : std::string();
}

const json::object& object_at(const json::value& value, std::string_view dotted_path) {
  static const json::object k_empty;
  const json::value* found = find_at(value, dotted_path);
  const json::object* object = found ? found->if_object() : nullptr;
  return object ? *object : k_empty;
}

void set_at(json::object& object, std::string_view dotted_path, json::value value) {
  const auto dot = dotted_path.find('.');
  json::value& member = object[dotted_path.substr(0, dot)];
  if (dot == std::string_view::npos) {
    member = std::move(value);
    return;
  }
  if (!member.is_object()) member.emplace_object();
  set_at(member.get_object(), dotted_path.substr(dot + 1), std::move(value));
}

}  // namespace mlops::aml
