#include <fmt/format.h>

#include <algorithm>
#include <mlops/core/hash.hpp>
#include <mlops/core/text.hpp>
#include <mlops/emulator/json_access.hpp>
#include <mlops/emulator/mlflow/search.hpp>
#include <mlops/emulator/mlflow/wire.hpp>

namespace mlops::emulator {

namespace {

// MLflow 3 keeps models beside runs. Here the files of a model stand among the artifacts of the run that logged it, so
// that runs:/<run>/<name> and azureml://jobs/<job>/outputs/artifacts/paths/<name> lead to it as with MLflow 2.
constexpr const char* k_kind = k_logged_models;

ResourceKey key_of(const MlflowCall& call) {
  return {call.workspace.id, k_kind, call.request.parameter("model")};
}

json::value shown(const Resource& resource) {
  return {{"model", resource.body}};
}

Resource find(const MlflowCall& call) {
  if (auto found = call.context.store.find(key_of(call))) return *found;
  throw MlflowError("RESOURCE_DOES_NOT_EXIST", fmt::format("Logged model with ID '{}' not found.", key_of(call).name));
}

Resource change(const MlflowCall& call, const std::function<void(json::object& model)>& function) {
  const auto changed = call.context.store.update(key_of(call), [&](Resource& resource) {
    function(resource.body);
    resource.body["info"].as_object()["last_updated_timestamp_ms"] = call.runs.now();
  });
  return changed ? *changed : find(call);
}

json::array list_or_empty(const json::array* list) {
  return list ? *list : json::array();
}

json::value create(const MlflowCall& call) {
  const std::string id = "m-" + core::replace_all(core::random_uuid(), "-", "");
  const std::string run = call.text("source_run_id");
  std::string name = call.text("name");
  if (name.empty()) name = id;
  json::object info{
      {"model_id", id},
      {"experiment_id", call.required("experiment_id")},
      {"name", name},
      {"creation_timestamp_ms", call.runs.now()},
      {"last_updated_timestamp_ms", call.runs.now()},
      {"artifact_uri", run.empty() ? "mlflow-artifacts:/ExperimentRun/models/" + id : artifact_uri(run) + '/' + name},
      {"status", "LOGGED_MODEL_PENDING"},
      {"model_type", call.text("model_type")},
      {"source_run_id", run},
      {"tags", list_or_empty(call.list("tags"))},
      {"registrations", json::array()}};
  json::object data{{"params", list_or_empty(call.list("params"))}, {"metrics", json::array()}};
  return shown(
      call.context.store.put({call.workspace.id, k_kind, id}, {{"info", std::move(info)}, {"data", std::move(data)}}));
}

json::value finalize(const MlflowCall& call) {
  return shown(
      change(call, [&](json::object& model) { model["info"].as_object()["status"] = call.required("status"); }));
}

json::value search(const MlflowCall& call) {
  const Filter filter = Filter::parse(call.text("filter"));
  const auto experiments = call.texts("experiment_ids");
  std::vector<json::value> found;
  for (const auto& resource : call.context.store.list({.workspace = call.workspace.id, .kind = k_kind})) {
    const json::object& info = *object_at(resource.body, "info");
    const std::string experiment = text_at(info, "experiment_id");
    const bool wanted = std::find(experiments.begin(), experiments.end(), experiment) != experiments.end();
    const std::map<std::string, std::string> attributes{{"name", text_at(info, "name")},
                                                        {"model_id", text_at(info, "model_id")},
                                                        {"model_type", text_at(info, "model_type")},
                                                        {"status", text_at(info, "status")},
                                                        {"source_run_id", text_at(info, "source_run_id")}};
    const auto tags = texts_of(info.at("tags").if_array());
    if (wanted && filter.accepts(attributes, tags)) found.emplace_back(resource.body);
  }
  const auto most = static_cast<std::size_t>(std::max<std::int64_t>(1, call.integer("max_results", 50)));
  const auto [items, next] = page(std::move(found), call.text("page_token"), most);
  json::object answer{{"models", json::array(items.begin(), items.end())}};
  if (!next.empty()) answer["next_page_token"] = next;
  return answer;
}

void append(json::value& list, const json::array* more) {
  if (!more) return;
  for (const auto& item : *more) list.as_array().push_back(item);
}

json::value log_outputs(const MlflowCall& call) {
  const Run run = call.run();
  json::array models = list_or_empty(call.list("models"));
  const std::string before = run.tag(k_outputs_tag);
  if (!before.empty()) {
    for (const auto& model : json::parse(before).as_array()) models.push_back(model);
  }
  call.runs.set_tag(call.workspace.id, run.id, k_outputs_tag, json::serialize(models));
  return json::object();
}

}  // namespace

void add_logged_model_routes(MlflowRoutes& routes) {
  const std::string one = "logged-models/{model}";
  routes.add("create-logged-model", "POST", "logged-models", create);
  routes.add("search-logged-models", "POST", "logged-models/search", search);
  routes.add("get-logged-model", "GET", one, [](const MlflowCall& call) { return shown(find(call)); });
  routes.add("finalize-logged-model", "PATCH", one, finalize);
  routes.add("delete-logged-model", "DELETE", one, [](const MlflowCall& call) {
    find(call);
    call.context.store.remove(key_of(call));
    return json::object();
  });
  routes.add("set-logged-model-tags", "PATCH", one + "/tags", [](const MlflowCall& call) {
    return shown(
        change(call, [&](json::object& model) { append(model["info"].as_object()["tags"], call.list("tags")); }));
  });
  routes.add("log-logged-model-params", "POST", one + "/params", [](const MlflowCall& call) {
    change(call, [&](json::object& model) { append(model["data"].as_object()["params"], call.list("params")); });
    return json::object();
  });
  routes.add("log-outputs", "POST", "runs/outputs", log_outputs);
}

}  // namespace mlops::emulator
