// The REST forms are those that azure-ai-ml 1.35.2 makes of the same YAML, in the spelling of the service's schema.

#include <mlops/aml/compile/compile.hpp>
#include <mlops/aml/json_access.hpp>
#include <mlops_test/catch.hpp>
#include <mlops_test/fakes.hpp>

#include "recording_resolver.hpp"

namespace json = boost::json;
using namespace mlops;
using Catch::Matchers::ContainsSubstring;

namespace {

const std::string k_deployment = aml::online_deployment_path(test::k_workspace, "end", "blue");

std::string data_id(const std::string& name) {
  return aml::version_path(test::k_workspace, aml::k_data, name, "1");
}

/// A resolver whose deployment collects what its model gets and says.
test::RecordingResolver collecting(const std::string& mode = "Enabled") {
  test::RecordingResolver resolver;
  json::object collections;
  for (const char* name : {"model_inputs", "model_outputs"}) {
    collections[name] = {{"dataId", data_id(name)}, {"dataCollectionMode", mode}};
    resolver.resources[data_id(name)] = {{"properties", {{"dataType", "mltable"}}}};
  }
  resolver.resources[k_deployment] = {{"properties", {{"dataCollector", {{"collections", collections}}}}}};
  return resolver;
}

json::value definition(const std::string& monitor, test::RecordingResolver resolver = collecting(),
                       const std::string& trigger = "{type: recurrence, frequency: day, interval: 2}") {
  const aml::YamlFile file =
      aml::parse_yaml("name: m\ntrigger: " + trigger +
                          "\ncreate_monitor:\n  compute: {instance_type: s, runtime_version: '3.4'}\n" + monitor,
                      "monitor.yml", resolver.variables, {});
  const aml::Compiled compiled = aml::compile(aml::kind_of(file), file, resolver);
  CHECK(compiled.api_version == "2023-06-01-preview");
  return *aml::find_at(compiled.body.at("properties"), "action.monitorDefinition");
}

json::value signal_of(const std::string& yaml) {
  return *aml::find_at(definition("  monitoring_signals: {one: {" + yaml + "}}\n"), "signals.one");
}

std::string text_of(const json::value& value, const char* path) {
  return json::serialize(*aml::find_at(value, path));
}

const std::string k_data = "{input_data: {path: 'azureml:in:1', type: uri_folder}}";
const std::string k_both = "production_data: " + k_data + ", reference_data: " + k_data + ", ";

}  // namespace

TEST_CASE("a monitor names its compute, target and whom it alerts") {
  const json::value monitor = definition(
      "  monitoring_target: {ml_task: regression, model_id: 'azureml:m:2'}\n  alert_notification: {emails: [a@b.c]}\n"
      "  monitoring_signals: {one: {type: data_drift, " +
      k_both + "metric_thresholds: {}}}\n");
  CHECK(text_of(monitor, "computeConfiguration") ==
        R"({"instanceType":"s","runtimeVersion":"3.4","computeType":"ServerlessSpark",)"
        R"("computeIdentity":{"computeIdentityType":"AmlToken"}})");
  CHECK(aml::text_at(monitor, "monitoringTarget.modelId") ==
        aml::version_path(test::k_workspace, aml::k_model, "m", "2"));
  CHECK(text_of(monitor, "alertNotificationSetting") ==
        R"({"emailNotificationSetting":{"emails":["a@b.c"],"emailOn":["JobFailed","JobCompleted"]},)"
        R"("alertNotificationType":"Email"})");
}

TEST_CASE("a monitor of a collecting deployment needs no signals") {
  const std::string target = "  monitoring_target: {endpoint_deployment_id: 'azureml:end:blue'}\n";
  const json::value monitor = definition(target + "  alert_notification: azmonitoring\n");
  CHECK(aml::text_at(monitor, "monitoringTarget.deploymentId") == k_deployment);
  CHECK(text_of(monitor, "alertNotificationSetting") == R"({"alertNotificationType":"AzureMonitor"})");
  const json::object& signals = aml::object_at(monitor, "signals");
  CHECK(signals.size() == 3);
  CHECK(text_of(signals.at("data-drift-signal"), "productionData") ==
        R"({"uri":")" + data_id("model_inputs") +
            R"(","jobInputType":"mltable","dataContext":"model_inputs","inputDataType":"Trailing","windowSize":"P2D",)"
            R"("windowOffset":"P0D"})");
  CHECK(text_of(signals.at("prediction-drift-signal"), "referenceData") ==
        R"({"uri":")" + data_id("model_outputs") +
            R"(","jobInputType":"mltable","dataContext":"model_outputs","inputDataType":"Trailing","windowSize":"P4D",)"
            R"("windowOffset":"P2D"})");
  CHECK(aml::find_at(signals.at("data-quality-signal"), "metricThresholds")->as_array().size() == 6);
  CHECK_THROWS_WITH(definition(target, collecting("Disabled")),
                    ContainsSubstring("a monitor needs the key \"monitoring_signals\""));
  CHECK_THROWS_WITH(definition(target, test::RecordingResolver()),
                    ContainsSubstring("monitor.yml:5:47: there is no online deployment \"blue\""));
}

TEST_CASE("windows follow the rhythm of the schedule") {
  const std::string signals =
      "  monitoring_signals: {one: {type: data_drift, production_data: " + k_data +
      ", reference_data: {input_data: {path: 'azureml:in:1'}, data_window: {lookback_window_size: default, "
      "lookback_window_offset: default}}, metric_thresholds: {}}}\n";

  struct Row {
    std::string trigger, size, reference;
  };

  const Row rows[] = {{"{type: cron, expression: x}", "P7D", "P14D"},
                      {"{type: recurrence, frequency: hour, interval: 6}", "P1D", "P2D"},
                      {"{type: recurrence, frequency: week, interval: 2}", "P14D", "P28D"},
                      {"{type: recurrence, frequency: month, interval: 1}", "P30D", "P60D"}};
  for (const auto& row : rows) {
    const json::value monitor = definition(signals, collecting(), row.trigger);
    CHECK(aml::text_at(monitor, "signals.one.productionData.windowSize") == row.size);
    CHECK(aml::text_at(monitor, "signals.one.referenceData.windowSize") == row.reference);
    CHECK(aml::text_at(monitor, "signals.one.referenceData.windowOffset") == row.size);
  }
}

TEST_CASE("reference data is of a window, of two dates or a whole asset") {
  const auto reference = [](const std::string& rest) {
    const json::value data = *aml::find_at(
        signal_of("type: data_drift, production_data: " + k_data +
                  ", metric_thresholds: {}, reference_data: {input_data: "
                  "{path: 'azureml:in:1'}, data_context: training, pre_processing_component: 'azureml:p:1', "
                  "data_column_names: {target_column: y}" +
                  rest + "}"),
        "referenceData");
    return aml::text_at(data, "inputDataType") + " " + aml::text_at(data, "windowSize") +
           aml::text_at(data, "windowStart") + " " + aml::text_at(data, "windowOffset") +
           aml::text_at(data, "windowEnd") + (aml::find_at(data, "preprocessingComponentId") ? " prepared" : "");
  };
  CHECK(reference("") == "Fixed  ");
  CHECK(reference(", data_window: {lookback_window_size: P9D}") == "Trailing P9D P0D prepared");
  CHECK(reference(", data_window: {window_start: 2024-01-01, window_end: 2024-02-01}") ==
        "Static 2024-01-01T00:00:00.000Z 2024-02-01T00:00:00.000Z prepared");
  CHECK_THROWS_WITH(signal_of("type: data_drift, metric_thresholds: {}, production_data: {input_data: {path: "
                              "'azureml:in:1'}, data_window: {window_start: 2024-01-01}}, reference_data: " +
                              k_data),
                    ContainsSubstring("its window has no fixed start or end"));
}

TEST_CASE("each signal has its thresholds") {
  const json::value drift = signal_of("type: data_drift, " + k_both +
                                      "alert_enabled: true, features: [a], metric_thresholds: {numerical: "
                                      "{jensen_shannon_distance: 1, normalized_wasserstein_distance: 2}, categorical: "
                                      "{pearsons_chi_squared_test: 0.5}}");
  CHECK(text_of(drift, "metricThresholds") ==
        R"([{"dataType":"Numerical","metric":"JensenShannonDistance","threshold":{"value":1E0}},)"
        R"({"dataType":"Categorical","metric":"PearsonsChiSquaredTest","threshold":{"value":5E-1}}])");
  CHECK(text_of(drift, "features") == R"({"filterType":"FeatureSubset","features":["a"]})");
  CHECK(aml::text_at(drift, "mode") == "Enabled");

  const json::value attribution =
      signal_of("type: feature_attribution_drift, production_data: [" + k_data + "], reference_data: " + k_data +
                ", metric_thresholds: {normalized_discounted_cumulative_gain: 0.5}");
  CHECK(text_of(attribution, "metricThreshold") ==
        R"({"metric":"NormalizedDiscountedCumulativeGain","threshold":{"value":5E-1}})");
  CHECK(aml::find_at(attribution, "productionData")->is_array());

  const json::value performance =
      signal_of("type: model_performance, " + k_both + "metric_thresholds: {regression: {rmse: 2, mae: 0.25}}");
  CHECK(text_of(performance, "metricThreshold") ==
        R"({"modelType":"Regression","metric":"MeanAbsoluteError","threshold":{"value":2.5E-1}})");
  CHECK(performance.at("properties").at("azureml.modelmonitor.model_performance_thresholds") ==
        R"([{"modelType":"regression","metric":"MeanAbsoluteError","threshold":{"value":0.25}}, )"
        R"({"modelType":"regression","metric":"RootMeanSquaredError","threshold":{"value":2.0}}])");

  const json::value custom =
      signal_of("type: custom, component_id: 'azureml:c:1', inputs: {x: 1}, input_data: {d: " + k_data +
                "}, metric_thresholds: [{metric_name: m, threshold: 0.5}]");
  CHECK(text_of(custom, "metricThresholds") == R"([{"metric":"m","threshold":{"value":5E-1}}])");
  CHECK(aml::text_at(custom, "inputAssets.d.inputDataType") == "Fixed");
  CHECK(aml::text_at(custom, "inputs.x.value") == "1");
}

TEST_CASE("signals of generated texts have scores and counts") {
  const json::value quality =
      signal_of("type: generation_safety_quality, sampling_rate: 1, production_data: [" + k_data +
                "], metric_thresholds: {fluency: {aggregated_fluency_pass_rate: 0.5}}");
  CHECK(text_of(quality, "metricThresholds") ==
        R"([{"metric":"AcceptableFluencyScorePerInstance","threshold":{"value":3E0}},)"
        R"({"metric":"AggregatedFluencyPassRate","threshold":{"value":5E-1}}])");
  CHECK(text_of(quality, "samplingRate") == "1E0");
  const json::value tokens = signal_of("type: generation_token_statistics, production_data: " + k_data);
  CHECK(text_of(tokens, "metricThresholds") == R"([{"metric":"TotalTokenCount","threshold":{"value":0E0}},)"
                                               R"({"metric":"TotalTokenCountPerGroup","threshold":{"value":0E0}}])");
  CHECK(text_of(tokens, "samplingRate") == "1E-1");
}

TEST_CASE("a signal without data says which it needs") {
  CHECK_THROWS_WITH(signal_of("type: data_drift, metric_thresholds: {}"),
                    ContainsSubstring("the signal needs the key \"production_data\""));
  CHECK_THROWS_WITH(signal_of("type: data_drift, " + k_both + "metric_thresholds: {numerical: {recall: 1}}"),
                    ContainsSubstring("unknown key \"recall\""));
  CHECK_THROWS_WITH(signal_of("type: data_drifft"), ContainsSubstring("did you mean \"data_drift\"?"));
}
