#include <mlops/core/text.hpp>
#include <mlops/runner/plan/conditions.hpp>

namespace mlops::runner {

namespace {

using expression::Arguments;
using expression::Value;

// The results a status function looks at; a name that came not before counts as skipped.
std::vector<Result> looked_at(const Status& status, const Arguments& names) {
  std::vector<Result> result;
  if (names.size() == 0) {
    for (const auto& [name, one] : status.results) result.push_back(one);
    return result;
  }
  for (std::size_t i = 0; i < names.size(); ++i) {
    const auto found = status.results.find(core::to_lower(expression::text_of(names[i])));
    result.push_back(found == status.results.end() ? Result::Skipped : found->second);
  }
  return result;
}

bool all_succeeded(const std::vector<Result>& results) {
  return std::all_of(results.begin(), results.end(), is_success);
}

bool any_failed(const std::vector<Result>& results) {
  return std::find(results.begin(), results.end(), Result::Failed) != results.end();
}

// One that ran is enough, beside others that were skipped.
bool any_ran(const std::vector<Result>& results) {
  return results.empty() || std::any_of(results.begin(), results.end(),
                                        [](Result result) { return is_success(result) || result == Result::Failed; });
}

expression::Function constant(bool value) {
  return {0, 0, [value](const Arguments&) { return Value(value); }};
}

expression::Function of_results(const Status& status, bool (*holds)(const std::vector<Result>&)) {
  return {0, expression::Function::k_any, [status, holds](const Arguments& names) {
            return Value(!status.canceled && holds(looked_at(status, names)));
          }};
}

using Contexts = std::vector<std::string_view>;

void check(const std::string& text, const Contexts& contexts, const ExpressionFunctions& functions,
           const Origin& origin) {
  if (core::trim(text).empty()) return;
  try {
    expression::check(expression::parse(text), contexts, functions);
  } catch (const core::Error& error) {
    throw error_at(origin, error.code(), error.message(), error.hint());
  }
}

void check_steps(const std::vector<Step>& steps) {
  static const auto functions = step_status_functions(Result::Succeeded, false);
  for (const auto& step : steps) check(step.condition, {"variables"}, functions, step.condition_origin);
}

}  // namespace

void check_conditions(const Pipeline& pipeline) {
  const Contexts contexts{"variables", "dependencies", "stageDependencies", "pipeline"};
  const auto functions = status_functions({});
  for (const auto& stage : pipeline.stages) {
    check(stage.condition, contexts, functions, stage.condition_origin);
    for (const auto& job : stage.jobs) {
      check(job.condition, contexts, functions, job.condition_origin);
      check_steps(job.steps);
      if (!job.deployment) continue;
      for (const auto& hook : job.deployment->hooks) check_steps(hook.steps);
    }
  }
}

ExpressionFunctions status_functions(const Status& status) {
  return {{"succeeded", of_results(status, &all_succeeded)},
          {"failed", of_results(status, &any_failed)},
          {"succeededOrFailed", of_results(status, &any_ran)},
          {"always", constant(true)},
          {"canceled", constant(status.canceled)}};
}

ExpressionFunctions step_status_functions(Result so_far, bool canceled) {
  return {{"succeeded", constant(!canceled && is_success(so_far))},
          {"failed", constant(!canceled && so_far == Result::Failed)},
          {"succeededOrFailed", constant(!canceled)},
          {"always", constant(true)},
          {"canceled", constant(canceled)}};
}

bool condition_holds(const Evaluator& evaluator, const std::string& condition, const Scope& scope,
                     const Origin& origin) {
  return evaluator.test(core::trim(condition).empty() ? "succeeded()" : condition, scope, origin);
}

}  // namespace mlops::runner
