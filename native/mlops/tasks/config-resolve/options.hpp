#pragma once

#include <filesystem>
#include <mlops/agent/input.hpp>
#include <string>
#include <utility>
#include <vector>

namespace mlops::tasks::config_resolve {

struct Options {
  std::vector<std::string> files;  ///< patterns, `{environment}` not yet replaced
  std::string environment;         ///< may be empty
  std::vector<std::pair<std::string, std::string>> overrides;
  std::vector<std::string> required;
  std::vector<std::string> secrets;
  std::string prefix;
  bool set_variables = true;
  std::filesystem::path output_file;   ///< empty: none
  std::filesystem::path arm_template;  ///< empty together with arm_parameters
  std::filesystem::path arm_parameters;
};

/// Throws core::Error "input-invalid" or "input-missing" for inputs that can't be meant.
Options read_options(const agent::Inputs& inputs);

}  // namespace mlops::tasks::config_resolve
