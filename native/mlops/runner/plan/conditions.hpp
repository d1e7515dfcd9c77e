#pragma once
// plan: what runs, in which order, and how often.

#include <mlops/runner/evaluation.hpp>
#include <mlops/runner/model/pipeline.hpp>
#include <mlops/runner/result.hpp>

namespace mlops::runner {

/// What the status functions of a condition look at.
struct Status {
  std::map<std::string, Result> results;  ///< of all that came before in the graph, by lower-case name
  bool canceled = false;
};

/// succeeded(), failed(), succeededOrFailed(), always() and canceled() for a job or a stage: without names they look at
/// everything that came before, with names at those alone.
ExpressionFunctions status_functions(const Status& status);

/// The same for a step: they look at the job's result so far, and take no names.
ExpressionFunctions step_status_functions(Result so_far, bool canceled);

/// Parses every condition before a run: throws "expression-..." at the first that is wrong or calls a function that
/// there is not. What a context holds is known later.
void check_conditions(const Pipeline& pipeline);

/// Whether a condition holds; an empty one stands for succeeded().
bool condition_holds(const Evaluator& evaluator, const std::string& condition, const Scope& scope,
                     const Origin& origin);

}  // namespace mlops::runner
