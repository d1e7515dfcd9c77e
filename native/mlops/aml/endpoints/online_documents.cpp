#include <mlops/aml/compile/compile.hpp>
#include <mlops/aml/endpoints/compile.hpp>
#include <mlops/aml/endpoints/inline_assets.hpp>
#include <mlops/core/text.hpp>

// Online endpoints and deployments as documents of their own, created as they are: no traffic is moved.

namespace mlops::aml {

namespace {

bool says_kubernetes(const Node& node) {
  for (const char* key : {"$schema", "type"}) {
    const auto text = node.find(key);
    if (text && core::to_lower(text->as_string()).find("kubernetes") != std::string::npos) return true;
  }
  return false;
}

}  // namespace

Compiled compile_online_endpoint(const Scope& scope, const Node& node) {
  CompiledEndpoint endpoint = compile_endpoint(scope, node);
  Compiled compiled;
  compiled.name = std::move(endpoint.name);
  compiled.body = std::move(endpoint.body);
  return compiled;
}

Compiled compile_online_deployment(const Scope& scope, const Node& node) {
  CompiledDeployment deployment = compile_deployment(scope, node, says_kubernetes(node), "", deployed_model);
  scope.resolver.require_endpoint(k_online_endpoint, deployment.endpoint, deployment.endpoint_place);
  Compiled compiled;
  compiled.name = std::move(deployment.name);
  compiled.parent = resource_path("", k_online_endpoint, deployment.endpoint).substr(1);
  compiled.body = std::move(deployment.body);
  return compiled;
}

}  // namespace mlops::aml
