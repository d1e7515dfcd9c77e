#pragma once

#include <mlops/runner/execution/job_state.hpp>

namespace mlops::runner {

/// A GUID that is always the same for the same text.
std::string stable_guid(const std::string& text);

/// Sets the predefined variables of a job; they are read-only for its steps.
void provide_variables(JobState& job);

/// Those that are known before a pipeline is expanded: template expressions see them.
Pairs source_variables(const Settings& settings, const SourceInfo& source);

/// The predefined variables of the whole run, for the conditions of stages and jobs.
void provide_run_variables(Variables& variables, RunContext& run);

}  // namespace mlops::runner
