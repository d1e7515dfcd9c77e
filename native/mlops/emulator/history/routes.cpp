#include <fmt/format.h>

#include <memory>
#include <mlops/emulator/history/routes.hpp>
#include <mlops/emulator/history/run_view.hpp>
#include <mlops/emulator/resources/rendering.hpp>
#include <mlops/http/url.hpp>

namespace mlops::emulator {

namespace {

/// The routes; they share the access to runs.
class History {
 public:
  explicit History(Context& context) : m_context(context), m_runs(context.database, context.clock) {}

  Response get(const Request& request) const { return Response::of_json(200, run_json(m_context, find(request))); }

  Response details(const Request& request) const {
    const HistoryRun run = find(request);
    json::object answer = run_json(m_context, run);
    answer["logFiles"] = log_files(m_context, run);
    answer["inputDatasets"] = json::array();
    answer["outputDatasets"] = json::array();
    return Response::of_json(200, answer);
  }

  // Steps of a pipeline and runs that an MLflow client nested below, oldest first.
  Response children(const Request& request) const {
    const HistoryRun parent = find(request);
    std::vector<json::value> items;
    for (const auto& id : m_runs.children(parent.workspace.id, parent.run.id)) {
      if (const auto child = find_history_run(m_context, m_runs, parent.workspace, id)) {
        items.push_back(run_json(m_context, *child));
      }
    }
    return page_of(m_context, request, std::move(items));
  }

  Response modify(const Request& request) {
    HistoryRun history = find(request);
    const json::object changes = request.json_object();
    if (history.job) {
      m_context.store.update(history.job->key, [&](Resource& job) { change_job(job.properties(), changes); });
    }
    if (const std::string name = text_at(changes, "displayName"); !name.empty()) history.run.name = name;
    if (changes.contains("hidden")) history.run.lifecycle = flag_at(changes, "hidden") ? "deleted" : "active";
    if (const json::object* tags = object_at(changes, "tags")) {
      for (const auto& [key, value] : *tags) {
        if (value.is_string()) history.run.tags[std::string(key)] = std::string(value.get_string());
      }
    }
    m_runs.save(history.workspace.id, history.run);
    return get(request);
  }

  Response run_data(const Request& request) const {
    const Workspace workspace = m_context.workspaces.of(request);
    const HistoryRun run = require(workspace, text_at(request.json_object(), "runId"));
    json::object metadata = run_json(m_context, run);
    metadata["outputs"] = outputs_json(run);
    json::object answer{
        {"runMetadata", std::move(metadata)}, {"runDefinition", nullptr}, {"jobSpecification", nullptr}};
    return Response::of_json(200, answer);
  }

  // Data outputs have their address as "uri", models as "path".
  Response resolve(const Request& request, const char* member) const {
    const Workspace workspace = m_context.workspaces.of(request);
    const json::object body = request.json_object();
    json::object values;
    if (const json::value* ids = body.if_contains("values"); ids && ids->is_array()) {
      for (const auto& id : ids->get_array()) {
        if (!id.is_string()) continue;
        const auto output = resolve_asset_id(m_context, workspace, std::string(id.get_string()));
        if (output) values[id.get_string()] = {{member, output->uri}, {"type", output->type}};
      }
    }
    return Response::of_json(200, {{"values", std::move(values)}});
  }

  Response list_artifacts(const Request& request) const {
    const HistoryRun run = find(request);
    const std::string root = artifact_path(run.run.id) + '/';
    const std::string prefix = request.query_value("path").value_or("");
    std::vector<json::value> items;
    for (const auto& blob : m_context.blobs.list(run.workspace.artifact_container(), root + prefix)) {
      items.push_back(artifact(run, blob.name.substr(root.size())));
    }
    return page_of(m_context, request, std::move(items));
  }

  Response artifact_content(const Request& request) const {
    const HistoryRun run = find(request);
    const std::string path = request.query_value("path").value_or("");
    const std::string blob = artifact_path(run.run.id) + '/' + path;
    if (path.empty() || !m_context.blobs.find(run.workspace.artifact_container(), blob)) {
      throw ServiceError(404, "UserError", fmt::format("The run '{}' has no artifact '{}'.", run.run.id, path));
    }
    json::object info = artifact(run, path);
    info["contentUri"] = m_context.signed_blob_url(run.workspace.artifact_container(), blob);
    return Response::of_json(200, info);
  }

  Response services(const Request& request) const {
    find(request);
    return Response::of_json(200, {{"instances", json::object()}});
  }

  Response list_experiments(const Request& request) const {
    const Workspace workspace = m_context.workspaces.of(request);
    std::vector<json::value> items;
    for (const auto& experiment : m_runs.experiments(workspace.id)) items.push_back(experiment_json(experiment));
    return page_of(m_context, request, std::move(items));
  }

  Response get_experiment(const Request& request) const {
    const Workspace workspace = m_context.workspaces.of(request);
    const std::string& name = request.parameter("experiment");
    if (const auto found = m_runs.experiment_named(workspace.id, name))
      return Response::of_json(200, experiment_json(*found));
    throw ServiceError(404, "UserError",
                       fmt::format("Experiment {} was not found in workspace {}.", name, workspace.name));
  }

 private:
  HistoryRun require(const Workspace& workspace, const std::string& id) const {
    if (auto run = find_history_run(m_context, m_runs, workspace, id)) return *run;
    throw ServiceError(404, "UserError", fmt::format("Run {} was not found in workspace {}.", id, workspace.name));
  }

  HistoryRun find(const Request& request) const {
    return require(m_context.workspaces.of(request), request.parameter("run"));
  }

  static void change_job(json::object& properties, const json::object& changes) {
    for (const char* member : {"displayName", "description"}) {
      const json::value* value = changes.if_contains(member);
      if (value && value->is_string()) properties[member] = *value;
    }
    if (changes.contains("hidden")) properties["isArchived"] = flag_at(changes, "hidden");
    for (const char* member : {"tags", "properties"}) {
      const json::object* texts = object_at(changes, member);
      if (!texts) continue;
      json::object& stored = ensure_object(properties, member);
      for (const auto& [key, value] : *texts) stored[key] = value;
    }
  }

  static json::object artifact(const HistoryRun& run, const std::string& path) {
    const std::string container = "dcid." + run.run.id;
    return {{"artifactId", fmt::format("ExperimentRun/{}/{}", container, path)},
            {"origin", "ExperimentRun"},
            {"container", container},
            {"path", path}};
  }

  static json::object experiment_json(const Experiment& experiment) {
    return {{"experimentId", experiment.id}, {"name", experiment.name}, {"createdUtc", iso_time(experiment.created)}};
  }

  Context& m_context;
  Runs m_runs;
};

}  // namespace

void add_history_routes(Router& router, Context& context) {
  const auto history = std::make_shared<History>(context);
  const std::string base = std::string("/history/v1.0") + k_workspace_pattern;
  const auto add = [&](const char* name, const char* method, const std::string& pattern, auto answer) {
    router.add(name, method, pattern, [history, answer](const Request& request) { return answer(*history, request); });
  };
  // A run is found by its id alone; the experiment in some of the addresses is only decoration.
  for (const std::string runs :
       {"/runs/{run}", "/experiments/{experiment}/runs/{run}", "/experimentids/{experiment}/runs/{run}"}) {
    const std::string run = base + runs;
    add("get-run", "GET", run, [](History& h, const Request& r) { return h.get(r); });
    add("patch-run", "PATCH", run, [](History& h, const Request& r) { return h.modify(r); });
    add("get-run-details", "GET", run + "/details", [](History& h, const Request& r) { return h.details(r); });
    add("list-run-children", "GET", run + "/children", [](History& h, const Request& r) { return h.children(r); });
    add("list-history-artifacts", "GET", run + "/artifacts",
        [](History& h, const Request& r) { return h.list_artifacts(r); });
    add("get-history-artifact", "GET", run + "/artifacts/contentinfo",
        [](History& h, const Request& r) { return h.artifact_content(r); });
    add("list-run-services", "GET", run + "/serviceinstances/{node}",
        [](History& h, const Request& r) { return h.services(r); });
  }
  add("post-run-data", "POST", base + "/rundata", [](History& h, const Request& r) { return h.run_data(r); });
  add("list-history-experiments", "GET", base + "/experiments",
      [](History& h, const Request& r) { return h.list_experiments(r); });
  add("get-history-experiment", "GET", base + "/experiments/{experiment}",
      [](History& h, const Request& r) { return h.get_experiment(r); });
  add("resolve-data", "POST", std::string("/data/v1.0") + k_workspace_pattern + "/dataversion/batchGetResolvedUris",
      [](History& h, const Request& r) { return h.resolve(r, "uri"); });
  add("resolve-models", "POST",
      std::string("/modelregistry/v1.0") + k_workspace_pattern + "/models/batchGetResolvedUris",
      [](History& h, const Request& r) { return h.resolve(r, "path"); });
}

}  // namespace mlops::emulator
