#include <array>
#include <charconv>
#include <mlops/core/text.hpp>
#include <mlops/document/document.hpp>
#include <mlops/expression/letters.hpp>
#include <mlops/expression/value.hpp>

namespace mlops::expression {

namespace json = boost::json;

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

// A scalar of JSON. A number too large for the language stays the text that it is written as.
Value scalar(const json::value& json) {
  if (json.is_bool()) return json.get_bool();
  if (json.is_string()) return std::string(json.get_string());
  if (const auto number = Decimal::from(json)) return *number;
  return json.is_null() ? Value() : Value(document::to_text(json));
}

}  // namespace

Value Value::from(json::value json) {
  if (!json.is_structured()) return scalar(json);
  Value value;
  value.m_data = std::make_shared<const json::value>(std::move(json));
  return value;
}

Value Value::view(const json::value& json) {
  if (!json.is_structured()) return scalar(json);
  Value value;
  value.m_data = Structured(Structured(), &json);
  return value;
}

Value Value::part(const json::value& below) const {
  const auto* whole = as<Structured>();
  if (!whole || !below.is_structured()) return scalar(below);
  Value value;
  value.m_data = Structured(*whole, &below);
  return value;
}

const json::value* Value::structured() const {
  const auto* held = as<Structured>();
  return held ? held->get() : nullptr;
}

const json::array* Value::list() const {
  const auto* held = structured();
  return held ? held->if_array() : nullptr;
}

const json::object* Value::mapping() const {
  const auto* held = structured();
  return held ? held->if_object() : nullptr;
}

json::value Value::to_json() const {
  if (const auto* boolean = as<bool>()) return *boolean;
  if (const auto* number = as<Decimal>()) return number->to_json();
  if (const auto* held = structured()) return *held;
  if (is_null()) return nullptr;
  return json::value(*to_text());
}

std::string_view Value::kind() const {
  constexpr std::array<std::string_view, 6> k_kinds{"null", "a boolean", "a number", "a text", "a version", "a date"};
  if (const auto* held = structured()) return held->is_array() ? "a list" : "a mapping";
  return k_kinds.at(m_data.index());
}

bool Value::to_boolean() const {
  if (const auto* boolean = as<bool>()) return *boolean;
  if (const auto* number = as<Decimal>()) return !number->is_zero();
  if (const auto* text = as<std::string>()) return !text->empty();
  return !is_null();
}

std::optional<Decimal> Value::to_number() const {
  if (is_null()) return Decimal();
  if (const auto* boolean = as<bool>()) return Decimal(*boolean ? 1 : 0);
  if (const auto* number = as<Decimal>()) return *number;
  const auto* text = as<std::string>();
  if (!text) return std::nullopt;
  return text->empty() ? Decimal() : parse_number(*text);
}

std::optional<std::string> Value::to_text() const {
  if (is_null()) return "";
  if (const auto* boolean = as<bool>()) return *boolean ? "True" : "False";
  if (const auto* number = as<Decimal>()) return number->text();
  if (const auto* version = as<Version>()) return version_text(*version);
  if (const auto* date = as<DateTime>()) return date->text();
  if (const auto* text = as<std::string>()) return *text;
  return std::nullopt;
}

std::optional<Version> Value::to_version() const {
  if (const auto* version = as<Version>()) return *version;
  if (const auto* number = as<Decimal>()) return parse_version(number->text());
  if (const auto* text = as<std::string>()) return parse_version(*text);
  return std::nullopt;
}

std::optional<DateTime> Value::to_date_time() const {
  if (const auto* date = as<DateTime>()) return *date;
  const auto* text = as<std::string>();
  return text ? DateTime::parse(*text) : std::nullopt;
}

std::optional<Decimal> parse_number(std::string_view text) {
  const auto trimmed = core::trim(text);
  if (trimmed.find(',') == std::string_view::npos) return Decimal::parse(trimmed);
  // Thousands separators stand after a digit and before the point, in whatever groups.
  std::string digits;
  bool separable = false;
  for (const char c : trimmed) {
    if (c == ',' && !separable) return std::nullopt;
    if (c != ',') digits += c;
    separable = c == ',' || (c >= '0' && c <= '9' && digits.find('.') == std::string::npos);
  }
  return Decimal::parse(digits);
}

std::optional<Version> parse_version(std::string_view text) {
  const auto parts = core::split(text, '.');
  if (parts.size() < 2 || parts.size() > 4) return std::nullopt;
  Version version;
  for (const auto& written : parts) {
    auto part = core::trim(written);
    if (part.starts_with('+')) part.remove_prefix(1);
    int number = 0;
    const auto [end, failure] = std::from_chars(part.data(), part.data() + part.size(), number);
    if (failure != std::errc() || end != part.data() + part.size() || part.starts_with('-')) return std::nullopt;
    version.push_back(number);
  }
  return version;
}

bool equal(const Value& left, const Value& right) {
  // Of all kinds, only the empty text can be converted to null.
  if (left.is_null()) return right.is_null() || (right.as<std::string>() && right.as<std::string>()->empty());
  if (const auto* held = left.structured()) return held == right.structured();
  const auto result = compare(left, right);
  return result && *result == 0;
}

std::optional<int> compare(const Value& left, const Value& right) {
  const auto ordered = [](const auto& own, const auto& other) {
    return other ? std::optional(order(own, *other)) : std::nullopt;
  };
  if (const auto* boolean = left.as<bool>()) return order(*boolean, right.to_boolean());
  if (const auto* version = left.as<Version>()) return ordered(*version, right.to_version());
  if (const auto* date = left.as<DateTime>()) return ordered(*date, right.to_date_time());
  if (const auto* text = left.as<std::string>()) {
    const auto other = right.to_text();
    return other ? std::optional(order(to_upper(*text), to_upper(*other))) : std::nullopt;
  }
  const auto number = left.to_number();
  return number ? ordered(*number, right.to_number()) : std::nullopt;
}

}  // namespace mlops::expression
