#pragma once

#include <mlops/core/error.hpp>
#include <mlops/expression/value.hpp>

namespace mlops::expression {

/// A node of a parsed expression.
struct Node {
  enum class Kind { literal, name, call, index, filter };

  Kind kind = Kind::literal;
  Value literal;
  std::string name;         ///< of a context or a function
  std::vector<Node> parts;  ///< arguments of a call; what is indexed and by what; what is filtered
  std::size_t column = 1;   ///< within the expression
};

/// Parses an expression. Throws core::Error "expression-syntax" whose message says where in the expression it is wrong.
Node parse(std::string_view text);

}  // namespace mlops::expression
