#include <mlops/tasks/deploy-aks/removal.hpp>
#include <mlops/tasks/deploy-aks/report.hpp>
#include <mlops/tasks/deploy-aks/rollback_target.hpp>
#include <mlops/tasks/deploy-aks/rollout.hpp>
#include <mlops/tasks/deploy-aks/run.hpp>

namespace mlops::tasks::deploy_aks {

namespace {

Documents documents_of(aml::Workspace& workspace, const Options& options, const aml::YamlFile& endpoint_file) {
  if (options.action == Action::roll_back) return documents_of_rollback(workspace, options, endpoint_file);
  const auto deployment_file =
      aml::load_yaml(options.deployment_file, workspace.services().variables, {.values = options.deployment_set});
  return compile_documents(workspace, options, endpoint_file, deployment_file);
}

}  // namespace

std::string run(agent::Services& services, const agent::Inputs& inputs) {
  const Options options = read_options(inputs);
  const auto endpoint_file =
      aml::load_yaml(options.endpoint_file, services.variables, {.values = options.endpoint_set});
  azure::Session session(services, inputs.text("azureSubscription"));
  aml::Workspace workspace(session, aml::WorkspaceName::of(inputs, session));
  if (options.action == Action::remove) {
    remove_endpoint(workspace, options, endpoint_file);
    return {};
  }
  const Documents documents = documents_of(workspace, options, endpoint_file);

  Outcome outcome;
  Rollout rollout(workspace, options, documents, outcome);
  if (services.dry_run) {
    rollout.run();
    return {};
  }
  try {
    rollout.run();
  } catch (const core::Error& error) {
    report_failure(services, documents, outcome, error);
    throw;
  }
  report(services, documents, outcome);
  return outcome.leftovers ? "SucceededWithIssues" : "";
}

}  // namespace mlops::tasks::deploy_aks
