#include <fmt/format.h>

#include <mlops/aml/job_outputs.hpp>
#include <mlops/core/files.hpp>
#include <mlops/tasks/model-register/lineage.hpp>
#include <mlops/tasks/model-register/run.hpp>

namespace mlops::tasks::model_register {

namespace {

/// Where the model's files stand; `identity` stays the same when the same files are registered again.
struct Source {
  std::string uri;
  std::string identity;
};

Source source_in_job(aml::Workspace& workspace, const Options& options) {
  aml::OutputPlace place = aml::find_output(workspace, options.job, options.output);
  if (!options.path.empty()) place.path += "/" + options.path;
  if (aml::list_output(workspace, place).empty()) {
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
  workspace.services().log.info(uploaded.was_there ? "The files were uploaded before." : "The files are uploaded.");
  return {aml::long_datastore_uri(workspace.id(), uploaded.datastore, uploaded.path), uploaded.hash};
}

std::map<std::string, double> metrics_of(aml::Workspace& workspace, const Options& options, const GateEvidence& gate) {
  if (auto metrics = read_metrics_file(options)) return *metrics;
  if (!gate.metrics.empty() || options.job.empty()) return gate.metrics;
  return aml::job_metrics(workspace, options.job);
}

void report(agent::Services& services, const aml::ModelVersion& model, bool adopted, const aml::NewModel& wanted,
            const std::string& temp_folder) {
  std::string text = fmt::format("## Model {} version {}\n\n{}\n\n| | |\n|---|---|\n", model.name, model.version,
                                 adopted ? "Registered by an earlier attempt of this run." : "Registered.");
  for (const auto& [name, value] : wanted.properties) text += fmt::format("| {} | {} |\n", name, value);
  const auto file = std::filesystem::absolute(std::filesystem::path(temp_folder) /
                                              fmt::format("model-register-{}-{}.md", model.name, model.version));
  core::write_file_atomically(file, text);
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
  azure::Session session(services, inputs.text("azureSubscription"));
  aml::Workspace workspace(session, aml::WorkspaceName::of(inputs, session));
  aml::Models models(workspace);

  const Source source = options.job.empty() ? source_on_agent(workspace, options) : source_in_job(workspace, options);
  const std::string key = registration_key(options, source.identity, run);
  const aml::NewModel wanted =
      describe(options, run, gate, metrics_of(workspace, options, gate), source.uri, key);
  const auto there = models.find_by_property(options.name, k_registration_key, key);
  const aml::ModelVersion model = there ? *there : models.create(wanted, options.version, k_registration_key);
  services.log.info(fmt::format("The model {} version {} {}.", model.name, model.version,
                                there               ? "was registered by an earlier attempt of this run"
                                : services.dry_run ? "would be registered"
                                                    : "is registered"));
  if (services.dry_run) return {};
  report(services, model, there.has_value(), wanted, run.temp_folder);
  set_outputs(services.log, model, there.has_value());
  return {};
}

}  // namespace mlops::tasks::model_register
