#pragma once

#include <map>
#include <mlops/document/document.hpp>
#include <mlops/tasks/model-register/options.hpp>
#include <optional>
#include <string>

namespace mlops::tasks::model_register {

/// What the quality gate said of the model.
struct GateEvidence {
  std::string verdict;  ///< pass, warn or fail; empty without a report
  std::string job;      ///< that it judged; may be empty
  std::map<std::string, double> metrics;
};

/// Reads the gate's report. Throws core::Error when it can't be read, when it judges another job than the one to be
/// registered, or when the gate is required and did not let the model pass.
GateEvidence read_gate_report(const Options& options);

/// The metrics file's numbers, if one is named.
std::optional<std::map<std::string, double>> read_metrics_file(const Options& options);

}  // namespace mlops::tasks::model_register
