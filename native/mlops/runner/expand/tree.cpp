#include <mlops/expression/value.hpp>
#include <mlops/runner/expand/tree.hpp>

namespace mlops::runner {

namespace json = boost::json;

namespace {

json::value text_or_null(json::value& scalar) {
  if (scalar.is_string() || scalar.is_null()) return std::move(scalar);
  return json::value(*expression::Value::from(scalar).to_text());
}

template <typename Scalar>
json::value to_json_with(const Tree& tree, const Scalar& scalar) {
  if (const auto* all = tree.items()) {
    json::array array;
    for (const auto& item : *all) array.push_back(to_json_with(item, scalar));
    return array;
  }
  if (const auto* all = tree.members()) {
    json::object object;
    for (const auto& [name, value] : *all) object[name] = to_json_with(value, scalar);
    return object;
  }
  return scalar(std::get<json::value>(tree.content), tree.plain);
}

json::value take(Tree& tree) {
  json::value result;
  if (auto* items = std::get_if<Tree::Items>(&tree.content)) {
    auto& array = result.emplace_array();
    array.reserve(items->size());
    for (auto& item : *items) array.push_back(take(item));
  } else if (auto* members = tree.members()) {
    auto& object = result.emplace_object();
    object.reserve(members->size());
    for (auto& [name, value] : *members) object.insert_or_assign(name, take(value));
  } else {
    result = text_or_null(std::get<json::value>(tree.content));
  }
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
  return to_json_with(*this, [](const json::value& scalar, bool) { return scalar; });
}

json::value Tree::to_typed_json() const {
  return to_json_with(*this, [](const json::value& scalar, bool is_plain) {
    return is_plain || scalar.is_null() ? typed_scalar(scalar) : scalar;
  });
}

json::value typed_scalar(const json::value& value) {
  const auto* text = value.if_string();
  if (!text) return value.is_null() ? json::value("") : value;
  for (const auto* word : {"true", "True", "TRUE"}) {
    if (*text == word) return true;
  }
  for (const auto* word : {"false", "False", "FALSE"}) {
    if (*text == word) return false;
  }
  if (text->empty() || *text == "~" || *text == "null") return json::value("");
  const auto number = expression::parse_number(*text);
  return number && expression::Value(*number).to_text() == std::string_view(*text) ? number->to_json() : value;
}

json::value typed_value(const document::Node& node) {
  if (node.is_sequence()) {
    json::array array;
    for (const auto& element : node.children()) array.push_back(typed_value(element));
    return array;
  }
  if (node.is_mapping()) {
    json::object object;
    for (const auto& [name, below] : node.members()) object[name] = typed_value(below);
    return object;
  }
  return node.is_plain() || node.is_null() ? typed_scalar(node.value()) : node.value();
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
  return {value.is_null() ? json::value("") : value, origin};
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
  auto tree = std::make_shared<Tree>(std::move(root));
  auto values = take(*tree);
  return {std::move(values), std::move(tree)};
}

}  // namespace mlops::runner
