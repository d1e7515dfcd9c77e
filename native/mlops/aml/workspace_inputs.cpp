#include <fmt/format.h>

#include <mlops/aml/api.hpp>
#include <mlops/aml/workspace_inputs.hpp>

namespace mlops::aml {

namespace {

constexpr std::string_view k_workspaces =
    "resourceGroups/$(resourceGroup)/providers/Microsoft.MachineLearningServices/workspaces";
constexpr std::string_view k_resources_api_version = "2021-04-01";

}  // namespace

std::vector<agent::InputSpec> workspace_inputs() {
  return {
      {.name = "azureSubscription",
       .label = "Azure Resource Manager connection",
       .help = "The service connection with whose identity the task works. Workload identity federation is the safest "
               "kind: no secret can leak.",
       .type = agent::InputType::connected_service,
       .required = true},
      {.name = "resourceGroup",
       .label = "Resource group",
       .help = "The resource group of the Azure Machine Learning workspace.",
       .required = true,
       .choices = fmt::format("resourcegroups?api-version={}", k_resources_api_version)},
      {.name = "workspace",
       .label = "Workspace",
       .help = "The name of the Azure Machine Learning workspace.",
       .required = true,
       .choices = fmt::format("{}?api-version={}", k_workspaces, k_api_version)},
      {.name = "subscriptionId",
       .label = "Subscription ID",
       .help = "The id of the workspace's subscription. When empty, that of the connection."},
  };
}

std::string choices_in_workspace(std::string_view collection) {
  return fmt::format("{}/$(workspace)/{}?api-version={}", k_workspaces, collection, k_api_version);
}

}  // namespace mlops::aml
