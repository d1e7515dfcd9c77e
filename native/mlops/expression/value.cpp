#include <fmt/format.h>

#include <array>
#include <charconv>
#include <cmath>
#include <mlops/core/text.hpp>
#include <mlops/document/document.hpp>
#include <mlops/expression/value.hpp>

namespace mlops::expression {

namespace {

template <typename Type>
int order(const Type& left, const Type& right) {
  return left < right ? -1 : right < left ? 1 : 0;
}

std::string version_text(const Version& version) {
  std::vector<std::string> parts;
  for (const int part : version) parts.push_back(std::to_string(part));
  return core::join(parts, ".");
}

}  // namespace

Value Value::from(const boost::json::value& json) {
  Value value;
  if (json.is_bool()) value.m_data = json.get_bool();
  if (json.is_number()) value.m_data = json.to_number<double>();
  if (json.is_string()) value.m_data = std::string(json.get_string());
  if (json.is_structured()) value.m_data = json;
  return value;
}

boost::json::value Value::to_json() const {
  if (const auto* boolean = as<bool>()) return *boolean;
  if (const auto* number = as<double>()) return *number;
  if (const auto* structured = as<Structured>()) return *structured;
  if (is_null()) return nullptr;
  return boost::json::value(*to_text());
}

std::string_view Value::kind() const {
  constexpr std::array<std::string_view, 6> k_kinds{"null",   "a boolean", "a number",
                                                    "a text", "a version", "a list or mapping"};
  return k_kinds.at(m_data.index());
}

bool Value::to_boolean() const {
  if (const auto* boolean = as<bool>()) return *boolean;
  if (const auto* number = as<double>()) return *number != 0;
  if (const auto* text = as<std::string>()) return !text->empty();
  return !is_null();
}

std::optional<double> Value::to_number() const {
  if (is_null()) return 0;
  if (const auto* boolean = as<bool>()) return *boolean ? 1 : 0;
  if (const auto* number = as<double>()) return *number;
  const auto* text = as<std::string>();
  if (!text) return std::nullopt;
  const auto trimmed = core::trim(*text);
  return trimmed.empty() ? 0 : parse_number(trimmed);
}

std::optional<std::string> Value::to_text() const {
  if (is_null()) return "";
  if (const auto* boolean = as<bool>()) return *boolean ? "True" : "False";
  if (const auto* number = as<double>()) return number_text(*number);
  if (const auto* version = as<Version>()) return version_text(*version);
  if (const auto* text = as<std::string>()) return *text;
  return std::nullopt;
}

std::optional<Version> Value::to_version() const {
  if (const auto* version = as<Version>()) return *version;
  if (const auto* number = as<double>()) return parse_version(number_text(*number));
  if (const auto* text = as<std::string>()) return parse_version(core::trim(*text));
  return std::nullopt;
}

std::string number_text(double number) {
  if (std::floor(number) == number && std::abs(number) < 1e15) return fmt::format("{:.0f}", number);
  return fmt::format("{}", number);
}

std::optional<double> parse_number(std::string_view text) {
  if (text.starts_with('+')) text.remove_prefix(1);
  if (text.empty() || text.find_first_not_of("0123456789.-") != std::string_view::npos) return std::nullopt;
  double number = 0;
  const auto [end, failure] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (failure != std::errc() || end != text.data() + text.size()) return std::nullopt;
  return number;
}

std::optional<Version> parse_version(std::string_view text) {
  const auto parts = core::split(text, '.');
  if (parts.size() < 2 || parts.size() > 4) return std::nullopt;
  Version version;
  for (const auto& part : parts) {
    int number = 0;
    const auto [end, failure] = std::from_chars(part.data(), part.data() + part.size(), number);
    if (failure != std::errc() || end != part.data() + part.size() || number < 0 || part.starts_with('-'))
      return std::nullopt;
    version.push_back(number);
  }
  return version;
}

bool equal(const Value& left, const Value& right) {
  // Of all kinds, only the empty text can be converted to null.
  if (left.is_null()) return right.is_null() || (right.as<std::string>() && right.as<std::string>()->empty());
  if (const auto* structured = left.as<Value::Structured>()) {
    return right.as<Value::Structured>() && *structured == *right.as<Value::Structured>();
  }
  if (left.as<bool>()) return *left.as<bool>() == right.to_boolean();
  const auto result = compare(left, right);
  return result && *result == 0;
}

std::optional<int> compare(const Value& left, const Value& right) {
  if (const auto* text = left.as<std::string>()) {
    const auto other = right.to_text();
    return other ? std::optional(order(core::to_upper(*text), core::to_upper(*other))) : std::nullopt;
  }
  if (const auto* version = left.as<Version>()) {
    const auto other = right.to_version();
    return other ? std::optional(order(*version, *other)) : std::nullopt;
  }
  if (const auto* boolean = left.as<bool>()) return order(*boolean, right.to_boolean());
  const auto number = left.to_number();
  const auto other = right.to_number();
  if (!number || !other) return std::nullopt;
  return order(*number, *other);
}

}  // namespace mlops::expression
