#pragma once

#include <filesystem>
#include <mlops/agent/input.hpp>
#include <mlops/agent/variables.hpp>
#include <mlops/gate/data_statistics.hpp>
#include <mlops/gate/rules.hpp>
#include <optional>
#include <string>

namespace mlops::tasks::quality_gate {

struct Options {
  std::filesystem::path rules_file;
  std::string job;  ///< empty: the metrics file counts, if there is one
  std::filesystem::path metrics_file;
  std::string data;       ///< CSV files here or in the workspace; empty: none
  std::string reference;  ///< what they are compared with; may be empty
  gate::DataColumns columns;
  std::string model;  ///< empty: no lookup in the registry
  std::pair<std::string, std::string> baseline_tag;
  std::filesystem::path baseline_file;
  std::filesystem::path report_folder;
  std::string build_tag;                   ///< for the run, {verdict} in it replaced; may be empty
  std::optional<gate::Verdict> fail_from;  ///< the task fails from this verdict on; empty: never

  bool looks_up_production() const { return baseline_file.empty() && !model.empty(); }
};

/// Throws core::Error for inputs that exclude each other or lack each other.
Options read_options(const agent::Inputs& inputs, const agent::PipelineRun& run);

}  // namespace mlops::tasks::quality_gate
