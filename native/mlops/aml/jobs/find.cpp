#include <fmt/format.h>

#include <mlops/aml/jobs/find.hpp>
#include <mlops/aml/json_access.hpp>

namespace mlops::aml {

SubmittedJob described_job(const Workspace& workspace, const std::string& name, const json::value& resource) {
  SubmittedJob job;
  job.name = name;
  job.status = text_at(resource, "properties.status");
  job.studio_url = text_at(resource, "properties.services.Studio.endpoint");
  if (job.studio_url.empty()) job.studio_url = workspace.studio_url(name);
  return job;
}

FoundJob find_job(Workspace& workspace, const std::string& name) {
  const auto resource = workspace.manager().find(job_path(workspace.id(), name), k_api_version);
  if (!resource) {
    throw core::Error("job-missing",
                      fmt::format("the workspace \"{}\" has no job \"{}\".", workspace.name().workspace, name), {},
                      "A job is known under the output variable jobName of the step that submitted it.");
  }
  return {described_job(workspace, name, *resource), text_at(*resource, "properties.jobType") == "Pipeline"};
}

}  // namespace mlops::aml
