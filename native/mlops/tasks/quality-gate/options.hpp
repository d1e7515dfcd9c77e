#pragma once

#include <filesystem>
#include <mlops/agent/input.hpp>
#include <mlops/agent/variables.hpp>
#include <mlops/gate/rules.hpp>
#include <optional>
#include <string>

namespace mlops::tasks::quality_gate {

struct Options {
  std::filesystem::path rules_file;
  std::string job;  ///< empty: the metrics file counts
  std::filesystem::path metrics_file;
  std::string model;  ///< empty: no lookup in the registry
  std::pair<std::string, std::string> baseline_tag;
  std::filesystem::path baseline_file;
  std::filesystem::path report_folder;
  std::optional<gate::Verdict> fail_from;  ///< the task fails from this verdict on; empty: never

  bool needs_azure() const { return !job.empty() || (baseline_file.empty() && !model.empty()); }
};

/// Throws core::Error for inputs that exclude each other or lack each other.
Options read_options(const agent::Inputs& inputs, const agent::PipelineRun& run);

}  // namespace mlops::tasks::quality_gate
