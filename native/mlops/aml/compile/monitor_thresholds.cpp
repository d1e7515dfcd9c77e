#include <fmt/format.h>

#include <mlops/aml/compile/monitor.hpp>
#include <mlops/aml/json_access.hpp>

namespace mlops::aml {

namespace {

/// A metric's key in YAML and its name in REST.
struct Metric {
  const char* key;
  const char* rest;
};

using Metrics = std::vector<Metric>;

const Metrics k_numerical_drift = {{"jensen_shannon_distance", "JensenShannonDistance"},
                                   {"normalized_wasserstein_distance", "NormalizedWassersteinDistance"},
                                   {"population_stability_index", "PopulationStabilityIndex"},
                                   {"two_sample_kolmogorov_smirnov_test", "TwoSampleKolmogorovSmirnovTest"}};
const Metrics k_categorical_drift = {{"jensen_shannon_distance", "JensenShannonDistance"},
                                     {"population_stability_index", "PopulationStabilityIndex"},
                                     {"pearsons_chi_squared_test", "PearsonsChiSquaredTest"}};
const Metrics k_quality = {{"null_value_rate", "NullValueRate"},
                           {"data_type_error_rate", "DataTypeErrorRate"},
                           {"out_of_bounds_rate", "OutOfBoundsRate"}};
const Metrics k_classification = {{"accuracy", "Accuracy"}, {"precision", "Precision"}, {"recall", "Recall"}};
const Metrics k_regression = {
    {"mae", "MeanAbsoluteError"}, {"mse", "MeanSquaredError"}, {"rmse", "RootMeanSquaredError"}};

// The service wants a number with a fraction, and so do texts that hold one.
json::object threshold(double value) {
  return {{"value", value}};
}

double number_of(const Scope& scope, const Node& node) {
  return convert::number(scope, node).to_number<double>();
}

/// The metrics that a mapping sets, in the order of the list.
std::vector<std::pair<std::string, Node>> set_metrics(const Node& node, const Metrics& metrics) {
  std::vector<std::string> keys;
  std::vector<std::pair<std::string, Node>> found;
  for (const auto& metric : metrics) {
    keys.emplace_back(metric.key);
    if (const auto value = node.find(metric.key)) found.emplace_back(metric.rest, *value);
  }
  node.require_keys(keys, "the thresholds of a signal");
  if (found.empty()) throw node.error("key-missing", fmt::format("a threshold is needed: {}.", fmt::join(keys, ", ")));
  return found;
}

enum class Many { all, first };

void append(json::array& thresholds, const Scope& scope, const Node& node, const Metrics& metrics,
            const char* data_type, Many many) {
  for (const auto& [metric, value] : set_metrics(node, metrics)) {
    if (many == Many::first && !thresholds.empty() && thresholds.back().at("dataType") == data_type) {
      scope.resolver.warn("a drift is measured by one metric for each type of features; this one is left out.",
                          value.key_place());
      continue;
    }
    thresholds.push_back(
        {{"dataType", data_type}, {"metric", metric}, {"threshold", threshold(number_of(scope, value))}});
  }
}

json::value by_type(const Scope& scope, const Node& node, const Metrics& numerical, const Metrics& categorical,
                    Many many) {
  node.require_keys({"numerical", "categorical", "data_type", "threshold"}, "the thresholds of a signal");
  json::array thresholds;
  if (const auto metrics = node.find("numerical")) append(thresholds, scope, *metrics, numerical, "Numerical", many);
  if (const auto metrics = node.find("categorical")) {
    append(thresholds, scope, *metrics, categorical, "Categorical", many);
  }
  return thresholds;
}

/// One kind of model and what its performance is measured by.
struct ModelType {
  const char* key;
  const char* rest;
  const Metrics& metrics;
};

const ModelType k_model_types[] = {{"classification", "Classification", k_classification},
                                   {"regression", "Regression", k_regression}};

// As Python writes a float.
std::string python_number(double value) {
  std::string text = fmt::format("{}", value);
  if (text.find_first_of(".en") == std::string::npos) text += ".0";
  return text;
}

/// A quality of texts: a score for each, and the share of those that reach it.
json::array quality_of_text(const Scope& scope, const Node& node, const std::string& key, const std::string& rest) {
  constexpr double k_acceptable = 3;  // of 5, as the SDK
  const std::string score = fmt::format("acceptable_{}_score_per_instance", key);
  const std::string rate = fmt::format("aggregated_{}_pass_rate", key);
  node.require_keys({score, rate}, "the thresholds of a signal");
  const auto given = node.find(score);
  return {{{"metric", fmt::format("Acceptable{}ScorePerInstance", rest)},
           {"threshold", threshold(given ? number_of(scope, *given) : k_acceptable)}},
          {{"metric", fmt::format("Aggregated{}PassRate", rest)},
           {"threshold", threshold(number_of(scope, node.at(rate)))}}};
}

}  // namespace

json::value data_drift_thresholds(const Scope& scope, const Node& node) {
  return by_type(scope, node, k_numerical_drift, k_categorical_drift, Many::first);
}

json::value data_quality_thresholds(const Scope& scope, const Node& node) {
  return by_type(scope, node, k_quality, k_quality, Many::all);
}

json::value attribution_threshold(const Scope& scope, const Node& node) {
  static const Table table = {{"normalized_discounted_cumulative_gain", "", nullptr, true}, {"threshold", "", nullptr}};
  filled(scope.as("the thresholds of a signal"), node, table);
  return {{"metric", "NormalizedDiscountedCumulativeGain"},
          {"threshold", threshold(number_of(scope, node.at("normalized_discounted_cumulative_gain")))}};
}

json::value performance_threshold(const Scope& scope, const Node& node) {
  node.require_keys({"classification", "regression", "threshold"}, "the thresholds of a signal");
  for (const auto& type : k_model_types) {
    const auto metrics = node.find(type.key);
    if (!metrics) continue;
    const auto [metric, value] = set_metrics(*metrics, type.metrics).front();
    return {{"modelType", type.rest}, {"metric", metric}, {"threshold", threshold(number_of(scope, value))}};
  }
  throw node.error("key-missing", "thresholds of a \"classification\" or a \"regression\" are needed.");
}

std::string performance_text(const Scope& scope, const Node& node) {
  std::vector<std::string> all;
  for (const auto& type : k_model_types) {
    const auto metrics = node.find(type.key);
    if (!metrics) continue;
    for (const auto& [metric, value] : set_metrics(*metrics, type.metrics)) {
      all.push_back(fmt::format(R"({{"modelType":"{}","metric":"{}","threshold":{{"value":{}}}}})", type.key, metric,
                                python_number(number_of(scope, value))));
    }
  }
  return fmt::format("[{}]", fmt::join(all, ", "));
}

json::value custom_thresholds(const Scope& scope, const Node& node) {
  static const Table table = {{"metric_name", "metric", convert::text, true},
                              {"threshold", "threshold.value", convert::number}};
  return convert::list_of(convert::mapping(table, "a threshold of a custom signal"))(scope, node);
}

json::value safety_thresholds(const Scope& scope, const Node& node) {
  constexpr Metric k_qualities[] = {{"groundedness", "Groundedness"},
                                    {"relevance", "Relevance"},
                                    {"coherence", "Coherence"},
                                    {"fluency", "Fluency"},
                                    {"similarity", "Similarity"}};
  json::array thresholds;
  std::vector<std::string> keys;
  for (const auto& quality : k_qualities) {
    keys.emplace_back(quality.key);
    const auto given = node.find(quality.key);
    if (!given) continue;
    for (const auto& one : quality_of_text(scope, *given, quality.key, quality.rest)) thresholds.push_back(one);
  }
  node.require_keys(keys, "the thresholds of a signal");
  return thresholds;
}

json::value token_thresholds(const Scope& scope, const Node& node) {
  constexpr double k_count = 3;  // as the SDK
  node.require_keys({"totaltoken"}, "the thresholds of a signal");
  const Node total = node.at("totaltoken");
  total.require_keys({"total_token_count", "total_token_count_per_group"}, "the thresholds of a signal");
  const auto count = total.find("total_token_count");
  return {{{"metric", "TotalTokenCount"}, {"threshold", threshold(count ? number_of(scope, *count) : k_count)}},
          {{"metric", "TotalTokenCountPerGroup"},
           {"threshold", threshold(number_of(scope, total.at("total_token_count_per_group")))}}};
}

}  // namespace mlops::aml
