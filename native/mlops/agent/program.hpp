#pragma once

#include <functional>
#include <mlops/agent/input.hpp>
#include <mlops/agent/services.hpp>

namespace mlops::agent {

/// A task: reads its inputs, does its work, throws core::Error on failure. May return "SucceededWithIssues" or
/// "Succeeded" (the default for an empty string).
using TaskFunction = std::function<std::string(Services&, const Inputs&)>;

/// The whole life of a task executable: --help, --version, --task-json (prints the task.json made from the table),
/// --dry-run, flags and agent inputs, the Services, the task, and the exit code: 0 on success only, 1 on failure, 2 on
/// wrong arguments, 130 when cancelled. The only place that catches.
int run_program(const TaskSpec& spec, const TaskFunction& task, int argc, const char* const* argv);

/// The table's inputs and those that every task has beside them (dryRun).
std::vector<InputSpec> all_inputs(const TaskSpec& spec);

/// task.json for the Marketplace, made from the table.
std::string task_json(const TaskSpec& spec, const std::string& version);

std::string help_text(const TaskSpec& spec, const std::string& version);

}  // namespace mlops::agent
