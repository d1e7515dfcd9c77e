#pragma once
// deployments: Microsoft.Resources/deployments as Resource Manager has them: the template language, what a template
// makes of its parameters, what-if, and the deployment itself, which puts each resource through the emulator's routes.
// https://learn.microsoft.com/azure/azure-resource-manager/templates/syntax

#include <boost/json.hpp>
#include <exception>
#include <string>
#include <string_view>
#include <vector>

namespace mlops::emulator::deployments {

namespace json = boost::json;

/// What is wrong with an expression or a value in a template, without the place, which the caller knows.
class ExpressionError : public std::exception {
 public:
  explicit ExpressionError(std::string message) : m_message(std::move(message)) {}

  const std::string& message() const { return m_message; }

  const char* what() const noexcept override { return m_message.c_str(); }

 private:
  std::string m_message;
};

/// A node of a template expression.
struct Expression {
  enum class Kind { literal, call, member, index };

  Kind kind = Kind::literal;
  json::value literal;
  std::string name;               ///< of a function, with its namespace ("contoso.name"), or of a member
  std::vector<Expression> parts;  ///< arguments; what a member or an index is taken from, and the index
};

/// Whether a text of a template is an expression: it stands in brackets, and the first is not doubled.
bool is_expression(std::string_view text);

/// A text that is none: "[[" at its start means "[".
std::string literal_text(std::string_view text);

/// Parses an expression with its brackets. Throws ExpressionError.
Expression parse_expression(std::string_view text);

}  // namespace mlops::emulator::deployments
