// The REST forms are those that azure-ai-ml 1.35.2 makes of the same YAML, in the spelling of the service's schema.

#include <mlops/aml/compile/compile.hpp>
#include <mlops/aml/json_access.hpp>
#include <mlops_test/catch.hpp>
#include <mlops_test/fakes.hpp>

#include "recording_resolver.hpp"

namespace json = boost::json;
using namespace mlops;
using Catch::Matchers::ContainsSubstring;
using Catch::Matchers::StartsWith;

namespace {

const std::string k_sweep = R"(type: sweep
trial:
  command: echo ${{inputs.rate}} ${{search_space.depth}}
  environment: azureml:sk:1
compute: azureml:cpu
inputs: {rate: 0.5}
sampling_algorithm: random
search_space:
  depth: {type: choice, values: [1, 2]}
objective: {goal: maximize, primary_metric: auc}
limits: {max_total_trials: 4}
)";

json::value properties_of(const std::string& yaml) {
  test::RecordingResolver resolver;
  const aml::YamlFile file = aml::parse_yaml(yaml, "sweep.yml", resolver.variables, {});
  return aml::compile(aml::kind_of(file), file, resolver).body.at("properties");
}

std::string with(const std::string& line, const std::string& key = "") {
  std::string yaml = k_sweep;
  if (!key.empty()) {
    const auto at = yaml.find("\n" + key + ":") + 1;
    yaml.erase(at, yaml.find('\n', at) + 1 - at);
  }
  return yaml + line + "\n";
}

std::string parameter(const std::string& distribution) {
  std::string yaml = k_sweep;
  const std::string old = "{type: choice, values: [1, 2]}";
  yaml.replace(yaml.find(old), old.size(), distribution);
  return json::serialize(aml::object_at(properties_of(yaml), "searchSpace").at("depth"));
}

}  // namespace

TEST_CASE("a sweep job is its trial and what varies it") {
  const json::value properties = properties_of(k_sweep);
  CHECK(aml::text_at(properties, "jobType") == "Sweep");
  CHECK(aml::text_at(properties, "trial.command") == "echo ${{inputs.rate}} ${{search_space.depth}}");
  CHECK(aml::text_at(properties, "trial.environmentId").find("/environments/sk/versions/1") != std::string::npos);
  CHECK(aml::text_at(properties, "computeId").find("/computes/cpu") != std::string::npos);
  CHECK(json::serialize(*aml::find_at(properties, "inputs.rate")) == R"({"value":"0.5","jobInputType":"literal"})");
  CHECK(json::serialize(*aml::find_at(properties, "samplingAlgorithm")) == R"({"samplingAlgorithmType":"Random"})");
  CHECK(json::serialize(*aml::find_at(properties, "objective")) == R"({"goal":"Maximize","primaryMetric":"auc"})");
  CHECK(json::serialize(*aml::find_at(properties, "limits")) == R"({"maxTotalTrials":4,"jobLimitsType":"Sweep"})");
}

TEST_CASE("each distribution is its name and its arguments in order") {
  CHECK(parameter(
            "{type: choice, values: [1, 2.5, x, {layers: 2, rate: {type: uniform, min_value: 0, max_value: 1}}]}") ==
        R"(["choice",[[1,2.5E0,"x",{"layers":2,"rate":["uniform",[0,1]]}]]])");
  CHECK(parameter("{type: randint, upper: 9}") == R"(["randint",[9]])");
  for (const char* type : {"uniform", "loguniform"}) {
    CHECK(parameter(std::string("{max_value: -1.5, min_value: -6, type: ") + type + "}") ==
          std::string("[\"") + type + "\",[-6,-1.5E0]]");
  }
  for (const char* type : {"normal", "lognormal"}) {
    CHECK(parameter(std::string("{sigma: 0.5, mu: 1, type: ") + type + "}") ==
          std::string("[\"") + type + "\",[1,5E-1]]");
  }
  for (const char* type : {"quniform", "qloguniform"}) {
    CHECK(parameter(std::string("{q: 2, max_value: 9, min_value: 1, type: ") + type + "}") ==
          std::string("[\"") + type + "\",[1,9,2]]");
  }
  for (const char* type : {"qnormal", "qlognormal"}) {
    CHECK(parameter(std::string("{q: 2, sigma: 3, mu: 1, type: ") + type + "}") ==
          std::string("[\"") + type + "\",[1,3,2]]");
  }
}

TEST_CASE("sampling, limits and early termination keep their settings") {
  const json::value sobol =
      properties_of(with("sampling_algorithm: {type: random, seed: 7, rule: sobol}", "sampling_algorithm"));
  CHECK(*aml::find_at(sobol, "samplingAlgorithm") ==
        json::parse(R"({"samplingAlgorithmType":"Random","seed":7,"rule":"Sobol"})"));
  const json::value limits = properties_of(
      with("limits: {max_total_trials: 4, max_concurrent_trials: 2, timeout: 3600, trial_timeout: 600}", "limits"));
  CHECK(*aml::find_at(limits, "limits") ==
        json::parse(R"({"jobLimitsType":"Sweep","maxTotalTrials":4,"maxConcurrentTrials":2,"timeout":"PT1H",
                        "trialTimeout":"PT10M"})"));
  const json::value bandit = properties_of(
      with("early_termination: {type: bandit, slack_factor: 0.5, evaluation_interval: 1, delay_evaluation: 5}"));
  CHECK(*aml::find_at(bandit, "earlyTermination") ==
        json::parse(R"({"policyType":"Bandit","slackFactor":0.5,"evaluationInterval":1,"delayEvaluation":5})"));
  const json::value truncation =
      properties_of(with("early_termination: {type: truncation_selection, truncation_percentage: 20}"));
  CHECK(*aml::find_at(truncation, "earlyTermination") ==
        json::parse(R"({"policyType":"TruncationSelection","truncationPercentage":20})"));
}

TEST_CASE("a mistake in a sweep is named with its place") {
  CHECK_THROWS_WITH(properties_of(with("objective: {goal: maximize}", "objective")),
                    StartsWith("sweep.yml:11:12: the objective of a sweep needs the key \"primary_metric\"."));
  CHECK_THROWS_WITH(properties_of(with("early_termination: {type: bandit, slack_facter: 0.1}")),
                    StartsWith("sweep.yml:12:35: ") && ContainsSubstring("did you mean \"slack_factor\""));
  CHECK_THROWS_WITH(parameter("{type: uniforn, min_value: 0, max_value: 1}"),
                    StartsWith("sweep.yml:9:17: \"uniforn\" is no distribution of a search space."));
  CHECK_THROWS_WITH(parameter("{type: uniform, min_value: 0}"),
                    ContainsSubstring("a \"uniform\" of a search space needs the key \"max_value\"."));
  CHECK_THROWS_WITH(parameter("{type: choice, values: 3}"), ContainsSubstring("a choice needs a list of values."));
}
