#include <mlops/aml/workspace_inputs.hpp>
#include <mlops/tasks/deploy-aks/spec.hpp>

namespace mlops::tasks::deploy_aks {

using agent::InputType;

namespace {

std::vector<agent::InputSpec> inputs() {
  std::vector<agent::InputSpec> inputs = aml::workspace_inputs();
  const std::vector<agent::InputSpec> own = {
      {.name = "action",
       .label = "Action",
       .help = "deploy: a new deployment gets the traffic. rollback: an earlier one that is still there gets it back, "
               "after the same tests: deploymentName, else one of modelVersion, else what served before. delete: the "
               "endpoint is deleted with its deployments.",
       .type = InputType::pick_list,
       .default_value = "deploy",
       .options = {{"deploy", "Deploy a model"}, {"rollback", "Go back to an earlier deployment"}, {"delete", "Delete the endpoint"}}},
      {.name = "endpointFile",
       .label = "Endpoint file",
       .help = "The CLI v2 YAML of the online endpoint, managed or on Kubernetes. The endpoint is created when it is "
               "missing.",
       .type = InputType::file_path,
       .required = true},
      {.name = "deploymentFile",
       .label = "Deployment file",
       .help = "The CLI v2 YAML of the deployment: code, environment, instances and probes. The action deploy needs it.",
       .type = InputType::file_path,
       .shown_when = "action = deploy"},
      {.name = "modelName",
       .label = "Model",
       .help = "The registered model to deploy, in place of the one in the deployment file.",
       .choices = aml::choices_in_workspace("models")},
      {.name = "modelVersion",
       .label = "Model version",
       .help = "The version to deploy, usually $(register.modelVersion). When empty, the newest.",
       .choices = aml::choices_in_workspace("models/$(modelName)/versions"),
       .shown_when = "modelName != \"\""},
      {.name = "deploymentName",
       .label = "Deployment name",
       .help = "The new deployment's name. When empty, model- and the model's version, with part of a hash when that "
               "version serves already with other settings."},
      {.name = "set",
       .label = "Deployment settings",
       .help = "Values that replace those in the deployment file, one path.to.key=value a line: instance_count=3.",
       .type = InputType::multi_line,
       .group = "settings"},
      {.name = "endpointSet",
       .label = "Endpoint settings",
       .help = "Values that replace those in the endpoint file, one path.to.key=value a line.",
       .type = InputType::multi_line,
       .group = "settings"},
      {.name = "sampleRequest",
       .label = "Sample request",
       .help = "A JSON file that is sent to the new deployment before it gets traffic, and to the endpoint afterwards. "
               "When empty, nothing is tested.",
       .type = InputType::file_path,
       .group = "check"},
      {.name = "expectStatus",
       .label = "Expected status",
       .help = "The HTTP status that the answer to the sample request must have.",
       .type = InputType::integer,
       .default_value = "200",
       .group = "check",
       .shown_when = "sampleRequest != \"\""},
      {.name = "smokeTestRetries",
       .label = "Repetitions",
       .help = "How often the sample request is repeated while the answer says that the deployment is not ready yet.",
       .type = InputType::integer,
       .default_value = "3",
       .group = "check",
       .shown_when = "sampleRequest != \"\""},
      {.name = "allowInsecureScoring",
       .label = "Allow plain http for the sample request",
       .help = "Send the sample request to a plain http address as well, as endpoints on Kubernetes without a "
               "certificate have. The endpoint's key then travels in clear text.",
       .type = InputType::boolean,
       .default_value = "false",
       .group = "check",
       .shown_when = "sampleRequest != \"\""},
      {.name = "traffic",
       .label = "Traffic in percent",
       .help = "The new deployment's share of the traffic; the others keep their proportions. The first deployment of "
               "an endpoint gets everything. With 0 it is only deployed and tested.",
       .type = InputType::integer,
       .default_value = "100",
       .group = "switch"},
      {.name = "removeOld",
       .label = "Remove old deployments",
       .help = "Delete deployments that this task made earlier and that have no traffic any more.",
       .type = InputType::boolean,
       .default_value = "true",
       .group = "switch"},
      {.name = "keepPrevious",
       .label = "Keep the previous deployment",
       .help = "Of the old deployments keep what had traffic until now, so that the action rollback can put it back "
               "at once. Its instances cost until the next deployment.",
       .type = InputType::boolean,
       .default_value = "false",
       .group = "switch",
       .shown_when = "removeOld = true"},
      {.name = "tagModel",
       .label = "Tag of the model in service",
       .help = "A tag, name=value, that the deployed version gets and the others lose, such as stage=production, by "
               "which the quality gate knows the version in production. When empty, no tag is set.",
       .group = "switch",
       .shown_when = "traffic != 0"},
      {.name = "timeoutMinutes",
       .label = "Timeout in minutes",
       .help =
           "The longest time for each of three: creating the endpoint, creating the deployment, changing the traffic.",
       .type = InputType::integer,
       .default_value = "30"},
  };
  inputs.insert(inputs.end(), own.begin(), own.end());
  return inputs;
}

}  // namespace

const agent::TaskSpec& spec() {
  static const agent::TaskSpec k_spec = {
      .name = "MlopsDeployAks",
      .id = "e2b8a3f6-94c7-4d15-a06e-7b91c5d30f82",
      .executable = "deploy-aks",
      .friendly_name = "Azure ML: deploy a model",
      .description =
          "Puts a model into service, blue/green, on Kubernetes (AKS) or managed online endpoints: smoke test, traffic "
          "switch, rollback.",
      .instance_name = "Deploy $(modelName)",
      .groups = {{"check", "Smoke test"}, {"switch", "Traffic"}, {"settings", "Settings in the files"}},
      .inputs = inputs(),
      .outputs = {{"endpointName", "The endpoint's name."},
                  {"deploymentName", "The deployment that serves the model."},
                  {"scoringUri", "The endpoint's scoring address."},
                  {"previousDeployment", "The deployment that had most of the traffic before; may be empty."},
                  {"smokeTestStatus", "The status of the last sample request's answer; empty without one."}},
      .example = R"(
- task: MlopsDeployAks@1
  inputs:
    azureSubscription: my-service-connection
    resourceGroup: rg-mlops
    workspace: mlops-prd
    endpointFile: endpoint.yml
    deploymentFile: deployment.yml
    modelName: breast-cancer
    modelVersion: $(register.modelVersion)
    sampleRequest: sample-request.json
    tagModel: stage=production)",
  };
  return k_spec;
}

}  // namespace mlops::tasks::deploy_aks
