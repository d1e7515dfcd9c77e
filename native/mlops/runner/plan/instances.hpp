#pragma once

#include <mlops/runner/execution/job_state.hpp>

namespace mlops::runner {

/// The instances of a job by its strategy. `evaluate` gives the value of a text that may be a runtime expression.
/// Throws core::Error with the place, e.g. for a matrix that is none.
std::vector<JobInstance> job_instances(const Stage& stage, const Job& job,
                                       const std::function<std::string(const std::string&)>& evaluate);

/// How many of them may run at a time; 0 for all.
std::size_t most_parallel(const Job& job);

/// The hooks of a deployment in their order, as instances that run one after the other. `end` names the last one:
/// "success" or "failure".
std::vector<JobInstance> deployment_instances(const Stage& stage, const Job& job);
std::optional<JobInstance> end_hook(const Stage& stage, const Job& job, bool succeeded);

}  // namespace mlops::runner
