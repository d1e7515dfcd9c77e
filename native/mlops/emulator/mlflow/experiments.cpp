#include <fmt/format.h>

#include <mlops/core/text.hpp>
#include <mlops/emulator/mlflow/search.hpp>
#include <mlops/emulator/mlflow/wire.hpp>

namespace mlops::emulator {

namespace {

constexpr const char* k_default_id = "0";  // what MLflow clients use that name no experiment

Experiment find(const MlflowCall& call) {
  const std::string id = call.required("experiment_id");
  if (auto found = call.runs.experiment(call.workspace.id, id)) return *found;
  if (id == k_default_id) {
    const Experiment standard{
        .id = k_default_id, .name = "Default", .created = call.runs.now(), .updated = call.runs.now()};
    if (const auto named = call.runs.experiment_named(call.workspace.id, standard.name)) return *named;
    call.runs.save(call.workspace.id, standard);
    return standard;
  }
  throw MlflowError("RESOURCE_DOES_NOT_EXIST", fmt::format("Could not find experiment with ID {}", id));
}

json::value shown(const MlflowCall& call, const Experiment& experiment) {
  return {{"experiment", to_json(call.context, call.workspace, experiment)}};
}

json::value get_by_name(const MlflowCall& call) {
  const std::string name = call.required("experiment_name");
  if (const auto found = call.runs.experiment_named(call.workspace.id, name)) return shown(call, *found);
  throw MlflowError("RESOURCE_DOES_NOT_EXIST", fmt::format("Could not find experiment with name {}", name));
}

json::value create(const MlflowCall& call) {
  const std::string name = call.required("name");
  if (call.runs.experiment_named(call.workspace.id, name)) {
    throw MlflowError("RESOURCE_ALREADY_EXISTS", fmt::format("Experiment '{}' already exists.", name));
  }
  Experiment experiment = call.runs.ensure_experiment(call.workspace.id, name);
  experiment.tags = texts_of(call.list("tags"));
  call.runs.save(call.workspace.id, experiment);
  return {{"experiment_id", experiment.id}};
}

json::value set_lifecycle(const MlflowCall& call, const char* lifecycle) {
  Experiment experiment = find(call);
  experiment.lifecycle = lifecycle;
  experiment.updated = call.runs.now();
  call.runs.save(call.workspace.id, experiment);
  return json::object();
}

json::value rename(const MlflowCall& call) {
  Experiment experiment = find(call);
  experiment.name = call.required("new_name");
  if (call.runs.experiment_named(call.workspace.id, experiment.name)) {
    throw MlflowError("RESOURCE_ALREADY_EXISTS", fmt::format("Experiment '{}' already exists.", experiment.name));
  }
  call.runs.save(call.workspace.id, experiment);
  return json::object();
}

json::value set_tag(const MlflowCall& call) {
  Experiment experiment = find(call);
  experiment.tags[call.required("key")] = call.text("value");
  call.runs.save(call.workspace.id, experiment);
  return json::object();
}

json::value search(const MlflowCall& call) {
  const Filter filter = Filter::parse(call.text("filter"));
  std::vector<Experiment> found;
  for (auto& experiment : call.runs.experiments(call.workspace.id)) {
    if (in_view(call.text("view_type"), experiment.lifecycle) && filter.accepts(experiment))
      found.push_back(experiment);
  }
  const auto [items, next] =
      page(std::move(found), call.text("page_token"),
           static_cast<std::size_t>(std::max<std::int64_t>(1, call.integer("max_results", 1000))));
  json::array experiments;
  for (const auto& experiment : items) experiments.push_back(to_json(call.context, call.workspace, experiment));
  json::object answer{{"experiments", std::move(experiments)}};
  if (!next.empty()) answer["next_page_token"] = next;
  return answer;
}

}  // namespace

void add_experiment_routes(MlflowRoutes& routes) {
  routes.add("get-experiment-by-name", "GET", "experiments/get-by-name", get_by_name);
  routes.add("get-experiment", "GET", "experiments/get",
             [](const MlflowCall& call) { return shown(call, find(call)); });
  routes.add("create-experiment", "POST", "experiments/create", create);
  routes.add("delete-experiment", "POST", "experiments/delete",
             [](const MlflowCall& call) { return set_lifecycle(call, "deleted"); });
  routes.add("restore-experiment", "POST", "experiments/restore",
             [](const MlflowCall& call) { return set_lifecycle(call, "active"); });
  routes.add("update-experiment", "POST", "experiments/update", rename);
  routes.add("set-experiment-tag", "POST", "experiments/set-experiment-tag", set_tag);
  for (const char* method : {"GET", "POST"}) {
    routes.add("search-experiments", method, "experiments/search", search);
    routes.add("search-experiments", method, "experiments/list", search);
  }
}

}  // namespace mlops::emulator
