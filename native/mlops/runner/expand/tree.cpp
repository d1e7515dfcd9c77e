#include <mlops/document/document.hpp>
#include <mlops/expression/value.hpp>
#include <mlops/runner/expand/tree.hpp>

namespace mlops::runner {

namespace json = boost::json;

namespace {

json::value take(Tree& tree, std::string pointer, std::unordered_map<std::string, Origin>& origins) {
  json::value result;
  if (auto* items = std::get_if<Tree::Items>(&tree.content)) {
    auto& array = result.emplace_array();
    array.reserve(items->size());
    for (auto& item : *items) {
      array.push_back(take(item, document::pointer_to(pointer, std::to_string(array.size())), origins));
    }
  } else if (auto* members = tree.members()) {
    auto& object = result.emplace_object();
    object.reserve(members->size());
    for (auto& [name, value] : *members) object[name] = take(value, document::pointer_to(pointer, name), origins);
  } else {
    result = std::move(std::get<json::value>(tree.content));
  }
  origins.emplace(std::move(pointer), std::move(tree.origin));
  return result;
}

}  // namespace

const Tree* Tree::find(std::string_view name) const {
  if (const auto* all = members()) {
    for (const auto& member : *all) {
      if (member.first == name) return &member.second;
    }
  }
  return nullptr;
}

json::value Tree::to_json() const {
  if (const auto* all = items()) {
    json::array array;
    for (const auto& item : *all) array.push_back(item.to_json());
    return array;
  }
  if (const auto* all = members()) {
    json::object object;
    for (const auto& [name, value] : *all) object[name] = value.to_json();
    return object;
  }
  return std::get<json::value>(content);
}

Tree tree_of(const json::value& value, const Origin& origin) {
  if (const auto* array = value.if_array()) {
    Tree::Items items;
    for (const auto& element : *array) items.push_back(tree_of(element, origin));
    return {std::move(items), origin};
  }
  if (const auto* object = value.if_object()) {
    Tree::Members members;
    for (const auto& member : *object) members.emplace_back(member.key(), tree_of(member.value(), origin));
    return {std::move(members), origin};
  }
  if (value.is_null()) return {json::value(""), origin};
  return {json::value(*expression::Value::from(value).to_text()), origin};
}

void put(Tree::Members& members, const std::string& name, Tree value) {
  for (auto& member : members) {
    if (member.first == name) {
      member.second = std::move(value);
      return;
    }
  }
  members.emplace_back(name, std::move(value));
}

Expanded to_expanded(Tree root) {
  Expanded result;
  result.root = take(root, "", result.origins);
  return result;
}

}  // namespace mlops::runner
