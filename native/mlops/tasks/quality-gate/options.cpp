#include <fmt/format.h>

#include <mlops/core/hash.hpp>
#include <mlops/tasks/quality-gate/evidence.hpp>
#include <mlops/tasks/quality-gate/options.hpp>

namespace mlops::tasks::quality_gate {

namespace {

std::pair<std::string, std::string> parse_tag(const agent::Inputs& inputs) {
  const std::string text = inputs.text("baselineTag");
  const auto equals = text.find('=');
  if (equals == std::string::npos || equals == 0 || equals + 1 == text.size()) {
    throw agent::input_error("baselineTag", fmt::format("is \"{}\"", text), "Write name=value, e.g. stage=production.");
  }
  return {text.substr(0, equals), text.substr(equals + 1)};
}

std::optional<gate::Verdict> parse_fail_on(const std::string& text) {
  if (text == "never") return std::nullopt;
  return text == "warn" ? gate::Verdict::warn : gate::Verdict::fail;
}

void require_azure_inputs(const agent::Inputs& inputs, const std::string& why) {
  for (const char* name : {"azureSubscription", "resourceGroup", "workspace"}) {
    if (inputs.has(name)) continue;
    throw core::Error("input-missing",
                      fmt::format("the input {} ({}) is missing; {} needs it.", name, agent::flag_name(name), why), {},
                      "Set it, or read all evidence from files: metricsFile, dataFile, baselineFile.");
  }
}

}  // namespace

namespace {

/// Why Azure has to be asked; empty when it need not be.
std::string need_of_azure(const Options& options) {
  if (!options.job.empty()) return "the job";
  if (is_in_workspace(options.data) || is_in_workspace(options.reference)) return "the data in the workspace";
  return options.looks_up_production() ? "the comparison with the registered model" : "";
}

void check_evidence(const Options& options) {
  if (!options.job.empty() && !options.metrics_file.empty()) {
    throw agent::input_error("jobName", "and the input metricsFile (--metrics-file) are both set",
                             "Set one: where the candidate's metrics come from.");
  }
  if (options.job.empty() && options.metrics_file.empty() && options.data.empty()) {
    throw agent::input_error("jobName", "and the inputs metricsFile and dataFile are all empty",
                             "Set what is to be judged: a job, a file with metrics, or data.");
  }
  if (!options.reference.empty() && options.data.empty()) {
    throw agent::input_error("referenceFile", "is set, but dataFile (--data-file) is empty",
                             "Set the data that is compared with it.");
  }
}

}  // namespace

Options read_options(const agent::Inputs& inputs, const agent::PipelineRun& run) {
  Options options;
  options.rules_file = inputs.text("rulesFile");
  options.job = inputs.text("jobName");
  options.metrics_file = inputs.text("metricsFile");
  options.data = inputs.text("dataFile");
  options.reference = inputs.text("referenceFile");
  for (const auto& column : inputs.list("ignoreColumns")) options.columns.ignored.insert(column);
  options.columns.names = inputs.list("dataColumns");
  options.build_tag = inputs.text("buildTag");
  options.model = inputs.text("modelName");
  options.baseline_file = inputs.text("baselineFile");
  options.baseline_tag = parse_tag(inputs);
  options.fail_from = parse_fail_on(inputs.text("failOn"));
  options.report_folder = inputs.text("reportFolder");
  if (options.report_folder.empty()) {
    // Two gates of one job must not overwrite each other's summary before the agent has taken it.
    const std::string what = core::sha256_hex(inputs.text("rulesFile") + '\n' + options.job + '\n' +
                                              inputs.text("metricsFile") + options.data);
    options.report_folder = std::filesystem::path(run.temp_folder) / ("quality-gate-" + what.substr(0, 12));
  }
  check_evidence(options);
  const std::string need = need_of_azure(options);
  if (!need.empty()) require_azure_inputs(inputs, need);
  return options;
}

}  // namespace mlops::tasks::quality_gate
