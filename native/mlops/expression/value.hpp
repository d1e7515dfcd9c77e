#pragma once
// expression: the language of Azure Pipelines' conditions and expressions: values and their conversions, a parser, the
// functions. Contexts and further functions come from the caller.
// https://learn.microsoft.com/azure/devops/pipelines/process/expressions

#include <boost/json.hpp>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

namespace mlops::expression {

/// Two to four numbers, as in 1.2.3.
using Version = std::vector<int>;

/// What an expression is made of. Lists and mappings are JSON.
class Value {
 public:
  using Structured = boost::json::value;

  Value() = default;

  Value(bool value) : m_data(value) {}

  Value(double value) : m_data(value) {}

  Value(std::string value) : m_data(std::move(value)) {}

  Value(const char* value) : m_data(std::string(value)) {}

  Value(Version value) : m_data(std::move(value)) {}

  /// Any JSON; scalars become values of their kind.
  static Value from(const boost::json::value& json);
  boost::json::value to_json() const;

  bool is_null() const { return std::holds_alternative<std::monostate>(m_data); }

  template <typename Type>
  const Type* as() const {
    return std::get_if<Type>(&m_data);
  }

  /// "a text", "a number", ... for messages.
  std::string_view kind() const;

  bool to_boolean() const;                     ///< never fails
  std::optional<double> to_number() const;     ///< empty where the kind or the text is no number
  std::optional<std::string> to_text() const;  ///< empty for lists and mappings
  std::optional<Version> to_version() const;

 private:
  std::variant<std::monostate, bool, double, std::string, Version, Structured> m_data;
};

/// A number as the service writes it: without an exponent or trailing zeros where that is exact.
std::string number_text(double number);
/// A decimal number with an optional sign; empty for anything else.
std::optional<double> parse_number(std::string_view text);
std::optional<Version> parse_version(std::string_view text);

/// eq(): the right value is converted to the kind of the left one; what can't be converted is not equal. Texts compare
/// without case.
bool equal(const Value& left, const Value& right);

/// -1, 0 or 1; empty when the right value can't be converted to the kind of the left one.
std::optional<int> compare(const Value& left, const Value& right);

}  // namespace mlops::expression
