#include <mlops/document/document.hpp>
#include <mlops/expression/evaluate.hpp>
#include <mlops/runner/evaluator.hpp>
#include <mlops/runner/model/pipeline.hpp>

namespace mlops::runner {

namespace {

class LanguageEvaluator : public Evaluator {
 public:
  std::string text(const std::string& expression, const Scope& scope, const Origin& origin) const override {
    const auto value = evaluate(expression, scope, origin);
    auto text = value.to_text();
    return text ? *text : boost::json::serialize(value.to_json());
  }

  bool test(const std::string& expression, const Scope& scope, const Origin& origin) const override {
    return evaluate(expression, scope, origin).to_boolean();
  }

 private:
  static expression::Value evaluate(const std::string& text, const Scope& scope, const Origin& origin) {
    try {
      return expression::evaluate(expression::parse(text), {&scope.contexts, scope.functions, scope.typed});
    } catch (const core::Error& error) {
      throw error_at(origin, error.code(), error.message(), error.hint());
    }
  }
};

}  // namespace

std::unique_ptr<Evaluator> expression_evaluator() {
  return std::make_unique<LanguageEvaluator>();
}

}  // namespace mlops::runner
