#pragma once

#include <map>
#include <mlops/agent/input.hpp>
#include <mlops/core/world.hpp>
#include <string>

namespace mlops::agent {

/// What the command line asks for besides the task itself.
enum class Ask { run, help, version, task_json };

struct Arguments {
  Ask ask = Ask::run;
  bool verbose = false;
  std::map<std::string, std::string> values;  ///< by input name; repeated flags of multi-line inputs joined by lines
};

/// Reads the flags of a task's table. Throws core::Error "argument-unknown" or "argument-invalid".
Arguments parse_arguments(const TaskSpec& spec, int argc, const char* const* argv);

/// Adds the agent's INPUT_* variables to the values that the flags left open, and removes them from the environment.
void add_agent_inputs(const TaskSpec& spec, core::Environment& environment, std::map<std::string, std::string>& values);

}  // namespace mlops::agent
