#pragma once

#include <chrono>
#include <filesystem>
#include <mlops/agent/input.hpp>
#include <mlops/agent/variables.hpp>
#include <string>
#include <utility>
#include <vector>

namespace mlops::tasks::arm_deploy {

enum class Action { validate, what_if, deploy };

struct Options {
  Action action = Action::deploy;
  std::string subscription;  ///< empty: the connection's
  std::string group;
  std::string location;  ///< empty: the group is there
  std::filesystem::path template_file;
  std::filesystem::path parameters_file;  ///< empty: none
  std::vector<std::pair<std::string, std::string>> parameters;
  std::string deployment;  ///< legal as a deployment's name
  std::chrono::minutes timeout{90};
};

/// Throws core::Error "input-invalid" for a name that Resource Manager refuses.
Options read_options(const agent::Inputs& inputs, const agent::PipelineRun& run);

}  // namespace mlops::tasks::arm_deploy
