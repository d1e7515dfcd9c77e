#include <mlops/aml/workspace_inputs.hpp>
#include <mlops/tasks/aml-submit/spec.hpp>

namespace mlops::tasks::aml_submit {

using agent::InputType;

namespace {

std::vector<agent::InputSpec> own_inputs() {
  return {
      {.name = "jobFile",
       .label = "Files",
       .help =
           "Azure ML CLI v2 YAML files, one a line; wildcards are allowed. Datastores, computes, environments, "
           "data, components and models are created first, then jobs, then schedules, endpoints and deployments, "
           "whatever their order here. $(NAME) in a file is replaced by the pipeline variable; a secret one may "
           "stand in the credentials of a datastore only. May be empty when a batch endpoint is called or a submitted "
           "job is collected.",
       .type = InputType::multi_line},
      {.name = "set",
       .label = "Overrides",
       .help =
           "Values that replace those in the job files, one path.to.key=value a line: inputs.epochs=20. List elements "
           "are named by their index, values are YAML. Without a job among the files they go into every file.",
       .type = InputType::multi_line},
      {.name = "parameters",
       .label = "Parameters",
       .help =
           "YAML that is merged into the job files, keys below their parents as in the file; without a job among the "
           "files, into every file. Lists and plain values replace those in the file. Overrides win over Parameters.",
       .type = InputType::multi_line},
      {.name = "registry",
       .label = "Registry",
       .help = "The name or ARM id of a registry that gets the data, environments, components and models of the files. "
               "When empty, the workspace gets them. A version that is there already stays as it is."},
      {.name = "name",
       .label = "Job name",
       .help =
           "The job's name, used as it is. When empty, it is made of the YAML's name, display_name or file name, the "
           "build id and the attempt, so that a repetition finds the job again instead of starting a second one.",
       .group = "job"},
      {.name = "experimentName",
       .label = "Experiment",
       .help = "The experiment that the job belongs to; wins over experiment_name in the YAML.",
       .group = "job"},
      {.name = "compute",
       .label = "Compute",
       .help = "The compute that the job runs on; wins over compute in the YAML, or over default_compute of a "
               "pipeline. Overrides win over it.",
       .group = "job",
       .choices = aml::choices_in_workspace("computes")},
      {.name = "force",
       .label = "Always a new job",
       .help = "Create a new job even if this pipeline run has made the same one already.",
       .type = InputType::boolean,
       .default_value = "false",
       .group = "job"},
      {.name = "invokeEndpoint",
       .label = "Batch endpoint to call",
       .help = "The batch endpoint to call once the files are created. The call's job is watched like any other.",
       .group = "batch",
       .choices = aml::choices_in_workspace("batchEndpoints")},
      {.name = "invokeDeployment",
       .label = "Deployment",
       .help = "The deployment to call. When empty, the endpoint's default deployment.",
       .group = "batch",
       .choices = aml::choices_in_workspace("batchEndpoints/$(invokeEndpoint)/deployments"),
       .shown_when = "invokeEndpoint != \"\""},
      {.name = "invokeInputs",
       .label = "Inputs",
       .help = "The call's inputs, one name=value a line: a local path, an address, a registered data asset "
               "(azureml:name:version) or a literal. Where the value doesn't show its type, write the type before it: "
               "data=uri_file:https://...",
       .type = InputType::multi_line,
       .group = "batch",
       .shown_when = "invokeEndpoint != \"\""},
      {.name = "invokeOutputs",
       .label = "Outputs",
       .help = "Where the call's outputs go, one name=address a line. When empty, the workspace's own datastore.",
       .type = InputType::multi_line,
       .group = "batch",
       .shown_when = "invokeEndpoint != \"\""},
      {.name = "wait",
       .label = "Wait for the job",
       .help = "Print the job's logs and wait for its end. Otherwise the task ends as soon as the job is submitted.",
       .type = InputType::boolean,
       .default_value = "true",
       .group = "wait"},
      {.name = "collectJob",
       .label = "Submitted job to collect",
       .help =
           "The name of a job that an earlier step submitted without waiting: its output jobName. Nothing is "
           "created; the task waits for the end of that job and publishes its log, metrics and outputs. When empty, "
           "no job is collected.",
       .group = "wait",
       .shown_when = "wait = true"},
      {.name = "timeoutMinutes",
       .label = "Timeout in minutes",
       .help = "The longest time to wait for the job. With 0 only the pipeline job's own timeout counts.",
       .type = InputType::integer,
       .default_value = "0",
       .group = "wait",
       .shown_when = "wait = true"},
      {.name = "pollSeconds",
       .label = "Poll interval in seconds",
       .help = "How often the job's state and logs are read. A job that says nothing is asked less often, up to every "
               "30 seconds.",
       .type = InputType::integer,
       .default_value = "5",
       .group = "wait",
       .shown_when = "wait = true"},
      {.name = "onFailure",
       .label = "When the job fails",
       .help = "What a failed job makes of the task: fail ends it with an error, warn with issues, ignore with "
               "success. The output variable jobStatus tells the job's state.",
       .type = InputType::pick_list,
       .default_value = "fail",
       .options = {{"fail", "Fail the task"}, {"warn", "End with a warning"}, {"ignore", "Succeed"}},
       .group = "wait",
       .shown_when = "wait = true"},
      {.name = "cancelOnAbort",
       .label = "Cancel the job with the pipeline",
       .help = "Cancel the job in Azure ML when the pipeline is cancelled or the timeout is over.",
       .type = InputType::boolean,
       .default_value = "true",
       .group = "wait",
       .shown_when = "wait = true"},
      {.name = "downloadOutputs",
       .label = "Outputs to download",
       .help = "Names of outputs of the job or its steps that are copied to the agent, one a line; default stands for "
               "the job's artifact folder.",
       .type = InputType::multi_line,
       .group = "results",
       .shown_when = "wait = true"},
      // Not a filePath input: the agent turns an empty one into the folder of the sources.
      {.name = "outputsFolder",
       .label = "Folder for outputs",
       .help = "The folder for metrics.json and the downloaded outputs, one folder each. When empty, a folder of its "
               "own below the agent's temporary one.",
       .group = "results"},
      {.name = "publishArtifacts",
       .label = "Artifacts to publish",
       .help = "Patterns of artifacts that the job and its steps logged with MLflow or wrote into the folder outputs, "
               "one a line: *.png, reports/**. They are attached to the run and come with its downloaded logs; at most "
               "50 files of 10 MB from each step.",
       .type = InputType::multi_line,
       .group = "results",
       .shown_when = "wait = true"},
      {.name = "summary",
       .label = "Add a summary to the run's page",
       .help = "Show the steps, durations, metrics and errors of the job on the pipeline run's page.",
       .type = InputType::boolean,
       .default_value = "true",
       .group = "results",
       .shown_when = "wait = true"},
  };
}

std::vector<agent::InputSpec> inputs() {
  std::vector<agent::InputSpec> all = aml::workspace_inputs();
  for (auto& input : own_inputs()) all.push_back(std::move(input));
  return all;
}

}  // namespace

const agent::TaskSpec& spec() {
  static const agent::TaskSpec k_spec = {
      .name = "MlopsAmlSubmit",
      .id = "1cd98d73-70c3-4050-8dac-3630af3fdeff",
      .executable = "aml-submit",
      .friendly_name = "Azure ML: submit jobs and assets",
      .description =
          "Creates jobs, data, environments, components, datastores, computes, models, schedules, endpoints and "
          "deployments from Azure ML CLI v2 YAML, calls batch endpoints, "
          "watches jobs, streams their logs and publishes their metrics and outputs.",
      .instance_name = "Submit to $(workspace)",
      .groups = {{"job", "Job"}, {"batch", "Batch endpoint"}, {"wait", "Waiting"}, {"results", "Results"}},
      .inputs = inputs(),
      .outputs =
          {
              {"jobName", "The name of the job."},
              {"jobId", "The ARM id of the job, by which MlopsAmlWait@1 asks for its state."},
              {"jobStatus", "Completed, Failed or Canceled; the state after submission when wait is false."},
              {"studioUrl", "The job's page in Azure ML studio."},
              {"childJobs", "The steps' jobs as JSON: {step: job name}."},
              {"metricsFile", "A JSON file with the metrics of the job and its steps: {name: number}."},
              {"metric_*",
               "Each metric of the job and its steps; characters other than letters, digits and _ become _."},
              {"outputsFolder", "The folder that holds the downloaded outputs, one folder each."},
              {"dataId", "The ARM id of the data asset's version."},
              {"environmentId", "The ARM id of the environment's version."},
              {"componentId", "The ARM id of the component's version."},
              {"modelId", "The ARM id of the model's version."},
              {"computeId", "The ARM id of the compute."},
              {"endpointId", "The ARM id of the batch or online endpoint."},
              {"deploymentId", "The ARM id of the batch or online deployment."},
              {"datastoreId", "The ARM id of the datastore."},
              {"scheduleId", "The ARM id of the schedule."},
          },
      .example = R"(
- task: MlopsAmlSubmit@1
  name: train
  inputs:
    azureSubscription: my-service-connection
    resourceGroup: rg-mlops
    workspace: mlops-dev
    jobFile: |
      environment.yml
      data.yml
      pipeline.yml
    set: inputs.epochs=20)",
  };
  return k_spec;
}

}  // namespace mlops::tasks::aml_submit
