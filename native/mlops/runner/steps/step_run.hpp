#pragma once
// steps: what carries out one step. A handler stands for a task; the table in tasks/ says which.

#include <mlops/runner/logging/step_commands.hpp>

namespace mlops::runner {

/// One running step, as its handler sees it.
struct StepRun {
  JobState& job;
  const Step& step;
  Pairs inputs;  ///< macros replaced
  StepLog& log;
  StepCommands& commands;
  std::function<bool()> stop;  ///< cancelled, or out of time

  std::string input(std::string_view name, std::string fallback = {}) const;
  bool flag(std::string_view name, bool fallback = false) const;
  /// Throws core::Error "input-missing".
  std::string required(std::string_view name) const;
  /// A path relative to the default working folder.
  fs::path path(const std::string& text) const;
  /// The lines of an input that are not blank.
  std::vector<std::string> patterns(std::string_view name) const;

  core::Error error(std::string code, std::string message, std::string hint = {}) const {
    return error_at(step.origin, std::move(code), std::move(message), std::move(hint));
  }
};

/// The environment of a step's process: what is inherited, the public variables, the paths put in front, `env:`.
std::map<std::string, std::string> step_environment(const StepRun& run);

struct ProcessOptions {
  std::vector<std::string> command;
  std::map<std::string, std::string> environment;
  fs::path folder;
  bool signal_group = true;  ///< see ChildSettings
  bool fail_on_error_output = false;
};

/// Runs a process whose lines may hold logging commands; its result by the exit code. An end by the user's wish is
/// Canceled.
Result run_process(StepRun& run, const ProcessOptions& options);

/// Writes a script below the job's temporary folder; only the owner can read it.
fs::path write_script(const StepRun& run, const std::string& extension, const std::string& content);

using Handler = Result (*)(StepRun&);

Result run_command_line(StepRun& run);  ///< CmdLine, `script:`
Result run_bash(StepRun& run);
Result run_powershell(StepRun& run);
Result run_checkout(StepRun& run);
Result run_node_task(StepRun& run, const TaskFolder& task);

}  // namespace mlops::runner
