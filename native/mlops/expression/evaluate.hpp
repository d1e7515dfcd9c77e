#pragma once

#include <functional>
#include <map>
#include <mlops/expression/parser.hpp>

namespace mlops::expression {

using Arguments = std::vector<Value>;
using Function = std::function<Value(const Arguments&)>;

/// What an expression can see. Names of contexts, members and functions compare without case.
struct Scope {
  const boost::json::object* contexts = nullptr;
  std::map<std::string, Function> functions;  ///< beside those of the language
};

/// The value of an expression. A member that does not exist is null. Throws core::Error "expression-..." for an unknown
/// context or function, a wrong number of arguments, and values that can't be compared.
Value evaluate(const Node& expression, const Scope& scope);

/// The functions of the language that evaluate all their arguments, with the numbers of arguments they take.
struct FunctionEntry {
  std::size_t least;
  std::size_t most;
  Value (*call)(const Arguments&);
};

const std::map<std::string_view, FunctionEntry>& functions();  ///< by lower-case name

}  // namespace mlops::expression
