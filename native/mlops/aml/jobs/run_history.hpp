#pragma once

#include <map>
#include <mlops/aml/workspace.hpp>
#include <optional>
#include <string>
#include <vector>

namespace mlops::aml {

/// A job or step as the run history lists it.
struct RunNode {
  std::string name;          ///< the job's name, also its MLflow run id
  std::string display_name;  ///< a step's name in the pipeline
  std::string status;        ///< NotStarted, Queued, Preparing, Running, Finalizing, Completed, Failed, Canceled, ...
  std::string parent;
  std::string type;  ///< "azureml.StepRun", "azureml.PipelineRun", ...; may be empty
  std::optional<core::SystemTime> created;
  std::optional<core::SystemTime> started;
  std::optional<core::SystemTime> ended;

  const std::string& label() const { return display_name.empty() ? name : display_name; }
};

/// A run with what changes while it runs.
struct RunDetails {
  RunNode run;
  std::string error;                        ///< the service's message, with its code
  std::map<std::string, std::string> logs;  ///< signed address by name, "user_logs/std_log.txt"
};

/// Nothing follows this status.
bool is_final(const std::string& status);
bool is_success(const std::string& status);

/// The run with its logs, empty when the history doesn't know it (yet).
std::optional<RunDetails> run_details(Workspace& workspace, const std::string& run);

/// The direct children of a run, by the time of their creation; all pages.
std::vector<RunNode> direct_children(Workspace& workspace, const std::string& run);

/// All descendants of a job, parents before children, in the order of their creation; the job itself is not among them.
std::vector<RunNode> child_runs(Workspace& workspace, const std::string& job);

}  // namespace mlops::aml
