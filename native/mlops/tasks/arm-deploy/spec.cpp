#include <mlops/tasks/arm-deploy/spec.hpp>

namespace mlops::tasks::arm_deploy {

using agent::InputType;

namespace {

std::vector<agent::InputSpec> inputs() {
  return {
      {.name = "azureSubscription",
       .label = "Azure Resource Manager connection",
       .help = "The service connection with which the task reaches the resource group.",
       .type = InputType::connected_service,
       .required = true},
      {.name = "action",
       .label = "Action",
       .help =
           "validate asks Resource Manager whether it would take the template; whatIf shows what a deployment would "
           "change; deploy deploys. Resources that are not in the template stay as they are.",
       .type = InputType::pick_list,
       .required = true,
       .default_value = "deploy",
       .options = {{"validate", "Validate the template"}, {"whatIf", "Show what would change"}, {"deploy", "Deploy"}}},
      {.name = "resourceGroup",
       .label = "Resource group",
       .help = "The resource group to deploy to.",
       .required = true,
       .choices = "resourcegroups?api-version=2021-04-01"},
      {.name = "location",
       .label = "Location",
       .help = "Makes the resource group in this Azure region when it is missing, whatever the action: there must be a "
               "group to compare with. It costs nothing. Leave it empty where the connection may not make groups."},
      {.name = "template",
       .label = "Template",
       .help = "The ARM template, a JSON file such as infra/main.json.",
       .type = InputType::file_path,
       .required = true},
      {.name = "parametersFile",
       .label = "Parameters file",
       .help = "A JSON file with the parameters' values; MlopsConfigResolve writes one from the configuration.",
       .group = "parameters"},
      {.name = "parameters",
       .label = "Parameters",
       .help = "name=value, one a line; they win over the file. The value of a parameter that is no text is JSON.",
       .type = InputType::multi_line,
       .group = "parameters"},
      {.name = "deploymentName",
       .label = "Deployment name",
       .help = "The name in the resource group's history; the template's and the run's id when empty.",
       .group = "details"},
      {.name = "subscriptionId",
       .label = "Subscription id",
       .help = "The resource group's subscription, when it is another than the connection's.",
       .group = "details"},
      {.name = "timeoutInMinutes",
       .label = "Timeout (minutes)",
       .help = "How long a deployment may take; afterwards the task fails and the deployment goes on.",
       .type = InputType::integer,
       .default_value = "90",
       .group = "details"},
  };
}

}  // namespace

const agent::TaskSpec& spec() {
  static const agent::TaskSpec k_spec = {
      .name = "MlopsArmDeploy",
      .id = "5b0d9a47-6c1e-4f83-9a27-d4e1c38b7f60",
      .executable = "arm-deploy",
      .friendly_name = "Azure ML: deploy infrastructure",
      .description = "Validates an ARM template, shows what it would change, or deploys it to a resource group.",
      .instance_name = "$(action) $(template)",
      .groups = {{"parameters", "Parameters"}, {"details", "Details"}},
      .inputs = inputs(),
      .outputs = {{"hasChanges", "whatIf: true when a deployment would create, change or delete something."},
                  {"changes", "whatIf: the number of resources it would create, change or delete."},
                  {"deploymentName", "deploy: the name in the resource group's history."},
                  {"deploymentOutputs", "deploy: the template's outputs as JSON."},
                  {"output_*", "deploy: each output of the template, such as output_workspaceId."}},
      .example = R"(
- task: MlopsArmDeploy@1
  displayName: What would change
  inputs:
    azureSubscription: my-service-connection
    action: whatIf
    resourceGroup: rg-mlops
    template: infra/main.json
    parametersFile: $(Build.ArtifactStagingDirectory)/parameters.json)",
  };
  return k_spec;
}

}  // namespace mlops::tasks::arm_deploy
