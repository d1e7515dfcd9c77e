#pragma once

#include <mlops/core/error.hpp>
#include <mlops/expression/value.hpp>

namespace mlops::expression {

/// A node of a parsed expression.
struct Node {
  /// `access` is a value and the members or elements that are taken of it one after the other; `wildcard` is the `*`
  /// among them.
  enum class Kind { literal, name, call, access, wildcard };

  Kind kind = Kind::literal;
  Value literal;
  std::string name;         ///< of a context or a function
  std::vector<Node> parts;  ///< arguments of a call; what is accessed, and its keys
};

/// Parses an expression. Throws core::Error "expression-syntax" whose message says where in the expression it is wrong,
/// also for one of more than 21000 characters or 50 levels, the limits of the service.
Node parse(std::string_view text);

}  // namespace mlops::expression
