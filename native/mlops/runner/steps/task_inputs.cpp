#include <fmt/format.h>

#include <mlops/document/document.hpp>
#include <mlops/runner/steps/task_inputs.hpp>

namespace mlops::runner {

namespace {

std::string text_of(const boost::json::object& object, std::string_view key) {
  const auto* value = object.if_contains(key);
  return value && !value->is_structured() ? document::to_text(*value) : std::string();
}

using Index = std::map<std::string, std::size_t>;  // by name and alias, in lower case

void add_aliases(Index& index, const boost::json::object& declared, std::size_t position) {
  const auto* aliases = declared.if_contains("aliases");
  if (!aliases || !aliases->is_array()) return;
  for (const auto& alias : aliases->get_array()) index.emplace(core::to_lower(document::to_text(alias)), position);
}

}  // namespace

std::vector<TaskInput> resolve_inputs(StepRun& run, const TaskFolder& task) {
  std::vector<TaskInput> result;
  Index index;
  const auto* declared = task.manifest.if_contains("inputs");
  if (declared && declared->is_array()) {
    for (const auto& entry : declared->get_array()) {
      const auto& object = entry.as_object();
      index.emplace(core::to_lower(text_of(object, "name")), result.size());
      add_aliases(index, object, result.size());
      result.push_back({text_of(object, "name"), text_of(object, "type"),
                        run.job.variables.expand(text_of(object, "defaultValue"))});
    }
  }
  for (const auto& [name, value] : run.inputs) {
    const auto found = index.find(core::to_lower(name));
    if (found != index.end()) {
      result[found->second].value = value;
      continue;
    }
    run.commands.issue("warning", fmt::format("the task {} has no input \"{}\"", run.step.task, name));
    result.push_back({name, "string", value});
  }
  for (auto& input : result) input.value = core::trim(input.value);
  return result;
}

const Connection& require_connection(const StepRun& run, const std::string& name) {
  const auto* connection = run.job.run.connections.find(name);
  if (!connection) {
    throw run.error("connection-missing", fmt::format("there is no service connection \"{}\".", name),
                    fmt::format("Give its values with --connection {}=FILE, or use --emulator.", name));
  }
  for (const auto& secret : secrets_of(*connection)) run.job.run.masker.add(secret);
  return *connection;
}

}  // namespace mlops::runner
