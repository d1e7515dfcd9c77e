#pragma once

#include <mlops/aml/compile/compile.hpp>
#include <mlops/aml/jobs/naming.hpp>
#include <mlops/aml/workspace.hpp>
#include <string>

namespace mlops::aml {

/// The property that says which definition a job was made of: an adopted job is the same job.
inline constexpr const char* k_definition = "mlops.definition";

struct JobRequest {
  std::string name;             ///< the task's own input; empty: derived
  std::string stem;             ///< what the derived name begins with
  std::string experiment_name;  ///< wins over the YAML's
  bool force = false;           ///< a new job whatever there is
};

struct SubmittedJob {
  std::string name;
  std::string status;
  std::string studio_url;
  bool adopted = false;
};

/// Creates the job, or adopts one that an interrupted run of the same pipeline left: of the same name and definition,
/// and still running or completed. A failed or cancelled one is left alone and the new one gets a suffix. Throws
/// core::Error "job-exists" when the name was given and belongs to another definition.
SubmittedJob submit_job(Workspace& workspace, Compiled job, const JobRequest& request,
                        const std::filesystem::path& source_folder);

/// Asks the service to cancel a job; works although a stop was asked for. Never throws: what goes wrong is a warning.
void cancel_job(Workspace& workspace, const std::string& name);

}  // namespace mlops::aml
