#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <mlops/core/text.hpp>
#include <mlops/emulator/deployments/functions.hpp>

namespace mlops::emulator::deployments {

namespace {

// Texts compare by their characters, numbers by value; nothing else does.
int order(const Arguments& arguments) {
  if (arguments[0].is_string()) return text_of(arguments[0]).compare(text_of(arguments[1]));
  const auto left = integer_of(arguments[0]);
  const auto right = integer_of(arguments[1]);
  return left < right ? -1 : left > right ? 1 : 0;
}

json::value to_integer(const Arguments& arguments) {
  if (!arguments[0].is_string()) return integer_of(arguments[0]);
  const std::string text = text_of(arguments[0]);
  std::int64_t value = 0;
  const auto [end, failure] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (failure == std::errc() && end == text.data() + text.size()) return value;
  throw ExpressionError(fmt::format("The template function 'int' can't convert '{}' to a whole number.", text));
}

json::value to_boolean(const Arguments& arguments) {
  if (arguments[0].is_bool()) return arguments[0];
  if (arguments[0].is_number()) return integer_of(arguments[0]) != 0;
  const std::string text = core::to_lower(text_of(arguments[0]));
  if (text == "true" || text == "1") return true;
  if (text == "false" || text == "0") return false;
  throw ExpressionError(fmt::format("The template function 'bool' can't convert '{}' to a boolean.", text));
}

std::int64_t divisor(const Arguments& arguments) {
  const auto value = integer_of(arguments[1]);
  if (value == 0) throw ExpressionError("The template functions 'div' and 'mod' can't divide by zero.");
  return value;
}

json::value both_or_any(const Arguments& arguments, bool any) {
  const auto is_true = [](const json::value& value) { return boolean_of(value); };
  return any ? std::any_of(arguments.begin(), arguments.end(), is_true)
             : std::all_of(arguments.begin(), arguments.end(), is_true);
}

}  // namespace

const FunctionTable& logical_functions() {
  static const FunctionTable k_table = {
      {"add", {2, 2, [](const Arguments& a) { return json::value(integer_of(a[0]) + integer_of(a[1])); }}},
      {"and", {2, k_any_number, [](const Arguments& a) { return both_or_any(a, false); }}},
      {"bool", {1, 1, to_boolean}},
      {"div", {2, 2, [](const Arguments& a) { return json::value(integer_of(a[0]) / divisor(a)); }}},
      {"equals", {2, 2, [](const Arguments& a) { return json::value(same(a[0], a[1])); }}},
      {"false", {0, 0, [](const Arguments&) { return json::value(false); }}},
      {"greater", {2, 2, [](const Arguments& a) { return json::value(order(a) > 0); }}},
      {"greaterorequals", {2, 2, [](const Arguments& a) { return json::value(order(a) >= 0); }}},
      {"int", {1, 1, to_integer}},
      {"less", {2, 2, [](const Arguments& a) { return json::value(order(a) < 0); }}},
      {"lessorequals", {2, 2, [](const Arguments& a) { return json::value(order(a) <= 0); }}},
      {"mod", {2, 2, [](const Arguments& a) { return json::value(integer_of(a[0]) % divisor(a)); }}},
      {"mul", {2, 2, [](const Arguments& a) { return json::value(integer_of(a[0]) * integer_of(a[1])); }}},
      {"not", {1, 1, [](const Arguments& a) { return json::value(!boolean_of(a[0])); }}},
      {"or", {2, k_any_number, [](const Arguments& a) { return both_or_any(a, true); }}},
      {"sub", {2, 2, [](const Arguments& a) { return json::value(integer_of(a[0]) - integer_of(a[1])); }}},
      {"true", {0, 0, [](const Arguments&) { return json::value(true); }}},
  };
  return k_table;
}

}  // namespace mlops::emulator::deployments
