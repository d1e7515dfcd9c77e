#pragma once

#include <mlops/aml/workspace.hpp>
#include <mlops/aml/yaml.hpp>
#include <mlops/tasks/deploy-aks/options.hpp>

namespace mlops::tasks::deploy_aks {

/// Deletes the endpoint that the file names, with all of its deployments, and waits for the end. One that isn't there
/// is as good as deleted.
void remove_endpoint(aml::Workspace& workspace, const Options& options, const aml::YamlFile& endpoint_file);

}  // namespace mlops::tasks::deploy_aks
