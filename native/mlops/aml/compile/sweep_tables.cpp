#include <fmt/format.h>

#include <algorithm>
#include <mlops/aml/compile/sweep_tables.hpp>

namespace mlops::aml {

namespace {

/// A distribution of the search space: its word and its keys in the order of the REST form.
struct Distribution {
  const char* type;
  std::vector<std::string> arguments;
};

const std::vector<Distribution>& distributions() {
  static const std::vector<Distribution> table = {
      {"choice", {"values"}},
      {"randint", {"upper"}},
      {"uniform", {"min_value", "max_value"}},
      {"loguniform", {"min_value", "max_value"}},
      {"quniform", {"min_value", "max_value", "q"}},
      {"qloguniform", {"min_value", "max_value", "q"}},
      {"normal", {"mu", "sigma"}},
      {"lognormal", {"mu", "sigma"}},
      {"qnormal", {"mu", "sigma", "q"}},
      {"qlognormal", {"mu", "sigma", "q"}},
  };
  return table;
}

const Distribution& distribution_of(const Node& type) {
  const std::string word = type.as_text();
  const auto& table = distributions();
  const auto found = std::find_if(table.begin(), table.end(), [&](const auto& row) { return word == row.type; });
  if (found != table.end()) return *found;
  std::vector<std::string> words;
  for (const auto& row : table) words.emplace_back(row.type);
  throw type.error("value-invalid", fmt::format("\"{}\" is no distribution of a search space.", word),
                   fmt::format("Allowed: {}.", fmt::join(words, ", ")));
}

// A number keeps its kind: the service tells 1 from 1.0.
json::value exact_number(const Scope& scope, const Node& node) {
  return node.value().is_number() ? node.value() : convert::number(scope, node);
}

// An element of a choice: a plain value, or a mapping whose members may be distributions themselves.
json::value alternative(const Scope& scope, const Node& node) {
  if (!node.is_mapping()) return node.value();
  json::object members;
  for (const auto& [key, member] : node.members()) {
    members[key] = member.is_mapping() ? search_parameter(scope, member) : member.value();
  }
  return members;
}

json::value alternatives(const Scope& scope, const Node& node) {
  if (!node.is_sequence() || node.children().empty()) {
    throw node.error("value-invalid", "a choice needs a list of values.", "Write values: [0.1, 0.01].");
  }
  json::array values;
  for (const auto& child : node.children()) values.push_back(alternative(scope, child));
  return values;
}

}  // namespace

json::value search_parameter(const Scope& scope, const Node& node) {
  const Distribution& distribution = distribution_of(node.at("type"));
  Table table = {{"type", "", nullptr}};
  for (const auto& key : distribution.arguments) {
    table.push_back({key, key,
                     key == "values"  ? alternatives
                     : key == "upper" ? convert::integer
                                      : exact_number,
                     true});
  }
  const json::object values =
      filled(scope.as(fmt::format("a \"{}\" of a search space", distribution.type)), node, table);
  json::array arguments;
  for (const auto& key : distribution.arguments) arguments.push_back(values.at(key));
  return json::array{distribution.type, std::move(arguments)};
}

json::value search_space(const Scope& scope, const Node& node) {
  return convert::named(search_parameter)(scope, node);
}

json::value sampling_algorithm(const Scope& scope, const Node& node) {
  static const Table random = {
      {"seed", "seed", convert::integer},
      {"rule", "rule", convert::choice({{"random", "Random"}, {"sobol", "Sobol"}})},
      {"logbase", "logbase", convert::preview(convert::text)},
  };
  static const std::string member = "samplingAlgorithmType";
  if (node.is_mapping()) {
    return convert::variant("type", member,
                            {{"random", "Random", random}, {"grid", "Grid", {}}, {"bayesian", "Bayesian", {}}},
                            "a sampling algorithm")(scope, node);
  }
  static const Convert word = convert::choice({{"random", "Random"}, {"grid", "Grid"}, {"bayesian", "Bayesian"}});
  return json::object{{member, word(scope, node)}};
}

Convert sweep_objective() {
  static const Table table = {
      {"goal", "goal", convert::choice({{"minimize", "Minimize"}, {"maximize", "Maximize"}}), true},
      {"primary_metric", "primaryMetric", convert::text, true},
  };
  return convert::mapping(table, "the objective of a sweep");
}

Convert sweep_limits() {
  static const Table table = {
      {"max_total_trials", "maxTotalTrials", convert::integer, true},
      {"max_concurrent_trials", "maxConcurrentTrials", convert::integer},
      {"timeout", "timeout", convert::seconds},
      {"trial_timeout", "trialTimeout", convert::seconds},
  };
  return [](const Scope& scope, const Node& node) -> json::value {
    json::object body = filled(scope.as("the limits of a sweep"), node, table);
    body["jobLimitsType"] = "Sweep";
    return body;
  };
}

Convert early_termination() {
  static const Table pace = {
      {"evaluation_interval", "evaluationInterval", convert::integer},
      {"delay_evaluation", "delayEvaluation", convert::integer},
  };
  static const Table bandit = joined(
      {pace, {{"slack_factor", "slackFactor", convert::number}, {"slack_amount", "slackAmount", convert::number}}});
  static const Table truncation =
      joined({pace, {{"truncation_percentage", "truncationPercentage", convert::integer, true}}});
  return convert::variant("type", "policyType",
                          {{"bandit", "Bandit", bandit},
                           {"median_stopping", "MedianStopping", pace},
                           {"truncation_selection", "TruncationSelection", truncation}},
                          "an early termination policy");
}

}  // namespace mlops::aml
