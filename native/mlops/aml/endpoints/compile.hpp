#pragma once

#include <mlops/aml/compile/fields.hpp>
#include <mlops/aml/yaml.hpp>
#include <string>

namespace mlops::aml {

/// The REST document of an online endpoint.
struct CompiledEndpoint {
  std::string name;
  json::object body;  ///< as the PUT sends it
  core::FilePlace place;
};

/// The REST document of a deployment.
struct CompiledDeployment {
  std::string name;      ///< as the file has it
  std::string endpoint;  ///< the endpoint it belongs to
  core::FilePlace endpoint_place;
  json::object body;  ///< as the PUT sends it
};

/// Compiles a CLI v2 managedOnlineEndpoint or kubernetesOnlineEndpoint file. The traffic in the file is checked but
/// left out: deployments have to exist first. Throws core::Error with the place in the YAML.
CompiledEndpoint compile_endpoint(const YamlFile& file, Resolver& resolver);
CompiledEndpoint compile_endpoint(const Scope& scope, const Node& root);

/// Compiles a CLI v2 managedOnlineDeployment or kubernetesOnlineDeployment file for an endpoint of that kind. A model
/// reference that is given replaces the file's `model`. Uploads the code. Throws core::Error with the place.
CompiledDeployment compile_deployment(const YamlFile& file, Resolver& resolver, bool on_kubernetes,
                                      const std::string& model_reference);

/// The same; `model` says what may stand under that key.
CompiledDeployment compile_deployment(const Scope& scope, const Node& root, bool on_kubernetes,
                                      const std::string& model_reference, const Convert& model);

/// An endpoint's managed identity.
Convert endpoint_identity();
/// Throws core::Error "value-invalid" for what can't become a part of a host's name.
void check_endpoint_name(const Node& node);

/// Whether an endpoint's REST document belongs to a Kubernetes compute.
bool is_on_kubernetes(const json::value& endpoint);

}  // namespace mlops::aml
