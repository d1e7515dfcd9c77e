#pragma once

#include <mlops/runner/steps/step_run.hpp>

namespace mlops::runner {

/// An input of a task by its name in task.json.
struct TaskInput {
  std::string name;
  std::string type;
  std::string value;
};

/// All inputs that task.json declares: the defaults below what the step gives, aliases resolved, macros replaced,
/// values trimmed. An input that isn't declared is a warning, and passed on.
std::vector<TaskInput> resolve_inputs(StepRun& run, const TaskFolder& task);

/// The connection of that name. Throws core::Error "connection-missing". Its secrets are masked from here on.
const Connection& require_connection(const StepRun& run, const std::string& name);

}  // namespace mlops::runner
