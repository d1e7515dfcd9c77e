#include <mlops/document/document.hpp>
#include <mlops/expression/evaluate.hpp>
#include <mlops/runner/evaluator.hpp>
#include <mlops/runner/model/pipeline.hpp>

namespace mlops::runner {

namespace {

expression::Scope converted(const Scope& scope) {
  expression::Scope result{.contexts = &scope.contexts, .functions = {}};
  for (const auto& [name, function] : scope.functions) {
    result.functions.emplace(name, [function = function](const expression::Arguments& arguments) {
      std::vector<boost::json::value> values;
      for (const auto& argument : arguments) values.push_back(argument.to_json());
      return expression::Value::from(function(values));
    });
  }
  return result;
}

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
      return expression::evaluate(expression::parse(text), converted(scope));
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
