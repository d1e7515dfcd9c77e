#include <mlops/aml/workspace_inputs.hpp>
#include <mlops/tasks/model-register/spec.hpp>

namespace mlops::tasks::model_register {

using agent::InputType;

namespace {

std::vector<agent::InputSpec> inputs() {
  std::vector<agent::InputSpec> inputs = aml::workspace_inputs();
  const std::vector<agent::InputSpec> own = {
      {.name = "modelName",
       .label = "Model name",
       .help = "The name under which the model is registered.",
       .required = true,
       .choices = aml::choices_in_workspace("models")},
      {.name = "modelType",
       .label = "Model type",
       .help = "What the files are: custom_model for files of any kind, mlflow_model for a folder with an MLmodel "
               "file, triton_model for a Triton model repository.",
       .type = InputType::pick_list,
       .default_value = "custom_model",
       .options = {{"custom_model", "Files of any kind"},
                   {"mlflow_model", "MLflow model"},
                   {"triton_model", "Triton model"}}},
      {.name = "jobName",
       .label = "Job",
       .help = "The job that made the model, usually $(train.jobName); instead of a local path.",
       .shown_when = "modelPath = \"\""},
      {.name = "outputName",
       .label = "Output",
       .help = "The job's named output, or that of one of its steps; default stands for the job's artifact folder.",
       .default_value = "default",
       .shown_when = "modelPath = \"\""},
      {.name = "path",
       .label = "Path in the output",
       .help = "A file or folder inside the output. When empty, the whole output.",
       .shown_when = "modelPath = \"\""},
      {.name = "modelPath",
       .label = "Local path",
       .help = "A file or folder on the agent that is uploaded and registered, instead of a job's output.",
       .shown_when = "jobName = \"\""},
      {.name = "modelVersion",
       .label = "Version",
       .help = "The version to register. When empty, the next free number."},
      {.name = "gateReport",
       .label = "Gate report",
       .help = "The JSON report of the quality gate, usually $(gate.reportFile). Its verdict and metrics are kept with "
               "the model.",
       .type = InputType::file_path,
       .group = "evidence"},
      {.name = "requireGate",
       .label = "Require the gate",
       .help = "Register the model only if the gate report says pass or warn. Without a report the task fails.",
       .type = InputType::boolean,
       .default_value = "false",
       .group = "evidence"},
      {.name = "metricsFile",
       .label = "Metrics file",
       .help = "A JSON file with the metrics to keep. When empty, they come from the gate report or the job.",
       .type = InputType::file_path,
       .group = "evidence"},
      {.name = "description",
       .label = "Description",
       .help = "A text that is shown with the version.",
       .group = "details"},
      {.name = "tags",
       .label = "Tags",
       .help = "Tags besides those that the task sets, one name=value a line.",
       .type = InputType::multi_line,
       .group = "details"},
      {.name = "properties",
       .label = "Properties",
       .help = "Properties besides those that the task sets, one name=value a line. Unlike tags they can't be changed "
               "later.",
       .type = InputType::multi_line,
       .group = "details"},
  };
  inputs.insert(inputs.end(), own.begin(), own.end());
  return inputs;
}

}  // namespace

const agent::TaskSpec& spec() {
  static const agent::TaskSpec k_spec = {
      .name = "MlopsModelRegister",
      .id = "c5e7f2d1-3a94-4b06-8d7c-61b0e9a2f548",
      .executable = "model-register",
      .friendly_name = "Azure ML: register a model",
      .description =
          "Registers a job's output or local files as a model version with lineage, metrics and gate verdict.",
      .instance_name = "Register $(modelName)",
      .groups = {{"evidence", "Evidence"}, {"details", "Details"}},
      .inputs = inputs(),
      .outputs = {{"modelName", "The model's name."},
                  {"modelVersion", "The version that was registered or found."},
                  {"modelId", "The version's ARM id."},
                  {"adopted", "true when an earlier attempt of this run had registered it already."}},
      .example = R"(
- task: MlopsModelRegister@1
  name: register
  inputs:
    azureSubscription: my-service-connection
    resourceGroup: rg-mlops
    workspace: mlops-dev
    modelName: breast-cancer
    jobName: $(train.jobName)
    outputName: model
    gateReport: $(gate.reportFile)
    requireGate: true)",
  };
  return k_spec;
}

}  // namespace mlops::tasks::model_register
