#pragma once

#include <mlops/aml/assets.hpp>
#include <mlops/aml/endpoints/compile.hpp>
#include <mlops/aml/workspace.hpp>
#include <mlops/tasks/deploy-aks/options.hpp>
#include <optional>

namespace mlops::tasks::deploy_aks {

/// The two REST documents, and the version of a model of this workspace that the deployment holds.
struct Documents {
  aml::CompiledEndpoint endpoint;
  aml::CompiledDeployment deployment;
  std::optional<aml::AssetVersion> model;
};

/// Reads and compiles both files: once without any change, so that a mistake in either costs no upload, then for good.
/// Throws core::Error with the place in the YAML.
Documents compile_documents(aml::Workspace& workspace, const Options& options, const aml::YamlFile& endpoint_file,
                            const aml::YamlFile& deployment_file);

}  // namespace mlops::tasks::deploy_aks
