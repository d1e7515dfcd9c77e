#pragma once

#include <mlops/aml/compile/fields.hpp>
#include <optional>

// Monitors are sent by the API version that the official SDK uses; the REST forms follow what azure-ai-ml 1.35.2 sends.

namespace mlops::aml {

/// How much data a run of the monitor looks at when the YAML doesn't say: as much as comes in between two runs,
/// compared with twice as much before.
struct MonitorWindows {
  std::string size = "P7D";
  std::string reference_size = "P14D";
};

/// Data that the monitored deployment collects, an asset of the workspace.
struct CollectedData {
  std::string id;
  std::string context;  ///< model_inputs, model_outputs; empty for traces
};

/// What a signal falls back on.
struct MonitorDefaults {
  MonitorWindows windows;
  std::optional<CollectedData> inputs;
  std::optional<CollectedData> outputs;
  std::optional<CollectedData> traces;
};

/// The definition of a schedule's `create_monitor`.
json::value monitor_definition(const Scope& scope, const Node& node, const Node& trigger);

/// What a monitor without signals watches: the three signals of a model, or the tokens of a question answering one.
json::object default_signals(const Scope& scope, const MonitorDefaults& defaults, bool of_text);
json::value monitor_signal(const Scope& scope, const Node& node, const MonitorDefaults& defaults);

/// Data of the time since the last run; a missing window is the default one.
json::value production_data(const Scope& scope, const Node& node, const MonitorDefaults& defaults);
/// What production is compared with: earlier data, data of two dates, or a whole asset.
json::value reference_data(const Scope& scope, const Node& node, const MonitorDefaults& defaults);
json::value collected_production(const Scope& scope, const CollectedData& data, const MonitorDefaults& defaults);
json::value collected_reference(const Scope& scope, const CollectedData& data, const MonitorDefaults& defaults);

/// The thresholds of each kind of signal, of its `metric_thresholds`.
json::value data_drift_thresholds(const Scope& scope, const Node& node);
json::value data_quality_thresholds(const Scope& scope, const Node& node);
json::value attribution_threshold(const Scope& scope, const Node& node);
json::value performance_threshold(const Scope& scope, const Node& node);
json::value custom_thresholds(const Scope& scope, const Node& node);
json::value safety_thresholds(const Scope& scope, const Node& node);
json::value token_thresholds(const Scope& scope, const Node& node);

/// All thresholds of a model's performance as the text that the service's monitoring component reads.
std::string performance_text(const Scope& scope, const Node& node);

}  // namespace mlops::aml
