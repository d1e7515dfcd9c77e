#pragma once

#include <mlops/aml/compile/fields.hpp>
#include <mlops/aml/yaml.hpp>
#include <string>

namespace mlops::aml {

/// The REST document of an online endpoint or of a deployment.
struct CompiledEndpoint {
  std::string name;
  std::string endpoint;  ///< of a deployment: the endpoint it belongs to
  json::object body;     ///< as the PUT sends it
  core::FilePlace place;
};

/// Compiles a CLI v2 managedOnlineEndpoint or kubernetesOnlineEndpoint file. The traffic in the file is checked but left
/// out: deployments have to exist first. Throws core::Error with the place in the YAML.
CompiledEndpoint compile_endpoint(const YamlFile& file, Resolver& resolver);

/// Compiles a CLI v2 managedOnlineDeployment or kubernetesOnlineDeployment file for an endpoint of that kind. A model
/// reference that is given replaces the file's `model`. Uploads the code. Throws core::Error with the place.
CompiledEndpoint compile_deployment(const YamlFile& file, Resolver& resolver, bool on_kubernetes,
                                    const std::string& model_reference);

/// Whether an endpoint's REST document belongs to a Kubernetes compute.
bool is_on_kubernetes(const json::value& endpoint);

}  // namespace mlops::aml
