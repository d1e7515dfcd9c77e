#pragma once

#include <filesystem>
#include <mlops/agent/input.hpp>
#include <string>
#include <utility>
#include <vector>

namespace mlops::tasks::model_register {

struct Options {
  std::string name;
  std::string type;
  std::string version;  ///< empty: the next free one
  std::string description;
  std::string job;  ///< empty: model_path counts
  std::string output;
  std::string path;                  ///< inside the output, without leading and final '/'
  std::filesystem::path model_path;  ///< its last part is a name, never "." or empty
  std::filesystem::path gate_report;
  std::filesystem::path metrics_file;
  bool require_gate = false;
  std::vector<std::pair<std::string, std::string>> tags;
  std::vector<std::pair<std::string, std::string>> properties;
};

/// Throws core::Error for inputs that exclude or lack each other, for a name that the service refuses, and for a
/// modelPath that isn't there.
Options read_options(const agent::Inputs& inputs);

}  // namespace mlops::tasks::model_register
