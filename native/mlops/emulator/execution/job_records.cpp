#include <fmt/format.h>

#include <mlops/emulator/execution/job_records.hpp>
#include <mlops/emulator/json_access.hpp>

namespace mlops::emulator {

namespace {

constexpr const char* k_default_experiment = "Default";

std::string mlflow_status(const std::string& status) {
  if (status == "Completed") return "FINISHED";
  if (status == "Failed") return "FAILED";
  if (status == "Canceled") return "KILLED";
  return status == "Running" || status == "Finalizing" || status == "CancelRequested" ? "RUNNING" : "SCHEDULED";
}

std::string host_of(const std::string& url) {
  return url.substr(url.find("://") + 3);
}

// What the service adds to a job of its own accord.
void complete(Context& context, const JobId& job, json::object& properties) {
  for (const char* member : {"tags", "properties", "inputs", "outputs"}) ensure_object(properties, member);
  if (text_at(properties, "displayName").empty()) properties["displayName"] = job.name;
  if (text_at(properties, "experimentName").empty()) properties["experimentName"] = k_default_experiment;
  properties["status"] = "NotStarted";
  if (object_at(properties, "services")) return;
  properties["services"] = {
      {"Tracking",
       {{"jobServiceType", "Tracking"},
        {"endpoint", fmt::format("azureml://{}/mlflow/v1.0{}?", host_of(context.base_url), job.workspace.id)}}},
      {"Studio",
       {{"jobServiceType", "Studio"},
        {"endpoint", fmt::format("{}/runs/{}?wsid={}", context.base_url, job.name, job.workspace.id)}}}};
}

}  // namespace

bool is_terminal(const std::string& status) {
  return status == "Completed" || status == "Failed" || status == "Canceled" || status == "NotResponding";
}

std::string JobRecords::status(const JobId& job) const {
  const auto resource = find(job);
  const json::object* properties = resource ? resource->find_properties() : nullptr;
  return properties ? text_at(*properties, "status") : "Canceled";  // deleted: nothing shall go on
}

void JobRecords::begin(const JobId& job) {
  Run run{.id = job.name, .status = "SCHEDULED", .user = m_context.settings.client_id, .is_job = true};
  std::string experiment;
  m_context.store.update(job.key(), [&](Resource& resource) {
    json::object& properties = resource.properties();
    complete(m_context, job, properties);
    experiment = text_at(properties, "experimentName");
    run.name = text_at(properties, "displayName");
    const std::string parent = text_at(properties, "parentJobName");
    if (!parent.empty()) run.tags[k_parent_run_tag] = parent;
    const std::string root = text_at(*object_at(properties, "properties"), "azureml.rootpipelinerunid");
    run.tags[k_root_run_tag] = root.empty() ? job.name : root;
    for (const auto& [key, value] : *object_at(properties, "tags")) {
      if (value.is_string()) run.tags[std::string(key)] = std::string(value.get_string());
    }
  });
  if (experiment.empty()) return;  // deleted meanwhile
  run.experiment = m_runs.ensure_experiment(job.workspace.id, experiment).id;
  m_runs.save(job.workspace.id, run);
}

// The run's state after the job's.
void JobRecords::follow(const JobId& job, const std::string& status, const std::string& message) {
  auto run = m_runs.find(job.workspace.id, job.name);
  if (!run) return;
  run->status = mlflow_status(status);
  if (status == "Running" && run->start == 0) run->start = m_runs.now();
  if (is_terminal(status)) {
    run->end = m_runs.now();
    if (run->start == 0) run->start = run->end;
  }
  if (!message.empty()) run->tags["azureml.error"] = message;
  m_runs.save(job.workspace.id, *run);
}

void JobRecords::set_status(const JobId& job, const std::string& status) {
  bool moved = false;
  m_context.store.update(job.key(), [&](Resource& resource) {
    json::object& properties = resource.properties();
    const std::string before = text_at(properties, "status");
    if (is_terminal(before) || before == "CancelRequested") return;
    properties["status"] = status;
    if (status == "Running") properties["startTime"] = core::to_iso8601(m_context.clock.now(), true);
    moved = true;
  });
  if (moved) follow(job, status, "");
}

bool JobRecords::request_cancel(const JobId& job) {
  bool requested = false;
  m_context.store.update(job.key(), [&](Resource& resource) {
    json::object& properties = resource.properties();
    if (is_terminal(text_at(properties, "status"))) return;
    properties["status"] = "CancelRequested";
    requested = true;
  });
  return requested;
}

void JobRecords::finish(const JobId& job, const JobResult& result) {
  const auto before = m_context.store.find(job.key());
  const json::object* known = before ? before->find_properties() : nullptr;
  if (!known || is_terminal(text_at(*known, "status"))) return;
  follow(job, result.status, result.message);  // first: who sees the job's end may ask for that of its run
  bool finished = false;
  std::string earlier;
  m_context.store.update(job.key(), [&](Resource& resource) {
    json::object& properties = resource.properties();
    earlier = text_at(properties, "status");
    if (is_terminal(earlier)) return;
    properties["status"] = result.status;
    properties["endTime"] = core::to_iso8601(m_context.clock.now(), true);
    if (!result.message.empty()) {
      properties["error"] = {{"code", "UserError"}, {"message", result.message}, {"severity", nullptr}};
    }
    finished = true;
  });
  if (!finished && !earlier.empty()) follow(job, earlier, "");  // another one was faster
  if (!finished) return;
  m_context.log.info(fmt::format("job {} is {}{}{}", job.name, result.status, result.message.empty() ? "" : ": ",
                                 result.message.substr(0, result.message.find('\n'))));
}

void JobRecords::set_output_uri(const JobId& job, const std::string& output, const std::string& uri) {
  m_context.store.update(job.key(), [&](Resource& resource) {
    json::object& outputs = ensure_object(resource.properties(), "outputs");
    json::object& entry = ensure_object(outputs, output);
    entry["uri"] = uri;
    if (text_at(entry, "jobOutputType").empty()) entry["jobOutputType"] = "uri_folder";
  });
}

void JobRecords::add_child(const JobId& parent, const JobId& child, json::object body) {
  json::object& properties = ensure_object(body, "properties");
  properties["parentJobName"] = parent.name;
  m_context.store.put(child.key(), std::move(body));
  begin(child);
}

std::vector<JobId> JobRecords::children(const JobId& job) const {
  std::vector<JobId> children;
  for (const auto& resource :
       m_context.store.list({.workspace = job.workspace.id, .kind = "jobs", .order = Store::Order::oldest_first})) {
    const json::object* properties = resource.find_properties();
    if (properties && text_at(*properties, "parentJobName") == job.name)
      children.push_back({job.workspace, resource.key.name});
  }
  return children;
}

}  // namespace mlops::emulator
