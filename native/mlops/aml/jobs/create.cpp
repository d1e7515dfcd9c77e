#include <fmt/format.h>

#include <mlops/aml/jobs/adoption.hpp>
#include <mlops/aml/jobs/create.hpp>
#include <mlops/aml/jobs/find.hpp>
#include <mlops/aml/jobs/provenance.hpp>
#include <mlops/aml/jobs/run_history.hpp>
#include <mlops/aml/json_access.hpp>
#include <mlops/http/url.hpp>

namespace mlops::aml {

namespace {

// A stop while the job is being sent must not leave one behind that nobody watches: the request is finished, and the
// watcher then cancels the job it made.
constexpr bool k_finish = true;

json::object& properties_of(Compiled& job) {
  return job.body["properties"].get_object();
}

// What the YAML leaves open, as the SDK fills it in.
void complete(Compiled& job, const JobRequest& request, const json::object& provenance) {
  json::object& properties = properties_of(job);
  if (!request.experiment_name.empty()) properties["experimentName"] = request.experiment_name;
  if (!properties.contains("experimentName")) properties["experimentName"] = sanitized_job_name(request.stem, 100);
  if (!properties.contains("displayName")) properties["displayName"] = request.stem;
  if (!properties.contains("tags")) properties["tags"] = json::object();
  properties["isArchived"] = false;
  const std::string definition = definition_hash(job.body);
  json::object own = object_at(job.body, "properties.properties");
  for (const auto& member : provenance) {
    if (!own.contains(member.key())) own[member.key()] = member.value();
  }
  own[k_definition] = definition;
  properties["properties"] = std::move(own);
}

class Creation {
 public:
  Creation(Workspace& workspace, Compiled job, const JobRequest& request)
      : m_workspace(workspace),
        m_job(std::move(job)),
        m_request(request),
        m_definition(text_of_definition(json::value(m_job.body))) {}

  SubmittedJob run() {
    const JobName name = wanted_name();
    const bool given = !m_request.name.empty();
    const auto settled =
        settle_name(name, given, m_request.force, [this](const std::string& candidate) { return standing(candidate); });
    if (!settled) throw taken(name.name);
    return settled->adopted ? adopt(settled->name) : create(settled->name);
  }

 private:
  // Step names, times and attempts differ between runs; the definition is the job without them.
  static std::string text_of_definition(const json::value& body) {
    return std::string(object_at(body, "properties.properties").at(k_definition).get_string());
  }

  JobName wanted_name() const {
    if (!m_request.name.empty()) return {sanitized_job_name(m_request.name), {}};
    agent::Services& services = m_workspace.services();
    return job_name(m_request.stem, m_definition, agent::pipeline_run(services.variables), services.clock.now());
  }

  Standing standing(const std::string& name) {
    m_found = m_workspace.manager().find(job_path(m_workspace.id(), name), k_api_version);
    if (!m_found) return Standing::free;
    const auto& own = object_at(*m_found, "properties.properties");
    const json::value* definition = own.if_contains(k_definition);
    const bool same = definition && definition->is_string() && definition->get_string() == m_definition;
    return same ? standing_of(text_at(*m_found, "properties.status")) : Standing::other;
  }

  SubmittedJob adopt(const std::string& name) {
    SubmittedJob job = described_job(m_workspace, name, *m_found);
    job.adopted = true;
    m_workspace.services().log.info(
        fmt::format("The job {} of this definition exists already ({}); it is adopted.", name, job.status));
    return job;
  }

  SubmittedJob create(const std::string& name) {
    const std::string path = job_path(m_workspace.id(), name);
    const bool pipeline = text_at(m_job.body, "properties.jobType") == "Pipeline";
    const bool as_user = text_at(m_job.body, "properties.identity.identityType") == "UserIdentity";
    const std::string what = fmt::format("the job \"{}\"", name);
    if (m_workspace.services().dry_run || !(pipeline || as_user)) {
      return described_job(m_workspace, name,
                           m_workspace.manager().put(path, m_job.api_version, m_job.body, what, k_finish));
    }
    return described_job(m_workspace, name, put_with_token(path, what));
  }

  // The pipeline service acts in the submitter's name and wants a token for Azure ML beside the one for the Resource
  // Manager.
  json::value put_with_token(const std::string& path, const std::string& what) {
    azure::Session& session = m_workspace.session();
    http::Request put;
    put.method = "PUT";
    put.even_when_cancelled = k_finish;
    put.url = http::with_query(session.cloud().resource_manager + path, "api-version", m_job.api_version);
    put.headers = {{"Accept", "application/json"},
                   {"Content-Type", "application/json"},
                   {"x-azureml-token", session.token(session.cloud().machine_learning_audience).reveal()}};
    put.body = json::serialize(m_job.body);
    const http::Response response = session.transport_for(session.cloud().resource_manager_audience).send(put);
    if (!response.ok()) throw azure::service_error(put, response, "can't create " + what);
    return azure::parse_answer(put, response);
  }

  core::Error taken(const std::string& name) const {
    return {"job-exists", fmt::format("there is already another job \"{}\".", name), m_job.name_place,
            "Names of jobs can't be used again: choose another one, or set force (--force) to get a new name."};
  }

  Workspace& m_workspace;
  Compiled m_job;
  const JobRequest& m_request;
  std::string m_definition;
  std::optional<json::value> m_found;
};

}  // namespace

SubmittedJob submit_job(Workspace& workspace, Compiled job, const JobRequest& request,
                        const std::filesystem::path& source_folder) {
  complete(job, request, provenance(workspace.services(), source_folder));
  return Creation(workspace, std::move(job), request).run();
}

void cancel_job(Workspace& workspace, const std::string& name) {
  agent::Log& log = workspace.services().log;
  try {
    workspace.manager().post(job_path(workspace.id(), name) + "/cancel", k_api_version, nullptr,
                             fmt::format("the job \"{}\"", name), true, true);
    log.info(fmt::format("Asked Azure ML to cancel the job {}.", name));
  } catch (const core::Error& error) {
    log.warning(fmt::format("The job {} could not be cancelled and may go on: {}", name, error.message()));
  }
}

}  // namespace mlops::aml
