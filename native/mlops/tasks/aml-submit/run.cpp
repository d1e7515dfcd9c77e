#include <fmt/format.h>

#include <mlops/aml/compile/compile.hpp>
#include <mlops/aml/create_asset.hpp>
#include <mlops/aml/jobs/create.hpp>
#include <mlops/aml/jobs/find.hpp>
#include <mlops/aml/jobs/report.hpp>
#include <mlops/aml/jobs/watch.hpp>
#include <mlops/aml/workspace_resolver.hpp>
#include <mlops/tasks/aml-submit/files.hpp>
#include <mlops/tasks/aml-submit/registry_assets.hpp>
#include <mlops/tasks/aml-submit/results.hpp>
#include <mlops/tasks/aml-submit/run.hpp>

namespace mlops::tasks::aml_submit {

namespace {

using aml::Kind;

struct IdOutput {
  Kind kind;
  const char* variable;
};

constexpr IdOutput k_id_outputs[] = {
    {Kind::compute, "computeId"},
    {Kind::environment, "environmentId"},
    {Kind::data, "dataId"},
    {Kind::component, "componentId"},
    {Kind::model, "modelId"},
    {Kind::datastore, "datastoreId"},
    {Kind::schedule, "scheduleId"},
    {Kind::batch_endpoint, "endpointId"},
    {Kind::online_endpoint, "endpointId"},
    {Kind::batch_deployment, "deploymentId"},
    {Kind::online_deployment, "deploymentId"},
};

// Made before the job: hours of training should not end at a folder that can't be.
void require_folder(const std::filesystem::path& folder) {
  if (folder.empty()) return;
  std::error_code failure;
  std::filesystem::create_directories(folder, failure);
  if (failure) {
    throw core::Error("file-unwritable",
                      fmt::format("can't make the folder \"{}\": {}.", folder.string(), failure.message()), {},
                      "Name another one with outputsFolder.");
  }
}

class Submission {
 public:
  Submission(agent::Services& services, const agent::Inputs& inputs)
      : m_services(services),
        m_options(read_options(inputs)),
        m_files(load_files(m_options, services.variables)),
        m_session(services, inputs.text("azureSubscription")),
        m_workspace(m_session, aml::WorkspaceName::of(inputs, m_session)) {}

  std::string run() {
    if (!m_options.registry.empty()) return share();
    if (!m_options.collect_job.empty()) return collect();
    const aml::Plan plan = check();
    const aml::Plan nothing;
    aml::WorkspaceResolver resolver(m_workspace, m_services.dry_run ? plan : nothing, false);
    std::string result;
    for (const auto& file : m_files) {
      begin(file);
      aml::Compiled compiled = aml::compile(file.kind, file.yaml, resolver);
      if (file.is_job()) {
        const std::string one = submit(file, std::move(compiled));
        if (!one.empty()) result = one;
      } else {
        create(file, compiled);
      }
    }
    if (m_options.invocation.endpoint.empty()) return result;
    const std::string one = invoke();
    return one.empty() ? result : one;
  }

 private:
  void begin(const InputFile& file) {
    m_services.cancellation.check();
    m_services.log.section(fmt::format("{}: {}", file.yaml.file().string(), aml::kind_name(file.kind)));
  }

  std::string share() {
    RegistryAssets registry(m_workspace, m_options.registry);
    registry.check(m_files);
    for (const auto& file : m_files) {
      begin(file);
      publish(file, registry.create(file));
    }
    return {};
  }

  // Finds every mistake before the first change.
  aml::Plan check() {
    aml::Plan plan;
    if (!m_services.dry_run) require_folder(m_options.outputs_folder);
    m_workspace.resource();
    for (const auto& file : m_files) {
      aml::WorkspaceResolver resolver(m_workspace, plan, true);
      const aml::Compiled compiled = aml::compile(file.kind, file.yaml, resolver);
      if (const auto* resource = aml::resource_kind(file.kind)) {
        plan.add(*resource, compiled.name);
      } else if (const auto* kind = aml::asset_kind(file.kind)) {
        plan.add(*kind, compiled.name, compiled.version);
      }
    }
    return plan;
  }

  void create(const InputFile& file, const aml::Compiled& compiled) {
    publish(file, aml::resource_kind(file.kind) ? aml::apply_resource(m_workspace, compiled)
                                                : aml::apply_asset(m_workspace, compiled));
  }

  void publish(const InputFile& file, const aml::AppliedAsset& asset) {
    if (m_services.dry_run) return;
    for (const auto& output : k_id_outputs) {
      if (output.kind == file.kind) m_services.log.set_variable(output.variable, asset.id);
    }
  }

  aml::JobRequest request_of(const InputFile& file) const {
    aml::JobRequest request;
    request.name = m_options.name;
    request.experiment_name = m_options.experiment_name;
    request.force = m_options.force;
    request.stem = file.yaml.file().stem().string();
    for (const char* key : {"name", "display_name"}) {
      if (const auto text = file.yaml.root().find(key)) {
        request.stem = text->as_text();
        break;
      }
    }
    return request;
  }

  std::string submit(const InputFile& file, aml::Compiled compiled) {
    const aml::SubmittedJob job =
        aml::submit_job(m_workspace, std::move(compiled), request_of(file), file.yaml.folder());
    return follow(job, file.kind == Kind::pipeline_job);
  }

  std::string invoke() {
    const aml::BatchRequest& request = m_options.invocation;
    m_services.log.section(fmt::format("{}: a batch endpoint", request.endpoint));
    return follow(aml::invoke_batch_endpoint(m_workspace, request), true);
  }

  std::string collect() {
    if (!m_services.dry_run) require_folder(m_options.outputs_folder);
    m_workspace.resource();
    const aml::FoundJob found = aml::find_job(m_workspace, m_options.collect_job);
    m_services.log.section(fmt::format("{}: a submitted job ({})", found.job.name, found.job.status));
    if (m_services.dry_run) m_services.log.info(fmt::format("would collect the job {}", found.job.name));
    return follow(found.job, found.has_steps);
  }

  std::string follow(const aml::SubmittedJob& job, bool has_steps) {
    if (m_services.dry_run) return {};
    m_services.log.info(fmt::format("Job {}: {}", job.name, job.studio_url));
    m_services.log.set_variable("jobName", job.name);
    m_services.log.set_variable("jobId", aml::job_path(m_workspace.id(), job.name));
    m_services.log.set_variable("studioUrl", job.studio_url);
    if (!m_options.wait) {
      m_services.log.set_variable("jobStatus", job.status);
      return {};
    }
    aml::JobWatcher watcher(m_workspace, job.name,
                            {m_options.poll, m_options.timeout, m_options.cancel_on_abort, has_steps});
    const aml::JobResult result = watcher.wait();
    publish_results(m_workspace, m_options, job, result);
    return result.succeeded() ? std::string() : failed(result, job);
  }

  std::string failed(const aml::JobResult& result, const aml::SubmittedJob& job) const {
    const core::Error error = aml::job_error(result, job.studio_url);
    switch (m_options.on_failure) {
      case OnFailure::fail:
        throw error;
      case OnFailure::warn:
        m_services.log.warning(error.message(), {}, error.code());
        return "SucceededWithIssues";
      case OnFailure::ignore:
        m_services.log.info(error.message());
    }
    return {};
  }

  agent::Services& m_services;
  Options m_options;
  std::vector<InputFile> m_files;
  azure::Session m_session;
  aml::Workspace m_workspace;
};

}  // namespace

std::string run(agent::Services& services, const agent::Inputs& inputs) {
  return Submission(services, inputs).run();
}

}  // namespace mlops::tasks::aml_submit
