#include <fmt/format.h>

#include <algorithm>
#include <mlops/aml/compile/data_flow.hpp>
#include <mlops/aml/compile/monitor.hpp>
#include <mlops/aml/json_access.hpp>

namespace mlops::aml {

namespace {

constexpr const char* k_performance_property = "azureml.modelmonitor.model_performance_thresholds";
constexpr double k_token_sampling = 0.1;

/// A type of signal: its own keys, and where its data comes from.
struct SignalType {
  const char* word;
  const char* rest;
  Table table;
  void (*add_data)(json::object& body, const Scope& scope, const Node& node, const MonitorDefaults& defaults);
};

json::value alert_mode(const Scope& scope, const Node& node) {
  return json::value(convert::boolean(scope, node).get_bool() ? "Enabled" : "Disabled");
}

// All features, some by name, or the most important ones.
json::value features(const Scope& scope, const Node& node) {
  static const Table top = {{"top_n_feature_importance", "top", convert::integer}};
  if (node.is_sequence()) return {{"filterType", "FeatureSubset"}, {"features", convert::text_list(scope, node)}};
  if (!node.is_mapping()) {
    convert::choice({{"all_features", "AllFeatures"}})(scope, node);
    return {{"filterType", "AllFeatures"}};
  }
  json::object body = filled(scope.as("a feature filter"), node, top);
  body.emplace("top", 10);
  body["filterType"] = "TopNByAttribution";
  return body;
}

Convert data_segment() {
  static const Table table = {{"feature_name", "feature", convert::text},
                              {"feature_values", "values", convert::text_list}};
  return convert::mapping(table, "a data segment");
}

Convert connection() {
  static const Table table = {{"environment_variables", "environmentVariables", convert::texts},
                              {"secret_config", "secrets", convert::texts}};
  return convert::mapping(table, "a connection");
}

json::value fraction(const Scope& scope, const Node& node) {
  return json::value(convert::number(scope, node).to_number<double>());
}

core::Error no_data(const Node& node, const char* key) {
  return node.error("key-missing", fmt::format("the signal needs the key \"{}\".", key),
                    "Only where the monitored deployment collects the data it can be left out.");
}

void compare(json::object& body, const Scope& scope, const Node& node, const MonitorDefaults& defaults,
             const std::optional<CollectedData>& collected) {
  const auto production = node.find("production_data");
  const auto reference = node.find("reference_data");
  if (!production && !collected) throw no_data(node, "production_data");
  if (!reference && !collected) throw no_data(node, "reference_data");
  body["productionData"] =
      production ? production_data(scope, *production, defaults) : collected_production(scope, *collected, defaults);
  body["referenceData"] =
      reference ? reference_data(scope, *reference, defaults) : collected_reference(scope, *collected, defaults);
}

void add_inputs(json::object& body, const Scope& scope, const Node& node, const MonitorDefaults& defaults) {
  compare(body, scope, node, defaults, defaults.inputs);
}

void add_outputs(json::object& body, const Scope& scope, const Node& node, const MonitorDefaults& defaults) {
  compare(body, scope, node, defaults, defaults.outputs);
  body["modelType"] = "classification";
}

json::array list_of_production(const Scope& scope, const Node& node, const MonitorDefaults& defaults) {
  json::array list;
  for (const auto& child : node.children()) list.push_back(production_data(scope, child, defaults));
  return list;
}

void add_attribution(json::object& body, const Scope& scope, const Node& node, const MonitorDefaults& defaults) {
  const auto production = node.find("production_data");
  if (!production && !(defaults.inputs && defaults.outputs)) throw no_data(node, "production_data");
  body["productionData"] = production ? list_of_production(scope, *production, defaults)
                                      : json::array{collected_production(scope, *defaults.inputs, defaults),
                                                    collected_production(scope, *defaults.outputs, defaults)};
  body["referenceData"] = reference_data(scope, node.at("reference_data"), defaults);
}

void add_performance(json::object& body, const Scope& scope, const Node& node, const MonitorDefaults& defaults) {
  body["productionData"] = json::array{production_data(scope, node.at("production_data"), defaults)};
  body["referenceData"] = reference_data(scope, node.at("reference_data"), defaults);
  json::value& properties = body["properties"];
  if (!properties.is_object()) properties.emplace_object();
  properties.get_object()[k_performance_property] = performance_text(scope, node.at("metric_thresholds"));
}

void add_custom(json::object& body, const Scope& scope, const Node& node, const MonitorDefaults& defaults) {
  body.emplace("workspaceConnection", json::object());
  const auto assets = node.find("input_data");
  if (!assets) return;
  json::object inputs;
  for (const auto& [name, asset] : assets->members()) inputs[name] = reference_data(scope, asset, defaults);
  body["inputAssets"] = std::move(inputs);
}

void add_texts(json::object& body, const Scope& scope, const Node& node, const MonitorDefaults& defaults) {
  body["productionData"] = list_of_production(scope, node.at("production_data"), defaults);
}

void add_tokens(json::object& body, const Scope& scope, const Node& node, const MonitorDefaults& defaults) {
  const auto production = node.find("production_data");
  if (!production && !defaults.traces) throw no_data(node, "production_data");
  body["productionData"] = production ? production_data(scope, *production, defaults)
                                      : collected_production(scope, *defaults.traces, defaults);
  body.emplace("samplingRate", k_token_sampling);
  body.emplace("metricThresholds",
               json::array{{{"metric", "TotalTokenCount"}, {"threshold", {{"value", 0.0}}}},
                           {{"metric", "TotalTokenCountPerGroup"}, {"threshold", {{"value", 0.0}}}}});
}

const Table& common_table() {
  static const Table table = {
      {"type", "", nullptr},
      {"production_data", "", nullptr},
      {"alert_enabled", "mode", alert_mode},
      {"properties", "properties", convert::texts},
  };
  return table;
}

Field thresholds(Convert convert, const char* target = "metricThresholds") {
  return {"metric_thresholds", target, std::move(convert), true};
}

const std::vector<SignalType>& signal_types() {
  static const Field reference = {"reference_data", "", nullptr};
  static const Table of_features = {{"features", "features", features},
                                    {"feature_type_override", "featureDataTypeOverride", convert::texts}};
  static const Field segment = {"data_segment", "dataSegment", data_segment()};
  static const Field sampling = {"sampling_rate", "samplingRate", fraction};
  static const std::vector<SignalType> types = {
      {"data_drift", "DataDrift", joined({of_features, {reference, segment, thresholds(data_drift_thresholds)}}),
       add_inputs},
      {"data_quality", "DataQuality", joined({of_features, {reference, thresholds(data_quality_thresholds)}}),
       add_inputs},
      {"prediction_drift", "PredictionDrift", {reference, thresholds(data_drift_thresholds)}, add_outputs},
      {"feature_attribution_drift",
       "FeatureAttributionDrift",
       {reference, thresholds(attribution_threshold, "metricThreshold")},
       add_attribution},
      {"model_performance",
       "ModelPerformance",
       {reference, segment, thresholds(performance_threshold, "metricThreshold")},
       add_performance},
      {"custom",
       "Custom",
       {{"component_id", "componentId", convert::asset(k_component), true},
        {"connection", "workspaceConnection", connection()},
        {"inputs", "inputs", job_inputs},
        {"input_data", "", nullptr},
        thresholds(custom_thresholds)},
       add_custom},
      {"generation_safety_quality",
       "GenerationSafetyQuality",
       {{"connection_id", "workspaceConnectionId", convert::text}, sampling, thresholds(safety_thresholds)},
       add_texts},
      {"generation_token_statistics",
       "GenerationTokenStatistics",
       {sampling, {"metric_thresholds", "metricThresholds", token_thresholds}},
       add_tokens},
  };
  return types;
}

}  // namespace

json::value monitor_signal(const Scope& scope, const Node& node, const MonitorDefaults& defaults) {
  std::vector<std::pair<std::string, std::string>> words;
  for (const auto& type : signal_types()) words.emplace_back(type.word, type.rest);
  const std::string rest(convert::choice(words)(scope, node.at("type")).get_string());
  const SignalType& type = *std::find_if(signal_types().begin(), signal_types().end(),
                                         [&rest](const SignalType& one) { return rest == one.rest; });
  const Scope own = scope.as(fmt::format("a signal of type {}", type.word));
  json::object body = filled(own, node, joined({common_table(), type.table}));
  body["signalType"] = type.rest;
  body.emplace("mode", "Disabled");
  type.add_data(body, own, node, defaults);
  return body;
}

json::object default_signals(const Scope& scope, const MonitorDefaults& defaults, bool of_text) {
  constexpr const char* k_of_model = R"(
data-drift-signal:
  type: data_drift
  features: all_features
  metric_thresholds: &drift
    numerical: {normalized_wasserstein_distance: 0.1}
    categorical: {jensen_shannon_distance: 0.1}
prediction-drift-signal: {type: prediction_drift, metric_thresholds: *drift}
data-quality-signal:
  type: data_quality
  features: all_features
  metric_thresholds:
    numerical: &rates {null_value_rate: 0.0, data_type_error_rate: 0.0, out_of_bounds_rate: 0.0}
    categorical: *rates
)";
  constexpr const char* k_of_text = "token-usage-signal: {type: generation_token_statistics}\n";
  const auto yaml = document::Document::parse(of_text ? k_of_text : k_of_model, "the default signals");
  json::object signals;
  for (const auto& [name, node] : yaml.root().members()) signals[name] = monitor_signal(scope, node, defaults);
  return signals;
}

}  // namespace mlops::aml
