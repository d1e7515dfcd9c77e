#include <fmt/format.h>

#include <mlops/tasks/arm-deploy/options.hpp>

namespace mlops::tasks::arm_deploy {

namespace {

// https://learn.microsoft.com/rest/api/resources/deployments/create-or-update
constexpr std::size_t k_longest_name = 64;
constexpr std::string_view k_legal = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_.()";

bool is_legal(const std::string& name) {
  return !name.empty() && name.size() <= k_longest_name && name.find_first_not_of(k_legal) == std::string::npos;
}

// The same for each attempt of a run, so that a re-run goes on where the history has it.
std::string default_name(const std::filesystem::path& file, const agent::PipelineRun& run) {
  const std::string end = run.build_id.empty() ? std::string() : "-" + run.build_id;
  std::string name;
  for (const char c : file.stem().string()) name += k_legal.find(c) == std::string_view::npos ? '-' : c;
  return name.substr(0, k_longest_name - std::min(end.size(), k_longest_name)) + end;
}

Action action_of(const std::string& text) {
  if (text == "validate") return Action::validate;
  return text == "whatIf" ? Action::what_if : Action::deploy;
}

}  // namespace

Options read_options(const agent::Inputs& inputs, const agent::PipelineRun& run) {
  Options options;
  options.action = action_of(inputs.text("action"));
  options.subscription = inputs.text("subscriptionId");
  options.group = inputs.text("resourceGroup");
  options.location = inputs.text("location");
  options.template_file = inputs.text("template");
  options.parameters_file = inputs.text("parametersFile");
  options.parameters = inputs.pairs("parameters");
  options.deployment = inputs.text("deploymentName");
  options.timeout = std::chrono::minutes(inputs.integer("timeoutMinutes", 1));
  if (options.deployment.empty()) options.deployment = default_name(options.template_file, run);
  if (is_legal(options.deployment)) return options;
  throw agent::input_error("deploymentName", fmt::format("is \"{}\"", options.deployment),
                           fmt::format("Use at most {} letters, digits, '-', '_', '.', '(' and ')'.", k_longest_name));
}

}  // namespace mlops::tasks::arm_deploy
