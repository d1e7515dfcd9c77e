#include <fmt/format.h>

#include <algorithm>
#include <mlops/core/text.hpp>
#include <mlops/emulator/deployments/functions.hpp>

namespace mlops::emulator::deployments {

namespace {

json::value contains(const Arguments& arguments) {
  const auto& where = arguments[0];
  const auto& what = arguments[1];
  if (where.is_string()) return std::string_view(where.get_string()).find(to_text(what)) != std::string_view::npos;
  if (where.is_object()) return find_member(where.get_object(), to_text(what)) != nullptr;
  const auto& items = array_of(where);
  return std::any_of(items.begin(), items.end(), [&](const json::value& item) { return same(item, what); });
}

json::value create_object(const Arguments& arguments) {
  if (arguments.size() % 2 != 0) {
    throw ExpressionError("The template function 'createObject' expects a value behind each name.");
  }
  json::object result;
  for (std::size_t i = 0; i < arguments.size(); i += 2) result[text_of(arguments[i])] = arguments[i + 1];
  return result;
}

json::value empty(const Arguments& arguments) {
  const auto& value = arguments[0];
  if (value.is_null()) return true;
  if (value.is_string()) return value.get_string().empty();
  if (value.is_object()) return value.get_object().empty();
  return array_of(value).empty();
}

json::value length(const Arguments& arguments) {
  const auto& value = arguments[0];
  if (value.is_string()) return static_cast<std::int64_t>(value.get_string().size());
  if (value.is_object()) return static_cast<std::int64_t>(value.get_object().size());
  return static_cast<std::int64_t>(array_of(value).size());
}

json::value end_of(const Arguments& arguments, bool last) {
  const auto& value = arguments[0];
  if (value.is_string()) {
    const auto& text = value.get_string();
    if (text.empty()) return json::value("");
    return json::value(std::string(1, last ? text.back() : text.front()));
  }
  const auto& items = array_of(value);
  if (items.empty()) return nullptr;
  return last ? items.back() : items.front();
}

// take() and skip() cut texts and lists alike.
json::value cut(const Arguments& arguments, bool keep_start) {
  const auto& value = arguments[0];
  const std::size_t size = value.is_string() ? value.get_string().size() : array_of(value).size();
  const auto count = static_cast<std::size_t>(std::max<std::int64_t>(integer_of(arguments[1]), 0));
  const std::size_t middle = std::min(count, size);
  const std::size_t first = keep_start ? 0 : middle;
  const std::size_t last = keep_start ? middle : size;
  if (value.is_string()) return json::value(std::string_view(value.get_string()).substr(first, last - first));
  const auto& items = value.get_array();
  return json::array(items.begin() + first, items.begin() + last);
}

// Mappings merge into one another, member by member; what else stands twice is the later one's.
void merge(json::object& target, const json::object& source) {
  for (const auto& member : source) {
    json::value& there = target[member.key()];
    if (there.is_object() && member.value().is_object()) {
      merge(there.get_object(), member.value().get_object());
    } else {
      there = member.value();
    }
  }
}

bool holds(const json::array& items, const json::value& value) {
  return std::any_of(items.begin(), items.end(), [&](const json::value& item) { return same(item, value); });
}

json::value union_of(const Arguments& arguments) {
  if (arguments.front().is_object()) {
    json::object result;
    for (const auto& argument : arguments) merge(result, object_of(argument));
    return result;
  }
  json::array result;
  for (const auto& argument : arguments) {
    for (const auto& item : array_of(argument)) {
      if (!holds(result, item)) result.push_back(item);
    }
  }
  return result;
}

json::value intersection(const Arguments& arguments) {
  json::value result = arguments.front();
  for (std::size_t i = 1; i < arguments.size(); ++i) {
    if (auto* object = result.if_object()) {
      const auto& other = object_of(arguments[i]);
      for (auto member = object->begin(); member != object->end();) {
        const auto* there = other.if_contains(member->key());
        member = there && same(*there, member->value()) ? std::next(member) : object->erase(member);
      }
    } else {
      const auto& other = array_of(arguments[i]);
      json::array kept;
      for (const auto& item : array_of(result)) {
        if (holds(other, item)) kept.push_back(item);
      }
      result = std::move(kept);
    }
  }
  return result;
}

json::value range(const Arguments& arguments) {
  const auto count = integer_of(arguments[1]);
  if (count < 0 || count > 10'000) throw ExpressionError("The template function 'range' makes 0 to 10000 numbers.");
  json::array result;
  for (std::int64_t i = 0; i < count; ++i) result.emplace_back(integer_of(arguments[0]) + i);
  return result;
}

// Lists of whole numbers, or the numbers themselves.
json::value extreme(const Arguments& arguments, bool largest) {
  const json::array numbers =
      arguments.front().is_array() ? array_of(arguments.front()) : json::array(arguments.begin(), arguments.end());
  if (numbers.empty()) throw ExpressionError("The template functions 'min' and 'max' need a number.");
  std::int64_t result = integer_of(numbers.front());
  for (const auto& number : numbers) {
    result = largest ? std::max(result, integer_of(number)) : std::min(result, integer_of(number));
  }
  return result;
}

// {"b": 1} becomes [{"key": "b", "value": 1}], sorted by key.
json::value items(const Arguments& arguments) {
  const auto& object = object_of(arguments[0]);
  std::vector<std::string> names;
  for (const auto& member : object) names.emplace_back(member.key());
  std::sort(names.begin(), names.end());
  json::array result;
  for (const auto& name : names) result.push_back({{"key", name}, {"value", object.at(name)}});
  return result;
}

json::value flatten(const Arguments& arguments) {
  json::array result;
  for (const auto& inner : array_of(arguments[0])) {
    for (const auto& item : array_of(inner)) result.push_back(item);
  }
  return result;
}

json::value coalesce(const Arguments& arguments) {
  const auto found =
      std::find_if(arguments.begin(), arguments.end(), [](const json::value& value) { return !value.is_null(); });
  return found == arguments.end() ? json::value() : *found;
}

json::value array(const Arguments& arguments) {
  return arguments[0].is_array() ? arguments[0] : json::array{arguments[0]};
}

json::value object_keys(const Arguments& arguments) {
  json::array result;
  for (const auto& member : object_of(arguments[0])) result.emplace_back(member.key());
  return result;
}

}  // namespace

const FunctionTable& collection_functions() {
  static const FunctionTable k_table = {
      {"array", {1, 1, array}},
      {"coalesce", {1, k_any_number, coalesce}},
      {"contains", {2, 2, contains}},
      {"createarray",
       {0, k_any_number, [](const Arguments& a) { return json::value(json::array(a.begin(), a.end())); }}},
      {"createobject", {0, k_any_number, create_object}},
      {"empty", {1, 1, empty}},
      {"first", {1, 1, [](const Arguments& a) { return end_of(a, false); }}},
      {"flatten", {1, 1, flatten}},
      {"intersection", {2, k_any_number, intersection}},
      {"items", {1, 1, items}},
      {"last", {1, 1, [](const Arguments& a) { return end_of(a, true); }}},
      {"length", {1, 1, length}},
      {"max", {1, k_any_number, [](const Arguments& a) { return extreme(a, true); }}},
      {"min", {1, k_any_number, [](const Arguments& a) { return extreme(a, false); }}},
      {"null", {0, 0, [](const Arguments&) { return json::value(); }}},
      {"objectkeys", {1, 1, object_keys}},
      {"range", {2, 2, range}},
      {"skip", {2, 2, [](const Arguments& a) { return cut(a, false); }}},
      {"take", {2, 2, [](const Arguments& a) { return cut(a, true); }}},
      {"union", {2, k_any_number, union_of}},
  };
  return k_table;
}

}  // namespace mlops::emulator::deployments
