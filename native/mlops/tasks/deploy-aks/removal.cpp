#include <fmt/format.h>

#include <mlops/aml/endpoints/compile.hpp>
#include <mlops/aml/endpoints/online_endpoints.hpp>
#include <mlops/aml/workspace_resolver.hpp>
#include <mlops/tasks/deploy-aks/progress.hpp>
#include <mlops/tasks/deploy-aks/removal.hpp>

namespace mlops::tasks::deploy_aks {

void remove_endpoint(aml::Workspace& workspace, const Options& options, const aml::YamlFile& endpoint_file) {
  agent::Log& log = workspace.services().log;
  const aml::Plan nothing;
  aml::WorkspaceResolver resolver(workspace, nothing, true);
  const std::string name = aml::compile_endpoint(endpoint_file, resolver).name;
  log.set_variable("endpointName", name);
  aml::OnlineEndpoints endpoints(workspace);
  if (!endpoints.find(name)) return log.info(fmt::format("The endpoint {} is not there: nothing to delete.", name));
  Progress progress(workspace.services());
  workspace.manager().set_operation_timeout(options.timeout);
  workspace.manager().on_progress([&](const std::string& state) { progress.show(state); });
  log.info(fmt::format("Deleting the endpoint {} with its deployments.", name));
  progress.begin(fmt::format("The endpoint {}", name));
  endpoints.remove(name, false);
  log.info(fmt::format("deploy-aks: the endpoint {} is deleted.", name));
}

}  // namespace mlops::tasks::deploy_aks
