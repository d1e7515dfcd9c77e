#include <fmt/format.h>

#include <mlops/aml/compile/automl/tables.hpp>
#include <mlops/aml/compile/compile.hpp>
#include <mlops/aml/compile/data_flow.hpp>
#include <mlops/aml/compile/environment.hpp>
#include <mlops/aml/compile/job_tables.hpp>
#include <mlops/core/text.hpp>

namespace mlops::aml {

namespace {

const std::vector<AutoMLTask>& tasks() {
  static const std::vector<AutoMLTask> all = [] {
    std::vector<AutoMLTask> tasks = tabular_tasks();
    for (auto&& more : {text_tasks(), image_tasks()}) tasks.insert(tasks.end(), more.begin(), more.end());
    return tasks;
  }();
  return all;
}

const AutoMLTask& task_of(const Node& node) {
  const Node task = node.at("task");
  std::vector<std::string> known;
  for (const auto& row : tasks()) {
    if (core::equals_ignoring_case(task.as_string(), row.word)) return row;
    known.emplace_back(row.word);
  }
  throw task.error("value-invalid", fmt::format("\"{}\" is no task of AutoML.", task.as_string()),
                   fmt::format("Tasks are {}.", fmt::join(known, ", ")));
}

// What stands beside the task's own keys.
const Table& frame() {
  static const Table table = joined({job_table(),
                                     {{"environment_id", "environmentId", environment_id},
                                      {"environment_variables", "environmentVariables", convert::texts},
                                      {"outputs", "outputs", job_outputs},
                                      {"resources", "resources", resources()},
                                      {"queue_settings", "queueSettings", queue_settings()}}});
  return table;
}

Table below(const std::string& member, Table table) {
  for (auto& field : table) {
    if (!field.target.empty()) field.target = member + "." + field.target;
  }
  return table;
}

// The service runs one trial when nothing is said.
constexpr int k_default_trials = 1;

void add_defaults(json::object& details, const AutoMLTask& task) {
  details.emplace("logVerbosity", "Info");
  if (task.default_metric) details.emplace("primaryMetric", task.default_metric);
  const bool tabular =
      details.contains("trainingSettings") || std::string_view(task.word).find('_') == std::string::npos;
  if (tabular) return;
  json::value& limits = details["limitSettings"];
  if (!limits.is_object()) limits.emplace_object();
  limits.get_object().emplace("maxTrials", k_default_trials);
}

// The pipeline service takes a step's YAML nearly as it is.
void add_step_defaults(json::object& step, const AutoMLTask& task) {
  step.emplace("log_verbosity", "info");
  for (const auto& field : task.keys) {
    if (field.key == "training") step.emplace("training", json::object());
  }
}

}  // namespace

json::object automl_step(const Scope& scope, const Node& node) {
  const AutoMLTask& task = task_of(node);
  filled(scope, node, joined({frame(), task.keys, {{"inputs", "", nullptr}, {"comment", "", nullptr}}}));
  json::object step;
  for (const auto& field : task.keys) {
    const auto value = node.find(field.key);
    if (!value) continue;
    step[field.key] = field.key == "search_space" ? search_spaces_of_step(scope, *value) : value->value();
  }
  add_step_defaults(step, task);
  return step;
}

Compiled compile_automl_job(const Scope& scope, const Node& node) {
  const AutoMLTask& task = task_of(node);
  Compiled compiled;
  json::object properties = filled(scope, node, joined({frame(), below("taskDetails", task.keys)}));
  properties["jobType"] = "AutoML";
  json::object& details = properties["taskDetails"].as_object();
  details["taskType"] = task.rest_type;
  add_defaults(details, task);
  if (const auto name = node.find("name")) compiled.name = name->as_text();
  compiled.body["properties"] = std::move(properties);
  return compiled;
}

}  // namespace mlops::aml
