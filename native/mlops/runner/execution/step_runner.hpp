#pragma once

#include <mlops/runner/execution/job_state.hpp>

namespace mlops::runner {

/// Runs the steps of a job one after the other, each by its condition. Updates the job's result and record.
void run_steps(JobState& job, const std::vector<Step>& steps);

/// The whole run of one instance of a job: its folders, variables and steps, and what it left running. Never throws for
/// what a pipeline can do wrong: that is in the record.
JobRecord run_job(RunContext& run, const JobInstance& instance, Outputs& outputs);

/// Sets the variables of a job: those of the pipeline, the stage and the job, groups and runtime expressions included,
/// then those of the command line, then the predefined ones.
void set_variables(JobState& job);

/// The same without a job, for the conditions of stages and jobs.
/// The variables of the group that an entry names. Throws "group-missing".
const std::vector<Variable>& require_group(const std::map<std::string, std::vector<Variable>>& groups,
                                           const VariableEntry& entry);

/// Puts the values of now into variables that are made of others.
void expand_variables(JobState& job);

Variables variables_of(RunContext& run, const std::vector<const std::vector<VariableEntry>*>& levels,
                       const boost::json::object& contexts);

}  // namespace mlops::runner
