#include <fmt/format.h>

#include <array>
#include <mlops/document/document.hpp>
#include <mlops/runner/steps/task_inputs.hpp>

namespace mlops::runner {

namespace {

namespace json = boost::json;

// The newest first, as the agent prefers them.
constexpr std::array<std::string_view, 7> k_node_handlers{"Node24", "Node22", "Node20_1", "Node20",
                                                          "Node16", "Node10", "Node"};
constexpr std::string_view k_launcher = "launch.js";

std::string text_of(const json::object& object, std::string_view key) {
  const auto* value = object.if_contains(key);
  return value && !value->is_structured() ? document::to_text(*value) : std::string();
}

std::string target_of(const StepRun& run, const TaskFolder& task) {
  const auto* execution = task.manifest.if_contains("execution");
  if (execution && execution->is_object()) {
    for (const auto name : k_node_handlers) {
      const auto* handler = execution->get_object().if_contains(name);
      if (handler && handler->is_object()) return text_of(handler->get_object(), "target");
    }
  }
  throw run.error("task-handler-unknown", fmt::format("the task {} has no Node handler.", run.step.task),
                  "Only tasks with a Node handler run on this machine; --skip-task leaves one out.");
}

// Lays a task of the source tree out as an installed one is, but without bin/: its launcher then takes the executables
// from MLOPS_TASK_BIN_DIR.
fs::path staged(const StepRun& run, const TaskFolder& task) {
  if (!fs::exists(task.folder / "launch.json") || fs::exists(task.folder / k_launcher)) return task.folder;
  const auto folder = run.job.workspace / "_tasks" / task.folder.filename();
  fs::create_directories(folder);
  const auto options = fs::copy_options::overwrite_existing;
  for (const auto& file : fs::directory_iterator(task.folder.parent_path() / "common")) {
    fs::copy_file(file, folder / file.path().filename(), options);
  }
  for (const auto file : {"launch.json", "task.json"}) fs::copy_file(task.folder / file, folder / file, options);
  return folder;
}

void add_connection(const StepRun& run, std::map<std::string, std::string>& environment, TaskInput& input) {
  if (!core::to_lower(input.type).starts_with("connectedservice") || input.value.empty()) return;
  const auto& connection = require_connection(run, input.value);
  for (const auto& [name, value] : connection.environment) environment.insert_or_assign(name, value);
  input.value = connection.key;
}

// What the official task library reads: names of the variables, secrets under names of their own.
void add_variables(const StepRun& run, std::map<std::string, std::string>& environment) {
  json::array visible;
  json::array hidden;
  for (const auto& variable : run.job.variables.all()) {
    if (variable.secret) environment.insert_or_assign("SECRET_" + environment_name(variable.name), variable.value);
    (variable.secret ? hidden : visible).emplace_back(variable.name);
  }
  environment.insert_or_assign("VSTS_PUBLIC_VARIABLES", json::serialize(visible));
  environment.insert_or_assign("VSTS_SECRET_VARIABLES", json::serialize(hidden));
}

// A file path is absolute for a task: relative ones start at the sources, and none stands for the sources themselves.
void make_absolute(const StepRun& run, TaskInput& input) {
  if (core::equals_ignoring_case(input.type, "filePath")) input.value = run.path(input.value).string();
}

CommandRules rules_of(const TaskFolder& task) {
  CommandRules rules;
  const auto* restrictions = task.manifest.if_contains("restrictions");
  if (!restrictions || !restrictions->is_object()) return rules;
  const auto& object = restrictions->get_object();
  if (const auto* commands = object.if_contains("commands"); commands && commands->is_object()) {
    rules.restricted = core::equals_ignoring_case(text_of(commands->get_object(), "mode"), "restricted");
  }
  const auto* settable = object.if_contains("settableVariables");
  if (!settable || !settable->is_object()) return rules;
  rules.settable.emplace();
  if (const auto* allowed = settable->get_object().if_contains("allowed"); allowed && allowed->is_array()) {
    for (const auto& pattern : allowed->get_array()) rules.settable->push_back(document::to_text(pattern));
  }
  return rules;
}

}  // namespace

Result run_node_task(StepRun& run, const TaskFolder& task) {
  const auto folder = staged(run, task);
  auto environment = step_environment(run);
  for (auto& input : resolve_inputs(run, task)) {
    add_connection(run, environment, input);
    make_absolute(run, input);
    environment.insert_or_assign("INPUT_" + environment_name(input.name), input.value);
  }
  add_variables(run, environment);
  if (const auto binaries = run.job.run.services.environment.get("MLOPS_TASK_BIN_DIR")) {
    environment.insert_or_assign("MLOPS_TASK_BIN_DIR", *binaries);
  } else if (!run.job.run.settings.binaries.empty()) {
    environment.insert_or_assign("MLOPS_TASK_BIN_DIR", run.job.run.settings.binaries.string());
  }
  run.commands.add_rules(rules_of(task));
  const auto target = (folder / target_of(run, task)).string();
  // The launcher of a task passes signals on by itself; a signal to the whole group would reach its child twice.
  return run_process(run, {.command = {run.job.run.settings.node, target},
                           .environment = std::move(environment),
                           .folder = run.job.default_folder(),
                           .signal_group = false});
}

}  // namespace mlops::runner
