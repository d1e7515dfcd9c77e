#include <fmt/format.h>

#include <algorithm>
#include <mlops/core/hash.hpp>
#include <mlops/core/text.hpp>
#include <mlops/emulator/mlflow/wire.hpp>

namespace mlops::emulator {

namespace {

// https://mlflow.org/docs/latest/rest-api.html#request-limits
constexpr std::size_t k_most_items = 1000;
constexpr std::size_t k_most_parameters = 100;
constexpr std::size_t k_most_tags = 100;
constexpr const char* k_models_tag = "mlflow.log-model.history";

Run active_run(const MlflowCall& call) {
  Run run = call.run();
  if (run.lifecycle == "active") return run;
  throw MlflowError(
      "INVALID_PARAMETER_VALUE",
      fmt::format("The run {} must be in the 'active' state. Current state is {}.", run.id, run.lifecycle));
}

json::value create(const MlflowCall& call) {
  const std::string experiment = call.required("experiment_id");
  if (!call.runs.experiment(call.workspace.id, experiment)) {
    if (experiment != "0") {
      throw MlflowError("RESOURCE_DOES_NOT_EXIST", fmt::format("No Experiment with id={} exists", experiment));
    }
    call.runs.save(call.workspace.id,
                   Experiment{.id = "0", .name = "Default", .created = call.runs.now(), .updated = call.runs.now()});
  }
  Run run{.id = core::replace_all(core::random_uuid(), "-", ""),
          .experiment = experiment,
          .name = call.text("run_name"),
          .user = call.text("user_id"),
          .start = call.integer("start_time", call.runs.now()),
          .tags = texts_of(call.list("tags"))};
  if (run.name.empty()) run.name = run.tag(k_run_name_tag);
  if (run.name.empty()) run.name = "run_" + run.id.substr(0, 8);
  if (const auto parent = call.runs.find(call.workspace.id, run.tag(k_parent_run_tag))) {
    const std::string root = parent->tag(k_root_run_tag);
    run.tags[k_root_run_tag] = root.empty() ? parent->id : root;
  } else {
    run.tags[k_root_run_tag] = run.id;
  }
  call.runs.save(call.workspace.id, run);
  return {{"run", to_json(call.workspace, *call.runs.find(call.workspace.id, run.id))}};
}

json::value get(const MlflowCall& call) {
  return {{"run", to_json(call.workspace, call.run())}};
}

// The status of a job's run follows the job: a client that ends its MLflow run doesn't end the job.
json::value update(const MlflowCall& call) {
  Run run = call.run();
  const std::string status = call.text("status");
  static const std::vector<std::string> k_statuses{"RUNNING", "SCHEDULED", "FINISHED", "FAILED", "KILLED"};
  if (!status.empty() && std::find(k_statuses.begin(), k_statuses.end(), status) == k_statuses.end()) {
    throw MlflowError("INVALID_PARAMETER_VALUE", fmt::format("Invalid value '{}' for parameter 'status'.", status));
  }
  if (!run.is_job) {
    if (!status.empty()) run.status = status;
    run.end = call.integer("end_time", run.end);
  }
  if (const std::string name = call.text("run_name"); !name.empty()) run.name = name;
  call.runs.save(call.workspace.id, run);
  return {{"run_info", info_of(call.workspace, run)}};
}

json::value set_lifecycle(const MlflowCall& call, const char* lifecycle) {
  Run run = call.run();
  run.lifecycle = lifecycle;
  call.runs.save(call.workspace.id, run);
  return json::object();
}

json::value log_metric(const MlflowCall& call) {
  const Run run = active_run(call);
  call.runs.log_metric(call.workspace.id, run.id, metric_of(call.arguments));
  return json::object();
}

void log_parameter(const MlflowCall& call, const std::string& run, const std::string& key, const std::string& value) {
  if (call.runs.log_parameter(call.workspace.id, run, key, value)) return;
  throw MlflowError(
      "INVALID_PARAMETER_VALUE",
      fmt::format("Changing param values is not allowed. Param with key='{}' was already logged with another "
                  "value for run ID='{}'. Attempted logging new value '{}'.",
                  key, run, value));
}

json::value log_one_parameter(const MlflowCall& call) {
  const Run run = active_run(call);
  log_parameter(call, run.id, call.required("key"), call.text("value"));
  return json::object();
}

void check_size(const char* what, std::size_t size, std::size_t most) {
  if (size <= most) return;
  throw MlflowError("INVALID_PARAMETER_VALUE",
                    fmt::format("A batch logging request can contain at most {} {}. Got {} {}. "
                                "Please split up {} across multiple requests and try again.",
                                most, what, size, what, what));
}

json::value log_batch(const MlflowCall& call) {
  const Run run = active_run(call);
  const auto parameters = texts_of(call.list("params"));
  const auto tags = texts_of(call.list("tags"));
  std::vector<Metric> metrics;
  if (const json::array* items = call.list("metrics")) {
    for (const auto& item : *items) metrics.push_back(metric_of(item.is_object() ? item.get_object() : json::object()));
  }
  check_size("params", parameters.size(), k_most_parameters);
  check_size("tags", tags.size(), k_most_tags);
  check_size("metrics, params and tags", metrics.size() + parameters.size() + tags.size(), k_most_items);
  call.runs.together([&] {
    for (const auto& [key, value] : parameters) log_parameter(call, run.id, key, value);
    for (const auto& metric : metrics) call.runs.log_metric(call.workspace.id, run.id, metric);
    for (const auto& [key, value] : tags) call.runs.set_tag(call.workspace.id, run.id, key, value);
  });
  return json::object();
}

void set_one_tag(const MlflowCall& call, Run run, const std::string& key, const std::string& value) {
  if (key == k_run_name_tag) {
    run.name = value;
    call.runs.save(call.workspace.id, run);
  }
  call.runs.set_tag(call.workspace.id, run.id, key, value);
}

json::value set_tag(const MlflowCall& call) {
  const Run run = active_run(call);
  set_one_tag(call, run, call.required("key"), call.text("value"));
  return json::object();
}

json::value delete_tag(const MlflowCall& call) {
  const Run run = active_run(call);
  const std::string key = call.required("key");
  if (call.runs.remove_tag(call.workspace.id, run.id, key)) return json::object();
  throw MlflowError("RESOURCE_DOES_NOT_EXIST", fmt::format("No tag with name: {} in run with id {}", key, run.id));
}

// Appends to a JSON list that is kept in a tag, as MLflow itself does for models.
void append_to_tag(const MlflowCall& call, const Run& run, const char* tag, json::value item) {
  call.runs.together([&] {
    const auto stored = call.runs.find(call.workspace.id, run.id);
    const std::string before = stored ? stored->tag(tag) : std::string();
    json::value list = before.empty() ? json::array() : json::parse(before);
    list.as_array().push_back(std::move(item));
    call.runs.set_tag(call.workspace.id, run.id, tag, json::serialize(list));
  });
}

json::value log_model(const MlflowCall& call) {
  const Run run = active_run(call);
  boost::system::error_code failure;
  json::value model = json::parse(call.required("model_json"), failure);
  if (failure || !model.is_object()) {
    throw MlflowError("INVALID_PARAMETER_VALUE", "Malformed model info. 'model_json' must be a JSON object in a text.");
  }
  append_to_tag(call, run, k_models_tag, std::move(model));
  return json::object();
}

json::value log_inputs(const MlflowCall& call) {
  const Run run = active_run(call);
  if (const json::array* datasets = call.list("datasets")) {
    for (const auto& dataset : *datasets) append_to_tag(call, run, k_inputs_tag, dataset);
  }
  return json::object();
}

json::value history(const MlflowCall& call) {
  const Run run = call.run();
  auto all = call.runs.history(call.workspace.id, run.id, call.required("metric_key"));
  const auto most = static_cast<std::size_t>(std::max<std::int64_t>(1, call.integer("max_results", 25'000)));
  const auto [items, next] = page(std::move(all), call.text("page_token"), most);
  json::array metrics;
  for (const auto& metric : items) metrics.push_back(to_json(metric));
  json::object answer{{"metrics", std::move(metrics)}};
  if (!next.empty()) answer["next_page_token"] = next;
  return answer;
}

}  // namespace

void add_run_routes(MlflowRoutes& routes) {
  routes.add("create-run", "POST", "runs/create", create);
  routes.add("get-mlflow-run", "GET", "runs/get", get);
  routes.add("update-run", "POST", "runs/update", update);
  routes.add("delete-run", "POST", "runs/delete",
             [](const MlflowCall& call) { return set_lifecycle(call, "deleted"); });
  routes.add("restore-run", "POST", "runs/restore",
             [](const MlflowCall& call) { return set_lifecycle(call, "active"); });
  routes.add("log-metric", "POST", "runs/log-metric", log_metric);
  routes.add("log-parameter", "POST", "runs/log-parameter", log_one_parameter);
  routes.add("log-batch", "POST", "runs/log-batch", log_batch);
  routes.add("set-run-tag", "POST", "runs/set-tag", set_tag);
  routes.add("delete-run-tag", "POST", "runs/delete-tag", delete_tag);
  routes.add("log-model", "POST", "runs/log-model", log_model);
  routes.add("log-inputs", "POST", "runs/log-inputs", log_inputs);
  routes.add("get-metric-history", "GET", "metrics/get-history", history);
}

}  // namespace mlops::emulator
