#include <fmt/format.h>

#include <algorithm>
#include <mlops/aml/job_outputs.hpp>
#include <mlops/core/files.hpp>
#include <mlops/tasks/model-register/lineage.hpp>
#include <mlops/tasks/model-register/run.hpp>
#include <mlops/tasks/model-register/summary.hpp>

namespace mlops::tasks::model_register {

namespace {

/// Where the model's files stand; `identity` stays the same when the same files are registered again.
struct Source {
  std::string uri;
  std::string identity;
};

// What the service itself puts into a job's artifact folder.
bool is_log(const std::string& name) {
  static const std::vector<std::string> k_folders = {"user_logs/", "system_logs/", "azureml-logs/", "logs/azureml/"};
  return std::any_of(k_folders.begin(), k_folders.end(),
                     [&](const std::string& folder) { return name.rfind(folder, 0) == 0; });
}

bool holds_files(aml::Workspace& workspace, const aml::OutputPlace& place) {
  const auto items = aml::list_output(workspace, place);
  const bool with_logs = place.datastore == aml::k_artifact_datastore;
  return std::any_of(items.begin(), items.end(), [&](const auto& item) { return !with_logs || !is_log(item.name); });
}

Source source_in_job(aml::Workspace& workspace, const Options& options) {
  aml::OutputPlace place = aml::find_output(workspace, options.job, options.output);
  if (!options.path.empty()) place.path += "/" + options.path;
  if (!holds_files(workspace, place)) {
    // A job that isn't there is the better explanation.
    workspace.manager().get(aml::job_path(workspace.id(), options.job), aml::k_api_version,
                            fmt::format("the job \"{}\"", options.job));
    throw core::Error("output-empty",
                      fmt::format("the output \"{}\" of the job \"{}\" holds nothing{}.", options.output, options.job,
                                  options.path.empty() ? "" : fmt::format(" at \"{}\"", options.path)),
                      {}, "Check that the job wrote its model there.");
  }
  const std::string uri = aml::long_datastore_uri(workspace.id(), place.datastore, place.path);
  return {uri, uri};
}

Source source_on_agent(aml::Workspace& workspace, const Options& options) {
  const auto uploaded = aml::Assets(workspace).upload(options.model_path, {}, options.name);
  return {aml::long_datastore_uri(workspace.id(), uploaded.datastore, uploaded.path), uploaded.hash};
}

// A version that this run can't have made is refused before its files are uploaded.
void check_version(aml::Models& models, const Options& options, const agent::PipelineRun& run) {
  if (options.version.empty()) return;
  const auto there = models.find(options.name, options.version);
  if (!there) return;
  const auto build = there->properties.find(k_build_id);
  const std::string builder = build == there->properties.end() ? std::string() : build->second;
  if (there->properties.count(k_registration_key) == 0 || builder != run.build_id) {
    throw aml::version_taken(options.name, options.version);
  }
}

std::map<std::string, double> metrics_of(aml::Workspace& workspace, const Options& options, const GateEvidence& gate) {
  if (!gate.metrics.empty() || options.job.empty()) return gate.metrics;
  return aml::job_metrics(workspace, options.job);
}

void report(agent::Services& services, const aml::ModelVersion& model, bool adopted, const aml::NewModel& wanted,
            const std::string& temp_folder) {
  const auto file = std::filesystem::absolute(std::filesystem::path(temp_folder) /
                                              fmt::format("model-register-{}-{}.md", model.name, model.version));
  core::write_file_atomically(file, summary(model, wanted.properties, adopted));
  services.log.upload_summary(file.string());
}

void set_outputs(agent::Log& log, const aml::ModelVersion& model, bool adopted) {
  log.set_variable("modelName", model.name);
  log.set_variable("modelVersion", model.version);
  log.set_variable("modelId", model.id);
  log.set_variable("adopted", adopted ? "true" : "false");
}

}  // namespace

std::string run(agent::Services& services, const agent::Inputs& inputs) {
  const Options options = read_options(inputs);
  const agent::PipelineRun run = agent::pipeline_run(services.variables);
  // The evidence is on the agent: a refusal should cost no request.
  const GateEvidence gate = read_gate_report(options);
  const auto given_metrics = read_metrics_file(options);
  azure::Session session(services, inputs.text("azureSubscription"));
  aml::Workspace workspace(session, aml::WorkspaceName::of(inputs, session));
  workspace.resource();  // a wrong name is told before anything else is tried
  aml::Models models(workspace);
  check_version(models, options, run);

  const Source source = options.job.empty() ? source_on_agent(workspace, options) : source_in_job(workspace, options);
  const std::string key = registration_key(options, source.identity, run);
  const auto metrics = given_metrics ? *given_metrics : metrics_of(workspace, options, gate);
  const aml::NewModel wanted = describe(options, run, gate, metrics, source.uri, key);
  const auto there = models.find_by_property(options.name, k_registration_key, key);
  const aml::ModelVersion model = there ? *there : models.create(wanted, options.version, k_registration_key);
  services.log.info(fmt::format("The model {} version {} {}.", model.name, model.version,
                                there              ? "was registered by an earlier attempt of this run"
                                : services.dry_run ? "would be registered"
                                                   : "is registered"));
  if (services.dry_run) return {};
  report(services, model, there.has_value(), wanted, run.temp_folder);
  set_outputs(services.log, model, there.has_value());
  return {};
}

}  // namespace mlops::tasks::model_register
