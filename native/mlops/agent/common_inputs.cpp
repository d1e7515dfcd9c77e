#include <mlops/agent/program.hpp>

namespace mlops::agent {

std::vector<InputSpec> all_inputs(const TaskSpec& spec) {
  std::vector<InputSpec> inputs = spec.inputs;
  inputs.push_back({.name = "dryRun",
                    .label = "Dry run",
                    .help = "Print what would be sent, with secrets masked, and change nothing.",
                    .type = InputType::boolean,
                    .default_value = "false"});
  return inputs;
}

std::vector<InputSpec> azure_inputs() {
  return {
      {.name = "azureSubscription",
       .label = "Azure Resource Manager connection",
       .help = "The service connection with which the task reaches the workspace.",
       .type = InputType::connected_service,
       .required = true},
      {.name = "resourceGroup",
       .label = "Resource group",
       .help = "The resource group of the Azure Machine Learning workspace.",
       .required = true,
       .choice = Choice::resource_groups},
      {.name = "workspace",
       .label = "Workspace",
       .help = "The name of the Azure Machine Learning workspace.",
       .required = true,
       .choice = Choice::workspaces},
      {.name = "subscriptionId",
       .label = "Subscription id",
       .help = "The workspace's subscription, when it is another than the connection's."},
  };
}

}  // namespace mlops::agent
