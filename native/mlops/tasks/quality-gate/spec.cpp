#include <mlops/aml/workspace_inputs.hpp>
#include <mlops/tasks/quality-gate/spec.hpp>

namespace mlops::tasks::quality_gate {

using agent::InputType;

namespace {

std::vector<agent::InputSpec> inputs() {
  std::vector<agent::InputSpec> inputs = aml::workspace_inputs();
  // Metrics and baseline may both come from files: then there is nothing to ask Azure for.
  for (auto& input : inputs) {
    input.required = false;
    input.help += " Needed to read a job's metrics, data of the workspace or the model in production.";
  }
  const std::vector<agent::InputSpec> own = {
      {.name = "rulesFile",
       .label = "Rules file",
       .help = "The YAML file with the rules: the least and the greatest value of a metric, and how much worse than in "
               "production it may be.",
       .type = InputType::file_path,
       .required = true},
      {.name = "jobName",
       .label = "Job",
       .help = "The Azure ML job whose metrics are judged, with those of its steps; usually $(train.jobName)."},
      {.name = "metricsFile",
       .label = "Metrics file",
       .help = "A JSON file with the metrics, such as {\"accuracy\": 0.95}, instead of a job.",
       .type = InputType::file_path,
       .shown_when = "jobName = \"\""},
      {.name = "dataFile",
       .label = "Data file",
       .help = "CSV files whose rows, missing values and ranges become metrics data.* for the rules: a path, wildcards "
               "are allowed, or data of the workspace, such as azureml:name@latest, azureml:name:version or "
               "azureml://datastores/... When empty, no data is judged.",
       .group = "data"},
      {.name = "referenceFile",
       .label = "Reference data",
       .help = "What the data is compared with, written in the same way; usually what the model in production was "
               "trained on. Adds the metrics data.drift, data.new_rows and others. When empty, nothing is compared.",
       .group = "data",
       .shown_when = "dataFile != \"\""},
      {.name = "dataColumns",
       .label = "Column names",
       .help =
           "Names of the columns, one a line, for files whose first line is data already, such as the predictions of "
           "a batch endpoint. When empty, the first line names them.",
       .type = InputType::multi_line,
       .group = "data",
       .shown_when = "dataFile != \"\""},
      {.name = "ignoreColumns",
       .label = "Ignored columns",
       .help = "Names of columns that are not judged, such as keys and times, one a line. When empty, all are judged.",
       .type = InputType::multi_line,
       .group = "data",
       .shown_when = "dataFile != \"\""},
      {.name = "modelName",
       .label = "Model",
       .help = "The registered model whose version in production is the baseline. When empty, there is no baseline but "
               "that of the baseline file.",
       .group = "baseline",
       .choices = aml::choices_in_workspace("models")},
      {.name = "baselineTag",
       .label = "Tag of the version in production",
       .help = "The tag, name=value, that marks the version in production.",
       .default_value = "stage=production",
       .group = "baseline",
       .shown_when = "modelName != \"\""},
      {.name = "baselineFile",
       .label = "Baseline file",
       .help = "A JSON file with the baseline's metrics, instead of a registered model.",
       .type = InputType::file_path,
       .group = "baseline",
       .shown_when = "modelName = \"\""},
      {.name = "reportFolder",
       .label = "Report folder",
       .help = "The folder for report.json and summary.md. When empty, a folder of its own below the agent's temporary "
               "one.",
       .group = "report"},
      {.name = "buildTag",
       .label = "Tag of the run",
       .help =
           "A tag for the pipeline run; {verdict} in it becomes pass, warn or fail. When empty, the run gets no tag.",
       .group = "report"},
      {.name = "failOn",
       .label = "Fail the task on",
       .help = "The verdict from which on the task fails: fail, warn (warnings fail as well) or never (only report).",
       .type = InputType::pick_list,
       .default_value = "fail",
       .options = {{"fail", "Verdict fail"}, {"warn", "Verdict warn or fail"}, {"never", "Never, only report"}},
       .group = "report"},
  };
  inputs.insert(inputs.end(), own.begin(), own.end());
  return inputs;
}

}  // namespace

const agent::TaskSpec& spec() {
  static const agent::TaskSpec k_spec = {
      .name = "MlopsQualityGate",
      .id = "a9d2b6c4-7f1e-4c38-9b52-3e8f60d4c713",
      .executable = "quality-gate",
      .category = "Test",
      .friendly_name = "Azure ML: quality gate",
      .description =
          "Judges a model's metrics, and data, by rules and against the model in production, and reports the evidence.",
      .instance_name = "Quality gate $(rulesFile)",
      .groups = {{"baseline", "Comparison with production"}, {"data", "Data"}, {"report", "Report"}},
      .inputs = inputs(),
      .outputs = {{"verdict", "pass, warn or fail."},
                  {"headline", "The verdict and its worst reason in one line."},
                  {"reportFile", "The path of the JSON report."},
                  {"summaryFile", "The path of the Markdown summary."},
                  {"failedRules", "The metrics that failed, separated by commas."},
                  {"baselineVersion", "The version of the model in production, empty when there is none."}},
      .example = R"(
- task: MlopsQualityGate@1
  name: gate
  inputs:
    azureSubscription: my-service-connection
    resourceGroup: rg-mlops
    workspace: mlops-dev
    rulesFile: gates/quality.yml
    jobName: $(train.jobName)
    modelName: breast-cancer)",
  };
  return k_spec;
}

}  // namespace mlops::tasks::quality_gate
