#include <fmt/format.h>

#include <mlops/aml/compile/expressions.hpp>
#include <mlops/aml/compile/fields.hpp>
#include <mlops/aml/json_access.hpp>

namespace mlops::aml {

namespace {

json::value converted(const Scope& scope, const Node& value, const Convert& convert) {
  if (scope.bindable && whole_expression(value)) return json::value(value.as_string());
  return convert(scope, value);
}

}  // namespace

Table joined(std::initializer_list<Table> tables) {
  Table all;
  for (const auto& table : tables) all.insert(all.end(), table.begin(), table.end());
  return all;
}

void fill(json::object& body, const Scope& scope, const Node& node, const Table& table) {
  if (!node.is_mapping()) {
    throw node.error("type-wrong", fmt::format("{} is a mapping of keys and values, not {}.", scope.what,
                                               document::kind_name(node.value())));
  }
  std::vector<std::string> keys = {"$schema"};
  for (const auto& field : table) keys.push_back(field.key);
  node.require_keys(keys, scope.what);
  for (const auto& field : table) {
    const auto value = node.find(field.key);
    if (!value) {
      if (!field.required) continue;
      throw node.error("key-missing", fmt::format("{} needs the key \"{}\".", scope.what, field.key));
    }
    if (!field.convert) continue;
    json::value member = converted(scope, *value, field.convert);
    if (!member.is_null() && !field.target.empty()) set_at(body, field.target, std::move(member));
  }
}

json::object filled(const Scope& scope, const Node& node, const Table& table) {
  json::object body;
  fill(body, scope, node, table);
  return body;
}

json::value field_value(const Scope& scope, const Node& node, const Table& table, const std::string& key) {
  const auto value = node.find(key);
  if (!value) return nullptr;
  for (const auto& field : table) {
    if (field.key == key) return converted(scope, *value, field.convert);
  }
  return nullptr;
}

}  // namespace mlops::aml
