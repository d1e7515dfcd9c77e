#pragma once
// expression: the language of Azure Pipelines' conditions and expressions: values and their conversions, a parser, the
// functions. Contexts and further functions come from the caller.
// https://learn.microsoft.com/azure/devops/pipelines/process/expressions

#include <boost/json.hpp>
#include <concepts>
#include <memory>
#include <mlops/expression/date_time.hpp>
#include <mlops/expression/decimal.hpp>
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
  Value() = default;  ///< null

  Value(std::same_as<bool> auto value) : m_data(value) {}

  Value(Decimal value) : m_data(std::move(value)) {}

  Value(DateTime value) : m_data(value) {}

  Value(std::string value) : m_data(std::move(value)) {}

  Value(const char* value) : m_data(std::string(value)) {}

  Value(Version value) : m_data(std::move(value)) {}

  /// A copy of any JSON; scalars become values of their kind.
  static Value from(boost::json::value json);

  /// The same without a copy of a list or a mapping: the JSON must live as long as the value.
  static Value view(const boost::json::value& json);

  boost::json::value to_json() const;

  bool is_null() const { return std::holds_alternative<std::monostate>(m_data); }

  template <typename Type>
  const Type* as() const {
    return std::get_if<Type>(&m_data);
  }

  /// The JSON of a list or a mapping; null for any other kind.
  const boost::json::value* structured() const;
  const boost::json::array* list() const;
  const boost::json::object* mapping() const;

  /// A member or an element of a list or a mapping, alive as long as that is.
  Value part(const boost::json::value& below) const;

  /// "a text", "a number", ... for messages.
  std::string_view kind() const;

  // The table of conversions: https://learn.microsoft.com/azure/devops/pipelines/process/expressions#type-casting
  bool to_boolean() const;                     ///< never fails
  std::optional<Decimal> to_number() const;    ///< empty where the kind or the text is no number
  std::optional<std::string> to_text() const;  ///< empty for lists and mappings
  std::optional<Version> to_version() const;
  std::optional<DateTime> to_date_time() const;

 private:
  using Structured = std::shared_ptr<const boost::json::value>;

  std::variant<std::monostate, bool, Decimal, std::string, Version, DateTime, Structured> m_data;
};

/// A text as a number: white space around it, a sign, thousands separators and a point are allowed, an exponent is not.
std::optional<Decimal> parse_number(std::string_view text);
/// Two to four numbers of at most 2147483647 with points between them.
std::optional<Version> parse_version(std::string_view text);

/// eq(): the right value is converted to the kind of the left one; what can't be converted is not equal. Texts compare
/// without case. A list or a mapping equals itself alone, not another with the same content.
bool equal(const Value& left, const Value& right);

/// -1, 0 or 1; empty when the right value can't be converted to the kind of the left one. Null, a list or a mapping on
/// the left is converted to a number first.
std::optional<int> compare(const Value& left, const Value& right);

}  // namespace mlops::expression
