#pragma once

#include <mlops/aml/jobs/create.hpp>
#include <string>

namespace mlops::aml {

/// A job that is there already.
struct FoundJob {
  SubmittedJob job;
  bool has_steps = false;  ///< a pipeline, also one that a batch endpoint made
};

/// Looks the job up by its name. Throws core::Error "job-missing" that names the workspace.
FoundJob find_job(Workspace& workspace, const std::string& name);

/// What a job's resource says of it; the studio's page is derived where the service names none.
SubmittedJob described_job(const Workspace& workspace, const std::string& name, const json::value& resource);

}  // namespace mlops::aml
