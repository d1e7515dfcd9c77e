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
           "Azure ML CLI v2 YAML files, one a line: jobs, and datastores, computes, environments, data, components "
           "and models that they need, which are created first whatever the order, and schedules, endpoints and "
           "deployments, which are created last. $(NAME) in them is replaced by "
           "pipeline variables; secret ones may stand in the credentials of a datastore only. Wildcards are allowed. "
           "May be empty when a batch endpoint is called or a submitted job collected.",
       .type = InputType::multi_line},
      {.name = "set",
       .label = "Overrides",
       .help = "Values to change in the job files (in all files when there is no job), one path.to.key=value a line; "
               "list elements by index, the value as YAML.",
       .type = InputType::multi_line},
      {.name = "parameters",
       .label = "Parameters",
       .help =
           "YAML that is merged into the job files (into all files when there is no job): keys below their parents, "
           "as in the file. Lists and plain values replace those in the file; Overrides win over Parameters.",
       .type = InputType::multi_line},
      {.name = "registry",
       .label = "Registry",
       .help =
           "The name or ARM id of a registry in which the data, environments, components and models of the files are "
           "created instead of the workspace. A version that is there already stays as it is."},
      {.name = "name",
       .label = "Job name",
       .help = "The job's name, used as it is. Without it the name is made of the YAML's name, display_name or file "
               "name, the build id and the attempt, so that a repetition finds the job again.",
       .group = "job"},
      {.name = "experimentName",
       .label = "Experiment",
       .help = "The experiment of the job; wins over experiment_name in the YAML.",
       .group = "job"},
      {.name = "compute",
       .label = "Compute",
       .help = "The compute target of the job; wins over compute in the YAML, of a pipeline over its default_compute. "
               "Overrides win over it.",
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
       .help = "The batch endpoint to call after the files are created; its job is watched like any other.",
       .group = "batch",
       .choices = aml::choices_in_workspace("batchEndpoints")},
      {.name = "invokeDeployment",
       .label = "Deployment",
       .help = "The deployment to call; default is the endpoint's default deployment.",
       .group = "batch",
       .choices = aml::choices_in_workspace("batchEndpoints/$(invokeEndpoint)/deployments"),
       .shown_when = "invokeEndpoint != \"\""},
      {.name = "invokeInputs",
       .label = "Inputs",
       .help =
           "name=value lines: a local path, an address, a registered data asset (azureml:name:version) or a literal. "
           "A type before the value tells what it is where its form doesn't: data=uri_file:https://....",
       .type = InputType::multi_line,
       .group = "batch",
       .shown_when = "invokeEndpoint != \"\""},
      {.name = "invokeOutputs",
       .label = "Outputs",
       .help = "name=address lines: where outputs go; default is the workspace's own datastore.",
       .type = InputType::multi_line,
       .group = "batch",
       .shown_when = "invokeEndpoint != \"\""},
      {.name = "collectJob",
       .label = "Submitted job to collect",
       .help = "The name of a job that an earlier step submitted without waiting (its output jobName): nothing is "
               "created, what is left of the job is waited for, and its log, metrics and outputs are published.",
       .group = "wait"},
      {.name = "wait",
       .label = "Wait for the job",
       .help = "Print the job's logs and wait for its end. Otherwise the task ends when the job is submitted.",
       .type = InputType::boolean,
       .default_value = "true",
       .group = "wait"},
      {.name = "timeoutMinutes",
       .label = "Timeout in minutes",
       .help = "The longest time to wait; 0 for no limit but the pipeline job's own.",
       .type = InputType::integer,
       .default_value = "0",
       .group = "wait",
       .shown_when = "wait = true"},
      {.name = "pollSeconds",
       .label = "Seconds between looks",
       .help = "How often the job's state and logs are read; a job that says nothing is asked less often.",
       .type = InputType::integer,
       .default_value = "5",
       .group = "wait",
       .shown_when = "wait = true"},
      {.name = "onFailure",
       .label = "When the job fails",
       .help = "fail ends the task with an error, warn with issues, ignore with success; jobStatus tells the state.",
       .type = InputType::pick_list,
       .default_value = "fail",
       .options = {"fail", "warn", "ignore"},
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
       .help = "Names of outputs of the job or its steps, one a line; default is the job's artifact folder.",
       .type = InputType::multi_line,
       .group = "results",
       .shown_when = "wait = true"},
      // Not a filePath input: the agent turns an empty one into the folder of the sources.
      {.name = "outputsFolder",
       .label = "Folder for outputs",
       .help = "Where metrics.json and the downloaded outputs (one folder each) go; a folder below the agent's "
               "temporary one when empty.",
       .group = "results"},
      {.name = "publishArtifacts",
       .label = "Artifacts to publish",
       .help =
           "Patterns of artifacts that the job and its steps logged (with MLflow, or into the folder outputs), one a "
           "line: *.png, reports/**. They are attached to the run and come with its downloaded logs; 50 files of at "
           "most 10 MB from each step.",
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
      .friendly_name = "Azure ML: submit",
      .description =
          "Creates jobs, data, environments, components, datastores, computes, models, schedules, endpoints and "
          "deployments from Azure ML CLI v2 YAML, calls batch endpoints, "
          "watches jobs, streams their logs and publishes their metrics and outputs.",
      .instance_name = "Submit $(jobFile)",
      .groups = {{"job", "Job"}, {"batch", "Batch endpoint"}, {"wait", "Waiting"}, {"results", "Results"}},
      .inputs = inputs(),
      .outputs =
          {
              {"jobName", "The name of the job."},
              {"jobId", "The ARM id of the job, which an agentless step needs to ask for its state."},
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
  };
  return k_spec;
}

}  // namespace mlops::tasks::aml_submit
