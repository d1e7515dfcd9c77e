#include <fmt/format.h>

#include <charconv>
#include <limits>
#include <mlops/aml/job_outputs.hpp>
#include <mlops/aml/models.hpp>
#include <mlops/gate/metrics_file.hpp>
#include <mlops/tasks/quality-gate/run.hpp>

namespace mlops::tasks::quality_gate {

namespace {

constexpr std::string_view k_metric_property = "metrics.";

gate::Metrics metrics_of(const aml::ModelVersion& model) {
  gate::Metrics metrics;
  for (const auto& [name, value] : model.properties) {
    if (name.rfind(k_metric_property, 0) != 0) continue;
    double number = std::numeric_limits<double>::quiet_NaN();  // stays for what was written by hand and is none
    std::from_chars(value.data(), value.data() + value.size(), number);
    metrics[name.substr(k_metric_property.size())] = number;
  }
  return metrics;
}

std::optional<gate::Baseline> production(agent::Services& services, const Options& options, aml::Workspace& workspace) {
  const auto& [tag, value] = options.baseline_tag;
  const auto model = aml::Models(workspace).find_tagged(options.model, tag, value);
  if (!model) {
    services.log.info(fmt::format("No version of the model {} has the tag {}={}: nothing to compare with.",
                                  options.model, tag, value));
    return std::nullopt;
  }
  services.log.info(
      fmt::format("Comparing with version {} of the model {} ({}={}).", model->version, options.model, tag, value));
  return gate::Baseline{model->version, metrics_of(*model)};
}

/// Without this, a forgotten input would read as "nothing is in production yet" and pass.
void require_baseline_source(const Options& options, const std::vector<gate::Rule>& rules) {
  if (!options.model.empty() || !options.baseline_file.empty()) return;
  for (const auto& rule : rules) {
    if (!rule.baseline) continue;
    throw core::Error("input-missing",
                      fmt::format("the rule for \"{}\" compares with production, but the inputs modelName "
                                  "(--model-name) and baselineFile (--baseline-file) are both empty.",
                                  rule.metric),
                      rule.place, "Set one of the two.");
  }
}

/// What has to be asked of the workspace.
void ask_workspace(agent::Services& services, const agent::Inputs& inputs, const Options& options,
                   gate::Report& report) {
  azure::Session session(services, inputs.text("azureSubscription"));
  aml::Workspace workspace(session, aml::WorkspaceName::of(inputs, session));
  if (!options.job.empty()) {
    services.log.info(fmt::format("Reading the metrics of the job {}.", options.job));
    // The run history answers for a job that never was as for one without metrics.
    workspace.manager().get(aml::job_path(workspace.id(), options.job), aml::k_api_version,
                            fmt::format("the job \"{}\"", options.job));
    report.candidate = aml::job_metrics(workspace, options.job);
  }
  if (options.baseline_file.empty() && !options.model.empty()) {
    report.baseline = production(services, options, workspace);
  }
}

// The agent makes whole paths of what the pipeline says; a reader knows the file by its path in the repository.
std::string as_in_repository(const std::filesystem::path& file, const std::string& sources) {
  if (sources.empty() || !file.is_absolute()) return file.generic_string();
  const auto inside = file.lexically_relative(sources);
  return inside.empty() || *inside.begin() == ".." ? file.generic_string() : inside.generic_string();
}

}  // namespace

std::string run(agent::Services& services, const agent::Inputs& inputs) {
  const Options options = read_options(inputs, agent::pipeline_run(services.variables));
  // A mistake in the rules should be known before anything is asked of Azure.
  const auto rules = gate::parse_rules(document::Document::load(options.rules_file));
  require_baseline_source(options, rules);
  gate::Report report;
  report.job = options.job;
  report.model = options.model;
  report.rules_file = as_in_repository(options.rules_file, services.variables.get("Build.SourcesDirectory"));
  report.generated_at = core::to_iso8601(services.clock.now());
  if (!options.metrics_file.empty()) {
    report.candidate = gate::parse_metrics(document::Document::load(options.metrics_file));
  }
  if (!options.baseline_file.empty()) {
    report.baseline = gate::parse_baseline(document::Document::load(options.baseline_file));
  }
  if (options.needs_azure()) ask_workspace(services, inputs, options, report);
  report.evaluation = gate::evaluate(rules, report.candidate, report.baseline);
  return conclude(services, options, report);
}

}  // namespace mlops::tasks::quality_gate
