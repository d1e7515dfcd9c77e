#include <fmt/format.h>

#include <mlops/aml/json_access.hpp>
#include <mlops/aml/workspace_resolver.hpp>
#include <mlops/tasks/deploy-aks/documents.hpp>

namespace mlops::tasks::deploy_aks {

namespace {

void require_kind(const aml::YamlFile& file, aml::Kind wanted, const char* input) {
  // The input says what the file is; only a file that says otherwise is wrong.
  if (!file.root().find("$schema")) return;
  const aml::Kind kind = aml::kind_of(file);
  if (kind == wanted) return;
  throw file.root().error("kind-wrong",
                          fmt::format("the file describes {}, not {}.", aml::kind_name(kind), aml::kind_name(wanted)),
                          fmt::format("Check the input {} ({}).", input, agent::flag_name(input)));
}

// "azureml:name@latest" of the file with the version of the input.
std::string model_reference(const Options& options, const aml::YamlFile& deployment_file) {
  if (!options.model_name.empty() || options.model_version.empty()) return options.model_reference();
  const auto model = deployment_file.root().find("model");
  const auto parsed = model && model->is_string() ? aml::AssetReference::parse(model->as_string()) : std::nullopt;
  if (!parsed || parsed->name.empty()) {
    throw core::Error("input-missing", "the input modelVersion (--model-version) needs a model's name.", {},
                      "Set modelName, or name the model in the deployment file as azureml:<name>@latest.");
  }
  return fmt::format("azureml:{}:{}", parsed->name, options.model_version);
}

Documents compile(aml::Resolver& resolver, const Options& options, const aml::YamlFile& endpoint_file,
                  const aml::YamlFile& deployment_file) {
  Documents documents;
  documents.endpoint = aml::compile_endpoint(endpoint_file, resolver);
  documents.deployment =
      aml::compile_deployment(deployment_file, resolver, aml::is_on_kubernetes(documents.endpoint.body),
                              model_reference(options, deployment_file));
  if (documents.deployment.endpoint != documents.endpoint.name) {
    throw core::Error("value-invalid",
                      fmt::format("the deployment is for the endpoint \"{}\", but the endpoint file describes \"{}\".",
                                  documents.deployment.endpoint, documents.endpoint.name),
                      documents.deployment.endpoint_place, "Use the same variable in both files.");
  }
  const std::string model = aml::text_at(documents.deployment.body, "properties.model");
  if (model.rfind("/subscriptions/", 0) == 0) documents.model = aml::parse_version_id(model);
  if (options.tag && !documents.model) {
    throw agent::input_error("tagModel", "is set, but the deployment holds no registered model of this workspace",
                             "Set modelName, or leave tagModel empty.");
  }
  return documents;
}

}  // namespace

Documents compile_documents(aml::Workspace& workspace, const Options& options, const aml::YamlFile& endpoint_file,
                            const aml::YamlFile& deployment_file) {
  require_kind(endpoint_file, aml::Kind::online_endpoint, "endpointFile");
  require_kind(deployment_file, aml::Kind::online_deployment, "deploymentFile");
  const aml::Plan nothing;
  aml::WorkspaceResolver checker(workspace, nothing, true);
  compile(checker, options, endpoint_file, deployment_file);
  aml::WorkspaceResolver resolver(workspace, nothing, false);
  return compile(resolver, options, endpoint_file, deployment_file);
}

}  // namespace mlops::tasks::deploy_aks
