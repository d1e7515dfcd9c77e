#include <fmt/format.h>

#include <algorithm>
#include <mlops/core/text.hpp>
#include <mlops/emulator/json_access.hpp>
#include <mlops/emulator/mlflow/search.hpp>
#include <mlops/emulator/mlflow/wire.hpp>
#include <mlops/emulator/versions.hpp>

namespace mlops::emulator {

namespace {

// Registered models are the workspace's models: what MLflow registers, Azure ML lists, and the other way round.
constexpr const char* k_versions = "models";
constexpr const char* k_containers = "modelsContainers";

std::int64_t milliseconds_of(const std::string& iso) {
  const auto time = core::from_iso8601(iso);
  if (!time) return 0;
  return std::chrono::duration_cast<std::chrono::milliseconds>(time->time_since_epoch()).count();
}

std::map<std::string, std::string> tags_of(const json::object& properties) {
  std::map<std::string, std::string> tags;
  if (const json::object* stored = object_at(properties, "tags")) {
    for (const auto& [key, value] : *stored) {
      if (value.is_string()) tags[std::string(key)] = std::string(value.get_string());
    }
  }
  return tags;
}

json::object to_object(const std::map<std::string, std::string>& texts) {
  json::object object;
  for (const auto& [key, value] : texts) object[key] = value;
  return object;
}

std::vector<Resource> versions_of(const MlflowCall& call, const std::string& name) {
  return call.context.store.list({.workspace = call.workspace.id, .kind = k_versions, .name = name});
}

json::object version_json(const Resource& version) {
  const json::object& properties = *version.find_properties();
  const std::string stage = text_at(properties, "stage");
  const json::object* own = object_at(properties, "properties");
  json::object answer{{"name", version.key.name},
                      {"version", version.key.version},
                      {"creation_timestamp", milliseconds_of(version.created)},
                      {"last_updated_timestamp", milliseconds_of(version.modified)},
                      {"current_stage", stage.empty() ? "None" : stage},
                      {"description", text_at(properties, "description")},
                      {"source", text_at(properties, "modelUri")},
                      {"status", "READY"},
                      {"tags", pairs_of(tags_of(properties))}};
  std::string run = text_at(properties, "jobName");
  if (run.empty() && own) run = text_at(*own, "azureml.runId");
  if (!run.empty()) answer["run_id"] = run;
  return answer;
}

json::object model_json(const MlflowCall& call, const std::string& name) {
  const auto container = call.context.store.find({call.workspace.id, k_containers, name});
  const auto versions = versions_of(call, name);
  if (!container && versions.empty()) {
    throw MlflowError("RESOURCE_DOES_NOT_EXIST", fmt::format("Registered Model with name={} not found", name));
  }
  json::object answer{{"name", name}};
  if (container) {
    const json::object* properties = container->find_properties();
    answer["description"] = properties ? text_at(*properties, "description") : "";
    answer["tags"] = pairs_of(properties ? tags_of(*properties) : std::map<std::string, std::string>());
  }
  const Resource& oldest = container ? *container : versions.back();
  answer["creation_timestamp"] = milliseconds_of(oldest.created);
  answer["last_updated_timestamp"] = milliseconds_of(versions.empty() ? oldest.modified : versions.front().modified);
  json::array latest;
  if (!versions.empty()) latest.push_back(version_json(versions.front()));
  answer["latest_versions"] = std::move(latest);
  return answer;
}

json::value create_model(const MlflowCall& call) {
  const std::string name = call.required("name");
  const bool exists =
      call.context.store.find({call.workspace.id, k_containers, name}) || !versions_of(call, name).empty();
  if (exists)
    throw MlflowError("RESOURCE_ALREADY_EXISTS", fmt::format("Registered Model (name={}) already exists.", name));
  call.context.store.put({call.workspace.id, k_containers, name}, {{"properties",
                                                                    {{"description", call.text("description")},
                                                                     {"tags", to_object(texts_of(call.list("tags")))},
                                                                     {"properties", json::object()},
                                                                     {"isArchived", false}}}});
  return {{"registered_model", model_json(call, name)}};
}

json::value delete_model(const MlflowCall& call) {
  const std::string name = call.required("name");
  model_json(call, name);
  call.context.store.remove_all(call.workspace.id, k_versions, name);
  call.context.store.remove({call.workspace.id, k_containers, name});
  return json::object();
}

json::value search_models(const MlflowCall& call) {
  const Filter filter = Filter::parse(call.text("filter"));
  std::map<std::string, json::object> models;
  for (const char* kind : {k_containers, k_versions}) {
    for (const auto& resource : call.context.store.list({.workspace = call.workspace.id, .kind = kind})) {
      const json::object* properties = resource.find_properties();
      const auto tags = properties ? tags_of(*properties) : std::map<std::string, std::string>();
      if (filter.accepts({{"name", resource.key.name}}, tags)) models.try_emplace(resource.key.name);
    }
  }
  json::array found;
  for (const auto& [name, unused] : models) found.push_back(model_json(call, name));
  return {{"registered_models", std::move(found)}};
}

// "models:/<id>" is a model that MLflow 3 logged: its artifacts' address.
std::string resolved_source(const MlflowCall& call, const std::string& source) {
  const std::string scheme = "models:/";
  if (!source.starts_with(scheme)) return source;
  const auto logged = call.context.store.find({call.workspace.id, k_logged_models, source.substr(scheme.size())});
  if (!logged) {
    throw MlflowError("RESOURCE_DOES_NOT_EXIST",
                      fmt::format("Logged model with ID '{}' not found.", source.substr(scheme.size())));
  }
  return text_at(*object_at(logged->body, "info"), "artifact_uri");
}

// The source as an address that Azure ML's clients can download from; anything outside the workspace stays as it is.
std::string model_uri(const MlflowCall& call, const std::string& source) {
  const std::string proxy = "mlflow-artifacts:/";
  std::string path;
  if (source.starts_with(proxy)) path = source.substr(proxy.size());
  if (path.empty()) {
    const auto place = call.context.uris.place_of(call.workspace, source);
    if (!place || place->container != call.workspace.artifact_container()) return source;
    path = place->path;
  }
  return fmt::format(
      "azureml://subscriptions/{}/resourcegroups/{}/workspaces/{}/datastores/workspaceartifactstore/paths/{}",
      call.workspace.subscription, call.workspace.group, call.workspace.name, path);
}

json::value create_version(const MlflowCall& call) {
  const std::string name = call.required("name");
  const std::string uri = model_uri(call, resolved_source(call, call.required("source")));
  model_json(call, name);
  const auto folder = call.context.uris.local_path(call.workspace, uri);
  const bool is_mlflow = folder && std::filesystem::exists(*folder / "MLmodel");
  json::object properties{{"modelUri", uri},
                          {"modelType", is_mlflow ? "mlflow_model" : "custom_model"},
                          {"description", call.text("description")},
                          {"tags", to_object(texts_of(call.list("tags")))},
                          {"properties", json::object()},
                          {"flavors", json::object()},
                          {"isArchived", false},
                          {"isAnonymous", false}};
  if (const std::string run = call.text("run_id"); !run.empty()) {
    properties["properties"] = {{"azureml.runId", run}};
    properties["jobName"] = run;
  }
  std::optional<Resource> version;
  call.context.database.transaction([&] {
    version = call.context.store.put({call.workspace.id, k_versions, name, next_version(versions_of(call, name))},
                                     {{"properties", std::move(properties)}});
  });
  return {{"model_version", version_json(*version)}};
}

ResourceKey version_key(const MlflowCall& call) {
  return {call.workspace.id, k_versions, call.required("name"), call.required("version")};
}

Resource version_of(const MlflowCall& call, const std::function<void(json::object& properties)>& change = {}) {
  const ResourceKey key = version_key(call);
  const auto version = change ? call.context.store.update(key, [&](Resource& found) { change(found.properties()); })
                              : call.context.store.find(key);
  if (version) return *version;
  throw MlflowError("RESOURCE_DOES_NOT_EXIST",
                    fmt::format("Model Version (name={}, version={}) not found", key.name, key.version));
}

json::value shown(const Resource& version) {
  return {{"model_version", version_json(version)}};
}

json::value search_versions(const MlflowCall& call) {
  const Filter filter = Filter::parse(call.text("filter"));
  json::array found;
  for (const auto& version : call.context.store.list({.workspace = call.workspace.id, .kind = k_versions})) {
    const json::object shown_version = version_json(version);
    const std::map<std::string, std::string> attributes{{"name", version.key.name},
                                                        {"version_number", version.key.version},
                                                        {"run_id", text_at(shown_version, "run_id")},
                                                        {"source_path", text_at(shown_version, "source")}};
    if (filter.accepts(attributes, tags_of(*version.find_properties()))) found.push_back(shown_version);
  }
  return {{"model_versions", std::move(found)}};
}

json::value latest_versions(const MlflowCall& call) {
  const std::string name = call.required("name");
  const auto stages = call.texts("stages");
  std::map<std::string, json::object> newest;
  for (const auto& version : versions_of(call, name)) {
    json::object shown_version = version_json(version);
    newest.try_emplace(text_at(shown_version, "current_stage"), shown_version);
  }
  json::array found;
  for (const auto& [stage, version] : newest) {
    if (stages.empty() || std::find(stages.begin(), stages.end(), stage) != stages.end()) found.push_back(version);
  }
  return {{"model_versions", std::move(found)}};
}

// Where the artifact proxy has the files.
json::value download_uri(const MlflowCall& call) {
  const std::string uri = text_at(*version_of(call).find_properties(), "modelUri");
  const auto place = call.context.uris.place_of(call.workspace, uri);
  if (!place || place->container != call.workspace.artifact_container()) return {{"artifact_uri", uri}};
  return {{"artifact_uri", "mlflow-artifacts:/" + place->path}};
}

}  // namespace

void add_registry_routes(MlflowRoutes& routes) {
  routes.add("create-registered-model", "POST", "registered-models/create", create_model);
  routes.add("get-registered-model", "GET", "registered-models/get", [](const MlflowCall& call) {
    return json::value{{"registered_model", model_json(call, call.required("name"))}};
  });
  routes.add("delete-registered-model", "DELETE", "registered-models/delete", delete_model);
  routes.add("search-registered-models", "GET", "registered-models/search", search_models);
  for (const char* method : {"GET", "POST"}) {
    routes.add("get-latest-model-versions", method, "registered-models/get-latest-versions", latest_versions);
  }
  routes.add("create-model-version", "POST", "model-versions/create", create_version);
  routes.add("get-model-version", "GET", "model-versions/get",
             [](const MlflowCall& call) { return shown(version_of(call)); });
  routes.add("search-model-versions", "GET", "model-versions/search", search_versions);
  routes.add("get-model-version-uri", "GET", "model-versions/get-download-uri", download_uri);
  routes.add("update-model-version", "PATCH", "model-versions/update", [](const MlflowCall& call) {
    return shown(
        version_of(call, [&](json::object& properties) { properties["description"] = call.text("description"); }));
  });
  routes.add("set-model-version-tag", "POST", "model-versions/set-tag", [](const MlflowCall& call) {
    version_of(call, [&](json::object& properties) {
      ensure_object(properties, "tags")[call.required("key")] = call.text("value");
    });
    return json::object();
  });
  routes.add("delete-model-version-tag", "DELETE", "model-versions/delete-tag", [](const MlflowCall& call) {
    version_of(call, [&](json::object& properties) { ensure_object(properties, "tags").erase(call.required("key")); });
    return json::object();
  });
  routes.add("transition-model-version", "POST", "model-versions/transition-stage", [](const MlflowCall& call) {
    return shown(version_of(call, [&](json::object& properties) { properties["stage"] = call.required("stage"); }));
  });
  routes.add("delete-model-version", "DELETE", "model-versions/delete", [](const MlflowCall& call) {
    version_of(call);
    call.context.store.remove(version_key(call));
    return json::object();
  });
}

}  // namespace mlops::emulator
