#include <fmt/format.h>

#include <mlops/aml/json_access.hpp>
#include <mlops/aml/models.hpp>
#include <mlops/aml/workspace_resolver.hpp>
#include <mlops/core/files.hpp>
#include <mlops/tasks/deploy-aks/rollout.hpp>
#include <mlops/tasks/deploy-aks/run.hpp>

namespace mlops::tasks::deploy_aks {

namespace {

/// The two documents, and the model version that the deployment holds.
struct Documents {
  aml::CompiledEndpoint endpoint;
  aml::CompiledEndpoint deployment;
  std::optional<aml::AssetVersion> model;
};

void check_names(const Documents& documents, const aml::YamlFile& deployment_file) {
  if (documents.deployment.endpoint == documents.endpoint.name) return;
  throw deployment_file.root().at("endpoint_name").error(
      "value-invalid", fmt::format("the deployment is for the endpoint \"{}\", but the endpoint file describes \"{}\".",
                                   documents.deployment.endpoint, documents.endpoint.name),
      "Use the same variable in both files.");
}

Documents compile(const Options& options, const aml::YamlFile& endpoint_file, const aml::YamlFile& deployment_file,
                  aml::Resolver& resolver) {
  Documents documents;
  documents.endpoint = aml::compile_endpoint(endpoint_file, resolver);
  documents.deployment = aml::compile_deployment(deployment_file, resolver, aml::is_on_kubernetes(documents.endpoint.body),
                                                 options.model_reference());
  check_names(documents, deployment_file);
  const std::string model = aml::text_at(documents.deployment.body, "properties.model");
  if (model.rfind("/subscriptions/", 0) == 0) documents.model = aml::parse_version_id(model);
  return documents;
}

void tag_model(agent::Log& log, aml::Workspace& workspace, const Options& options, const Documents& documents) {
  if (!options.tag || !documents.model) return;
  const auto& [tag, value] = *options.tag;
  aml::Models models(workspace);
  const auto model = models.find(documents.model->name, documents.model->version);
  if (!model) return;
  const auto lost = models.move_tag(*model, tag, value);
  log.info(fmt::format("The model {}:{} has the tag {}={} now{}.", model->name, model->version, tag, value,
                       lost.empty() ? "" : fmt::format("; version {} lost it", fmt::join(lost, ", "))));
}

void remove_old(agent::Services& services, aml::OnlineEndpoints& endpoints, const Options& options,
                const Outcome& outcome, const std::string& endpoint) {
  if (!options.remove_old) return;
  for (const auto& name : removable(endpoints.deployments(endpoint), outcome.after, outcome.deployment)) {
    services.log.info(fmt::format("Removing the deployment {}, which has no traffic any more.", name));
    endpoints.remove_deployment(endpoint, name, false);
  }
}

void report(agent::Services& services, const Documents& documents, const Outcome& outcome) {
  const std::string uri = aml::text_at(outcome.endpoint, "properties.scoringUri");
  const std::string previous = main_deployment(outcome.before);
  const std::string status = outcome.smoke_status == 0 ? "" : std::to_string(outcome.smoke_status);
  agent::Log& log = services.log;
  log.set_variable("endpointName", documents.endpoint.name);
  log.set_variable("deploymentName", outcome.deployment);
  log.set_variable("scoringUri", uri);
  log.set_variable("previousDeployment", previous == outcome.deployment ? "" : previous);
  log.set_variable("smokeTestStatus", status);

  std::string text = fmt::format("## Deployment {} on {}\n\n| | |\n|---|---|\n", outcome.deployment,
                                 documents.endpoint.name);
  if (documents.model) text += fmt::format("| Model | {}:{} |\n", documents.model->name, documents.model->version);
  text += fmt::format("| Traffic before | {} |\n| Traffic now | {} |\n| Smoke test | {} |\n| Scoring address | {} |\n",
                      to_text(outcome.before), to_text(outcome.after), status.empty() ? "none" : "HTTP " + status, uri);
  const auto run = agent::pipeline_run(services.variables);
  const auto file = std::filesystem::absolute(
      std::filesystem::path(run.temp_folder) /
      fmt::format("deploy-aks-{}-{}.md", documents.endpoint.name, outcome.deployment));
  core::write_file_atomically(file, text);
  log.upload_summary(file.string());
}

}  // namespace

std::string run(agent::Services& services, const agent::Inputs& inputs) {
  const Options options = read_options(inputs);
  const auto endpoint_file = aml::load_yaml(options.endpoint_file, services.variables, options.endpoint_set);
  const auto deployment_file = aml::load_yaml(options.deployment_file, services.variables, options.deployment_set);
  azure::Session session(services, inputs.text("azureSubscription"));
  aml::Workspace workspace(session, aml::WorkspaceName::of(inputs, session));
  workspace.manager().set_operation_timeout(options.timeout);

  const aml::Plan nothing;
  // First without any change, so that a mistake in either file costs no upload.
  aml::WorkspaceResolver checker(workspace, nothing, true);
  compile(options, endpoint_file, deployment_file, checker);
  aml::WorkspaceResolver resolver(workspace, nothing, false);
  const Documents documents = compile(options, endpoint_file, deployment_file, resolver);

  if (options.sample_request.empty()) {
    services.log.warning("no sample request is given: the deployment gets traffic untested.", {}, "smoke-test-missing");
  }
  aml::OnlineEndpoints endpoints(workspace);
  const Outcome outcome = Rollout(services, endpoints, options)
                              .run(documents.endpoint, documents.deployment,
                                   documents.model ? documents.model->version : std::string());
  if (services.dry_run) return {};
  tag_model(services.log, workspace, options, documents);
  remove_old(services, endpoints, options, outcome, documents.endpoint.name);
  report(services, documents, outcome);
  return {};
}

}  // namespace mlops::tasks::deploy_aks
