#include <fmt/format.h>

#include <algorithm>
#include <mlops/core/text.hpp>
#include <mlops/document/document.hpp>
#include <mlops/expression/evaluate.hpp>
#include <mlops/expression/letters.hpp>

namespace mlops::expression {

namespace json = boost::json;

std::string text_of(const Value& value) {
  if (auto text = value.to_text()) return *text;
  throw core::Error("expression-type", fmt::format("{} can't be converted to a text.", value.kind()), {},
                    "convertToJson() makes a text of it.");
}

namespace {

int compared(const Arguments& all) {
  if (const auto result = compare(all[0], all[1])) return *result;
  throw core::Error("expression-type", fmt::format("{} can't be compared with {}.", all[1].kind(), all[0].kind()));
}

bool junction(const Arguments& all, bool of_all) {
  for (std::size_t i = 0; i < all.size(); ++i) {
    if (all[i].to_boolean() != of_all) return !of_all;
  }
  return of_all;
}

bool is_in(const Arguments& all) {
  for (std::size_t i = 1; i < all.size(); ++i) {
    if (equal(all[0], all[i])) return true;
  }
  return false;
}

bool contains_value(const Arguments& all) {
  const auto is_wanted = [&](const json::value& one) { return equal(all[1], all[0].part(one)); };
  if (const auto* list = all[0].list()) return std::any_of(list->begin(), list->end(), is_wanted);
  const auto* mapping = all[0].mapping();
  return mapping &&
         std::any_of(mapping->begin(), mapping->end(), [&](const auto& member) { return is_wanted(member.value()); });
}

// The last value when all are empty.
Value coalesce(const Arguments& all) {
  std::size_t place = 0;
  const auto is_empty = [](const Value& value) {
    return value.is_null() || (value.as<std::string>() && value.as<std::string>()->empty());
  };
  while (place + 1 < all.size() && is_empty(all[place])) ++place;
  return all[place];
}

// Lists and mappings among the elements become empty texts; what is no list is converted to a text itself.
std::string join(const Arguments& all) {
  const auto* list = all[1].list();
  if (!list) return all[1].to_text().value_or("");
  std::vector<std::string> parts;
  for (const auto& one : *list) parts.push_back(all[1].part(one).to_text().value_or(""));
  return core::join(parts, parts.size() > 1 ? text_of(all[0]) : "");
}

// The documentation speaks of delimiting characters; the service takes the second text as a whole.
Value split(const Arguments& all) {
  const auto text = text_of(all[0]);
  const auto separator = text_of(all[1]);
  json::array parts;
  std::size_t start = 0;
  for (auto at = separator.empty() ? std::string::npos : text.find(separator); at != std::string::npos;
       at = text.find(separator, start)) {
    parts.emplace_back(text.substr(start, at - start));
    start = at + separator.size();
  }
  parts.emplace_back(text.substr(start));
  return Value::from(std::move(parts));
}

// Both values are evaluated, so that a wrong one is told of whatever the first says.
Value iif(const Arguments& all) {
  const auto& when_true = all[1];
  const auto& otherwise = all[2];
  return all[0].to_boolean() ? when_true : otherwise;
}

Value length(const Arguments& all) {
  const auto* list = all[0].list();
  const auto* mapping = all[0].mapping();
  const auto* text = all[0].as<std::string>();
  if (!list && !mapping && !text) {
    throw core::Error("expression-type", fmt::format("{} has no length.", all[0].kind()), {},
                      "length() takes a text, a list or a mapping.");
  }
  const auto length = list ? list->size() : mapping ? mapping->size() : utf16_length(*text);
  return Decimal(static_cast<std::int64_t>(length));
}

std::string replace(const Arguments& all) {
  const auto what = text_of(all[1]);
  if (what.empty()) return text_of(all[0]);
  return core::replace_all(text_of(all[0]), what, text_of(all[2]));
}

std::string convert_to_json(const Arguments& all) {
  const auto& value = all[0];
  if (value.as<Decimal>()) return *value.to_text();
  auto text = document::to_pretty_json(value.structured() ? *value.structured() : value.to_json());
  text.pop_back();  // its line feed
  return text;
}

// A comparison of two texts without case.
template <typename Compare>
Function of_texts(Compare compare) {
  return {2, 2, [compare](const Arguments& all) -> Value {
            return bool(compare(to_upper(text_of(all[0])), to_upper(text_of(all[1]))));
          }};
}

template <typename Change>
Function of_text(Change change) {
  return {1, 1, [change](const Arguments& all) -> Value { return std::string(change(text_of(all[0]))); }};
}

template <typename Holds>
Function comparison(Holds holds) {
  return {2, 2, [holds](const Arguments& all) -> Value { return bool(holds(compared(all))); }};
}

using Text = const std::string&;

}  // namespace

bool WithoutCase::operator()(std::string_view left, std::string_view right) const {
  const auto lower = [](char c) { return c >= 'A' && c <= 'Z' ? c + ('a' - 'A') : c; };
  return std::lexicographical_compare(left.begin(), left.end(), right.begin(), right.end(),
                                      [&](char own, char other) { return lower(own) < lower(other); });
}

const Functions& functions() {
  constexpr auto k_any = Function::k_any;
  static const Functions table{
      {"and", {2, k_any, [](const Arguments& all) -> Value { return junction(all, true); }}},
      {"coalesce", {2, k_any, &coalesce}},
      {"contains", of_texts([](Text left, Text right) { return left.find(right) != std::string::npos; })},
      {"containsValue", {2, 2, [](const Arguments& all) -> Value { return contains_value(all); }}},
      {"convertToJson", {1, 1, [](const Arguments& all) -> Value { return convert_to_json(all); }}},
      {"endsWith", of_texts([](Text left, Text right) { return left.ends_with(right); })},
      {"eq", {2, 2, [](const Arguments& all) -> Value { return equal(all[0], all[1]); }}},
      {"format", {1, k_any, &format}},
      {"ge", comparison([](int order) { return order >= 0; })},
      {"gt", comparison([](int order) { return order > 0; })},
      {"iif", {3, 3, &iif}},
      {"in", {1, k_any, [](const Arguments& all) -> Value { return is_in(all); }}},
      {"join", {2, 2, [](const Arguments& all) -> Value { return join(all); }}},
      {"le", comparison([](int order) { return order <= 0; })},
      {"length", {1, 1, &length}},
      {"lower", of_text([](Text text) { return to_lower(text); })},
      {"lt", comparison([](int order) { return order < 0; })},
      {"ne", {2, 2, [](const Arguments& all) -> Value { return !equal(all[0], all[1]); }}},
      {"not", {1, 1, [](const Arguments& all) -> Value { return !all[0].to_boolean(); }}},
      {"notIn", {1, k_any, [](const Arguments& all) -> Value { return !is_in(all); }}},
      {"or", {2, k_any, [](const Arguments& all) -> Value { return junction(all, false); }}},
      {"replace", {3, 3, [](const Arguments& all) -> Value { return replace(all); }}},
      {"split", {2, 2, &split}},
      {"startsWith", of_texts([](Text left, Text right) { return left.starts_with(right); })},
      {"trim", of_text([](Text text) { return trim(text); })},
      {"upper", of_text([](Text text) { return to_upper(text); })},
      {"xor", {2, 2, [](const Arguments& all) -> Value { return all[0].to_boolean() != all[1].to_boolean(); }}},
  };
  return table;
}

}  // namespace mlops::expression
