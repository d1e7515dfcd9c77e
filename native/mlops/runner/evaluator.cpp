#include <fmt/format.h>

#include <mlops/runner/evaluator.hpp>

namespace mlops::runner {

namespace {

/// Without the expression layer, nothing but a plain call of a status function can be told.
class StatusEvaluator : public Evaluator {
 public:
  std::string text(const std::string& expression, const Scope& scope, const Origin& origin) const override {
    return test(expression, scope, origin) ? "True" : "False";
  }

  bool test(const std::string& expression, const Scope& scope, const Origin& origin) const override {
    for (const auto& [name, function] : scope.functions) {
      if (expression == name + "()") return function({}).as_bool();
    }
    throw core::Error("expression-invalid", fmt::format("the expression \"{}\" can't be evaluated.", expression),
                      origin.place);
  }
};

}  // namespace

std::unique_ptr<Evaluator> expression_evaluator() {
  return std::make_unique<StatusEvaluator>();
}

}  // namespace mlops::runner
