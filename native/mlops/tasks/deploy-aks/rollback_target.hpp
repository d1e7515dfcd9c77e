#pragma once

#include <mlops/tasks/deploy-aks/documents.hpp>
#include <mlops/tasks/deploy-aks/plan.hpp>
#include <string>
#include <vector>

namespace mlops::tasks::deploy_aks {

/// On a deployment that got the traffic back: the pipeline's run that gave it, so that a repetition of that run doesn't
/// go back one step more.
inline constexpr const char* k_returned_by = "mlops.returnedBy";

/// What the traffic shall go back to.
struct Wanted {
  std::string deployment;     ///< this one
  std::string model_version;  ///< else one that serves this version
  std::string build;  ///< else what served before the one that serves now, unless this run has gone back already
};

/// The name of the deployment that gets the traffic back. Throws core::Error "rollback-impossible" that says which
/// deployments there are.
std::string rollback_target(const Wanted& wanted, const aml::Traffic& traffic,
                            const std::vector<json::value>& deployments);

/// The documents of a rollout that makes nothing: the endpoint's as its file has it, the deployment's as it is in the
/// workspace.
Documents documents_of_rollback(aml::Workspace& workspace, const Options& options, const aml::YamlFile& endpoint_file);

}  // namespace mlops::tasks::deploy_aks
