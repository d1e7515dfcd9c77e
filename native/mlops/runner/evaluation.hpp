#pragma once

#include <boost/json.hpp>
#include <functional>
#include <map>
#include <mlops/runner/expanded.hpp>
#include <string>
#include <vector>

namespace mlops::runner {

using ExpressionFunction = std::function<boost::json::value(const std::vector<boost::json::value>&)>;

/// What a runtime expression can see.
struct Scope {
  boost::json::object contexts;                         ///< "variables", "dependencies", ...
  std::map<std::string, ExpressionFunction> functions;  ///< beside the language's own: "succeeded", "counter", ...
};

/// Evaluates runtime expressions and conditions. The texts come without `$[` and `]`.
class Evaluator {
 public:
  virtual ~Evaluator() = default;
  /// The value, converted to a text, a structured one to JSON. Throws core::Error with the origin's place.
  virtual std::string text(const std::string& expression, const Scope& scope, const Origin& origin) const = 0;
  /// Whether the value counts as true.
  virtual bool test(const std::string& expression, const Scope& scope, const Origin& origin) const = 0;
};

/// The inside of `$[ ... ]` when that is the whole text; empty otherwise.
std::string runtime_expression(std::string_view text);

}  // namespace mlops::runner
