#pragma once

#include <boost/json.hpp>
#include <mlops/core/world.hpp>
#include <mlops/expression/evaluate.hpp>
#include <mlops/runner/expanded.hpp>
#include <string>

namespace mlops::runner {

using ExpressionFunctions = std::map<std::string, expression::Function>;

/// What a runtime expression can see.
struct Scope {
  boost::json::object contexts;                  ///< "variables", "dependencies", ...
  ExpressionFunctions functions{};               ///< beside the language's own: "succeeded", "counter", ...
  std::vector<expression::TypedMember> typed{};  ///< of the contexts
};

/// Adds pipeline.startTime, which is a date.
void see_start_time(Scope& scope, core::SystemTime started);

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
