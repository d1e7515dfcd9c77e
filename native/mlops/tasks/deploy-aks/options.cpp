#include <fmt/format.h>

#include <boost/json.hpp>
#include <mlops/core/files.hpp>
#include <mlops/document/json_builder.hpp>
#include <mlops/tasks/deploy-aks/options.hpp>
#include <mlops/tasks/deploy-aks/plan.hpp>

namespace mlops::tasks::deploy_aks {

namespace {

std::optional<std::pair<std::string, std::string>> read_tag(const agent::Inputs& inputs) {
  const std::string text = inputs.text("tagModel");
  if (text.empty()) return std::nullopt;
  const auto equals = text.find('=');
  if (equals == std::string::npos || equals == 0 || equals + 1 == text.size()) {
    throw agent::input_error("tagModel", fmt::format("is \"{}\"", text), "Write name=value, e.g. stage=production.");
  }
  return std::pair(text.substr(0, equals), text.substr(equals + 1));
}

Action read_action(const std::string& text) {
  if (text == "rollback") return Action::roll_back;
  return text == "delete" ? Action::remove : Action::deploy;
}

std::string read_sample(const agent::Inputs& inputs) {
  const std::filesystem::path file = inputs.text("sampleRequest");
  if (file.empty()) return {};
  std::string text = core::read_file(file);
  document::JsonBuilder::build(text, file.string(), document::Scalars::typed);  // a mistake costs no deployment
  return text;
}

}  // namespace

std::string Options::model_reference() const {
  if (model_name.empty()) return {};
  return model_version.empty() ? fmt::format("azureml:{}@latest", model_name)
                               : fmt::format("azureml:{}:{}", model_name, model_version);
}

Options read_options(const agent::Inputs& inputs) {
  Options options;
  options.action = read_action(inputs.text("action"));
  options.endpoint_file = inputs.text("endpointFile");
  options.deployment_file = inputs.text("deploymentFile");
  if (options.action == Action::deploy && options.deployment_file.empty()) {
    throw core::Error("input-missing", "the input deploymentFile (--deployment-file) is missing.", {},
                      "The action deploy needs the CLI v2 YAML of the deployment.");
  }
  options.endpoint_set = inputs.pairs("endpointSet");
  options.deployment_set = inputs.pairs("set");
  options.model_name = inputs.text("modelName");
  options.model_version = inputs.text("modelVersion");
  options.deployment_name = inputs.text("deploymentName");
  options.sample_request = read_sample(inputs);
  options.expected_status = static_cast<int>(inputs.integer("expectStatus", 100));
  options.repetitions = static_cast<int>(inputs.integer("smokeTestRetries"));
  options.allow_insecure_scoring = inputs.flag("allowInsecureScoring");
  options.traffic = static_cast<int>(inputs.integer("traffic"));
  options.remove_old = inputs.flag("removeOld") && options.action == Action::deploy;
  options.keep_previous = inputs.flag("keepPrevious");
  options.tag = read_tag(inputs);
  options.timeout = std::chrono::minutes(inputs.integer("timeoutMinutes", 1));
  if (options.traffic > 100) {
    throw agent::input_error("traffic", fmt::format("is {}", options.traffic), "Write a percentage from 0 to 100.");
  }
  if (!options.deployment_name.empty()) check_deployment_name(options.deployment_name);
  return options;
}

}  // namespace mlops::tasks::deploy_aks
