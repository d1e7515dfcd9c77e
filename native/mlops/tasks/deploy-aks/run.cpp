#include <mlops/tasks/deploy-aks/report.hpp>
#include <mlops/tasks/deploy-aks/rollout.hpp>
#include <mlops/tasks/deploy-aks/run.hpp>

namespace mlops::tasks::deploy_aks {

std::string run(agent::Services& services, const agent::Inputs& inputs) {
  const Options options = read_options(inputs);
  const auto endpoint_file =
      aml::load_yaml(options.endpoint_file, services.variables, {.values = options.endpoint_set});
  const auto deployment_file =
      aml::load_yaml(options.deployment_file, services.variables, {.values = options.deployment_set});
  azure::Session session(services, inputs.text("azureSubscription"));
  aml::Workspace workspace(session, aml::WorkspaceName::of(inputs, session));
  const Documents documents = compile_documents(workspace, options, endpoint_file, deployment_file);

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
