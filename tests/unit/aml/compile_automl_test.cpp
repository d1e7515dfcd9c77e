// AutoML jobs, and what is sent with the preview API version. The documents are compared with the SDK's in
// tests/conformance/parity.

#include <mlops/aml/compile/compile.hpp>
#include <mlops/aml/json_access.hpp>
#include <mlops/core/error.hpp>
#include <mlops_test/catch.hpp>

#include "recording_resolver.hpp"

using namespace mlops;
using Catch::Matchers::ContainsSubstring;

namespace {

aml::Compiled compiled(const std::string& text) {
  test::RecordingResolver resolver;
  const aml::YamlFile file = aml::parse_yaml(text, "job.yml", resolver.variables);
  return aml::compile(aml::kind_of(file), file, resolver);
}

std::string error_of(const std::string& text) {
  try {
    compiled(text);
  } catch (const core::Error& error) {
    return error.what();
  }
  return "no error";
}

std::string automl(const std::string& task, const std::string& rest = "") {
  return "type: automl\ntask: " + task +
         "\ntraining_data: {type: mltable, path: azureml:rows:1}\ntarget_column_name: label\n" + rest;
}

std::string detail(const std::string& text, const std::string& path) {
  return boost::json::serialize(
      *aml::find_at(boost::json::value(compiled(text).body), "properties.taskDetails." + path));
}

}  // namespace

TEST_CASE("numbers in a search space are written without an exponent") {
  const auto of = [](const std::string& values) {
    return detail(automl("image_classification", "search_space:\n  - {learning_rate: " + values + "}\n"),
                  "searchSpace");
  };
  CHECK(of("{type: uniform, min_value: 0.00001, max_value: 0.01}") ==
        R"x([{"learningRate":"uniform(0.00001,0.01)"}])x");
  CHECK(of("{type: choice, values: [1, 0.5, 1.5e-7]}") == R"x([{"learningRate":"choice(1,0.5,0.00000015)"}])x");
  CHECK(of("0.001") == R"x([{"learningRate":"0.001"}])x");
}

TEST_CASE("a number, a list or auto become what the service tells apart by mode") {
  const std::string start = "forecasting: {time_column_name: t, ";
  CHECK(detail(automl("forecasting", start + "target_lags: 2}\n"), "forecastingSettings.targetLags") ==
        R"({"mode":"Custom","values":[2]})");
  CHECK(detail(automl("forecasting", start + "target_lags: auto}\n"), "forecastingSettings.targetLags") ==
        R"({"mode":"Auto"})");
  CHECK(detail(automl("regression", "n_cross_validations: 5\n"), "nCrossValidations") ==
        R"({"mode":"Custom","value":5})");
}

TEST_CASE("a task has its own algorithms, metrics and keys") {
  CHECK_THAT(error_of(automl("classfication")), ContainsSubstring("job.yml:2:7: \"classfication\" is no task"));
  CHECK_THAT(error_of(automl("regression", "training: {blocked_training_algorithms: [logistic_regression]}\n")),
             ContainsSubstring("\"logistic_regression\" is not possible here"));
  CHECK_THAT(error_of(automl("regression", "primary_metric: accuracy\n")),
             ContainsSubstring("\"accuracy\" is not possible here"));
  CHECK_THAT(error_of(automl("classification", "forecasting: {}\n")), ContainsSubstring("unknown key \"forecasting\""));
}

TEST_CASE("a key of the preview API sends the document with that version, others don't") {
  CHECK(compiled(automl("text_classification")).api_version == aml::k_api_version);
  CHECK(compiled(automl("text_classification", "training_parameters: {number_of_epochs: 3}\n")).api_version ==
        aml::k_preview_api_version);
  const std::string command = "type: command\ncommand: x\nenvironment: azureml:e:1\n";
  CHECK(compiled(command + "distribution: {type: ray}\n").api_version == aml::k_preview_api_version);
  CHECK(compiled(command + "distribution: {type: mpi}\n").api_version == aml::k_api_version);
  CHECK(compiled(command + "outputs: {o: {name: n, version: 3}}\n").api_version == aml::k_preview_api_version);
}

TEST_CASE("steps and components have no schema: what they say needs no preview") {
  CHECK(compiled("type: pipeline\njobs:\n  a: {command: x, environment: azureml:e:1, distribution: {type: ray, port: "
                 "1}}\n")
            .api_version == aml::k_api_version);
}
