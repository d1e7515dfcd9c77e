#include <mlops/tasks/arm-deploy/spec.hpp>

namespace mlops::tasks::arm_deploy {

using agent::InputType;

namespace {

std::vector<agent::InputSpec> inputs() {
  return {
      {.name = "azureSubscription",
       .label = "Azure Resource Manager connection",
       .help = "The service connection with whose identity the task works. Workload identity federation is the safest "
               "kind: no secret can leak.",
       .type = InputType::connected_service,
       .required = true},
      {.name = "action",
       .label = "Action",
       .help = "What to do: validate asks Resource Manager whether it takes the template, whatIf shows what a "
               "deployment would change, deploy deploys. Resources that are not in the template stay as they are.",
       .type = InputType::pick_list,
       .default_value = "deploy",
       .options = {{"validate", "Validate the template"}, {"whatIf", "Show what would change"}, {"deploy", "Deploy"}}},
      {.name = "resourceGroup",
       .label = "Resource group",
       .help = "The resource group that the template is deployed to.",
       .required = true,
       .choices = "resourcegroups?api-version=2021-04-01"},
      {.name = "location",
       .label = "Location",
       .help = "The Azure region in which a missing resource group is made, whatever the action: there must be a group "
               "to compare with. The connection then needs the right to make groups. When empty, a missing group is an "
               "error."},
      {.name = "template",
       .label = "ARM template",
       .help = "The ARM template, a JSON file such as infra/main.json.",
       .type = InputType::file_path,
       .required = true},
      // Not a filePath input: the agent turns an empty one into the folder of the sources.
      {.name = "parametersFile",
       .label = "Parameters file",
       .help = "A JSON file with the values of the template's parameters, such as MlopsConfigResolve@1 writes. When "
               "empty, they come from Parameters and the template's defaults.",
       .group = "parameters"},
      {.name = "parameters",
       .label = "Parameters",
       .help = "Values of the template's parameters that win over those in the file, one name=value a line. Where the "
               "template wants something else than a text, the value is JSON.",
       .type = InputType::multi_line,
       .group = "parameters"},
      {.name = "deploymentName",
       .label = "Deployment name",
       .help =
           "The deployment's name in the history of the resource group. When empty, the template's file name and the "
           "build id.",
       .group = "details"},
      {.name = "subscriptionId",
       .label = "Subscription ID",
       .help = "The id of the resource group's subscription. When empty, that of the connection.",
       .group = "details"},
      {.name = "timeoutMinutes",
       .label = "Timeout in minutes",
       .help = "The longest time that a deployment may take. Afterwards the task fails, and the deployment goes on.",
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
      .outputs = {{"hasChanges", "With whatIf: true when a deployment would create, change or delete something."},
                  {"changes", "With whatIf: the number of resources that it would create, change or delete."},
                  {"deploymentName", "With deploy: the deployment's name in the history of the resource group."},
                  {"deploymentOutputs", "With deploy: the template's outputs as JSON."},
                  {"output_*", "With deploy: each output of the template, such as output_workspaceId."}},
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
