#include <fmt/format.h>

#include <cctype>
#include <mlops/runner/tasks/table.hpp>

namespace mlops::runner {

namespace {

constexpr const char* k_own_task = "MlopsArmDeploy@1";

// "-name value" pairs on one line or many, values in quotes where they hold blanks; as name=value lines.
std::string override_lines(const StepRun& run, const std::string& text) {
  std::vector<std::string> words;
  std::string word;
  char quote = 0;
  bool begun = false;
  for (const char c : text + " ") {
    const bool blank = quote == 0 && std::isspace(static_cast<unsigned char>(c)) != 0;
    if (blank && begun) words.push_back(std::exchange(word, {}));
    begun = begun && !blank;
    if (blank) continue;
    begun = true;
    if (quote == 0 && (c == '"' || c == '\'')) {
      quote = c;
    } else if (c == quote) {
      quote = 0;
    } else {
      word += c;
    }
  }
  std::string lines;
  for (std::size_t i = 0; i < words.size(); i += 2) {
    if (!words[i].starts_with('-') || i + 1 == words.size()) {
      throw run.error("input-invalid", fmt::format("overrideParameters has no \"-name value\" at \"{}\".", words[i]));
    }
    lines += words[i].substr(1) + '=' + words[i + 1] + '\n';
  }
  return lines;
}

// Scopes and actions that the own task has not.
void require_supported(const StepRun& run) {
  const auto scope = run.input("deploymentScope", "Resource Group");
  const auto action = run.input("action", "Create Or Update Resource Group");
  const auto location = run.input("templateLocation", "Linked artifact");
  if (core::equals_ignoring_case(scope, "Resource Group") && core::equals_ignoring_case(location, "Linked artifact") &&
      core::equals_ignoring_case(action, "Create Or Update Resource Group")) {
    return;
  }
  throw run.error(
      "task-unsupported",
      fmt::format("{} deploys a linked artifact to a resource group on this machine, and does nothing else.",
                  run.step.task),
      "Leave the step out with --skip-task AzureResourceManagerTemplateDeployment.");
}

}  // namespace

// The deployment is carried out by the product's own task, found beside this program; its names of inputs differ.
Result run_arm_deployment(StepRun& run) {
  require_supported(run);
  const auto* task = run.job.run.tasks.find(TaskReference(k_own_task));
  if (!task) {
    throw run.error("task-missing", fmt::format("{} needs the task {}, which is not here.", run.step.task, k_own_task),
                    "Give the folder of this product's tasks with --tasks.");
  }
  const auto mode = run.input("deploymentMode", "Incremental");
  if (core::equals_ignoring_case(mode, "Complete")) {
    throw run.error("task-unsupported",
                    "the deployment mode Complete deletes resources; it is not done on this machine.");
  }
  Pairs inputs{
      {"azureSubscription", run.input("azureResourceManagerConnection", run.input("ConnectedServiceName"))},
      {"action", core::equals_ignoring_case(mode, "Validation") ? "validate" : "deploy"},
      {"resourceGroup", run.required("resourceGroupName")},
      {"location", run.input("location")},
      {"template", run.required("csmFile")},
      {"parametersFile", run.input("csmParametersFile")},
      {"parameters", override_lines(run, run.input("overrideParameters"))},
      {"deploymentName", run.input("deploymentName")},
      {"subscriptionId", run.input("subscriptionId", run.input("subscriptionName"))},
  };
  StepRun own{run.job, run.step, std::move(inputs), run.log, run.commands, run.stop};
  const auto result = run_node_task(own, *task);
  const auto name = run.input("deploymentOutputs");
  const auto outputs = run.job.outputs.find(run.commands.step_name() + ".deploymentOutputs");
  if (!name.empty() && outputs != run.job.outputs.end()) {
    run.job.variables.set({.name = name, .value = outputs->second.value});
  }
  return result;
}

}  // namespace mlops::runner
