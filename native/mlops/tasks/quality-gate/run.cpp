#include <fmt/format.h>

#include <charconv>
#include <limits>
#include <mlops/aml/job_outputs.hpp>
#include <mlops/aml/json_access.hpp>
#include <mlops/aml/models.hpp>
#include <mlops/core/hash.hpp>
#include <mlops/gate/metrics_file.hpp>
#include <mlops/tasks/quality-gate/evidence.hpp>
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

/// How long ago the version was registered; empty where the service doesn't say.
std::optional<double> age_in_days(const aml::ModelVersion& model, core::SystemTime now) {
  const auto created = core::from_iso8601(aml::text_at(model.resource, "systemData.createdAt"));
  if (!created) return std::nullopt;
  return std::chrono::duration<double, std::ratio<86'400>>(now - *created).count();
}

/// Fills in the baseline, and what is known of the version in production itself.
void look_up_production(agent::Services& services, const Options& options, aml::Workspace& workspace,
                        gate::Report& report) {
  const auto& [tag, value] = options.baseline_tag;
  const auto model = aml::Models(workspace).find_tagged(options.model, tag, value);
  if (!model) {
    return services.log.info(fmt::format("No version of the model {} has the tag {}={}: nothing to compare with.",
                                         options.model, tag, value));
  }
  services.log.info(
      fmt::format("Comparing with version {} of the model {} ({}={}).", model->version, options.model, tag, value));
  report.baseline = gate::Baseline{model->version, metrics_of(*model)};
  if (const auto age = age_in_days(*model, services.clock.now())) report.data["production.age_days"] = *age;
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

/// The workspace, connected when it is first needed: files alone need none.
class LazyWorkspace {
 public:
  LazyWorkspace(agent::Services& services, const agent::Inputs& inputs) : m_services(services), m_inputs(inputs) {}

  aml::Workspace& operator()() {
    if (!m_session) m_session.emplace(m_services, m_inputs.text("azureSubscription"));
    if (!m_workspace) m_workspace.emplace(*m_session, aml::WorkspaceName::of(m_inputs, *m_session));
    return *m_workspace;
  }

 private:
  agent::Services& m_services;
  const agent::Inputs& m_inputs;
  std::optional<azure::Session> m_session;
  std::optional<aml::Workspace> m_workspace;
};

gate::Metrics metrics_of_job(agent::Services& services, const std::string& job, aml::Workspace& workspace) {
  services.log.info(fmt::format("Reading the metrics of the job {}.", job));
  // The run history answers for a job that never was as for one without metrics.
  workspace.manager().get(aml::job_path(workspace.id(), job), aml::k_api_version, fmt::format("the job \"{}\"", job));
  return aml::job_metrics(workspace, job);
}

void look_at_data(agent::Services& services, const Options& options, LazyWorkspace& workspace, gate::Report& report) {
  if (options.data.empty()) return;
  const std::filesystem::path temporary = agent::pipeline_run(services.variables).temp_folder;
  const std::string what = core::sha256_hex(options.data + '\n' + options.reference).substr(0, 12);
  const std::filesystem::path folder = temporary / ("quality-gate-data-" + what);
  const auto get = [&]() -> aml::Workspace& { return workspace(); };
  const auto data = data_files(options.data, folder / "data", get);
  const auto reference = data_files(options.reference, folder / "reference", get);
  const auto found = gate::data_statistics(data, reference, options.columns);
  std::filesystem::remove_all(folder);
  report.data.insert(found.begin(), found.end());
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
  LazyWorkspace workspace(services, inputs);
  if (!options.job.empty()) report.candidate = metrics_of_job(services, options.job, workspace());
  look_at_data(services, options, workspace, report);
  if (options.looks_up_production()) look_up_production(services, options, workspace(), report);
  gate::Metrics judged = report.candidate;
  judged.insert(report.data.begin(), report.data.end());
  report.evaluation = gate::evaluate(rules, judged, report.baseline);
  return conclude(services, options, report);
}

}  // namespace mlops::tasks::quality_gate
