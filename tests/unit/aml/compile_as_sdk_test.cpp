// Small things in which azure-ai-ml 1.35.2 decides what a YAML means; the whole documents are compared with it in
// tests/conformance/parity.

#include <mlops/aml/compile/compile.hpp>
#include <mlops/aml/compile/environment.hpp>
#include <mlops/aml/json_access.hpp>
#include <mlops_test/catch.hpp>

#include "recording_resolver.hpp"

namespace json = boost::json;
using namespace mlops;

namespace {

json::value properties_of(const std::string& yaml, test::RecordingResolver& resolver) {
  const aml::YamlFile file = aml::parse_yaml(yaml, "file.yml", resolver.variables, {});
  return aml::compile(aml::kind_of(file), file, resolver).body.at("properties");
}

json::value properties_of(const std::string& yaml) {
  test::RecordingResolver resolver;
  return properties_of(yaml, resolver);
}

const std::string k_job = "type: command\ncommand: echo\nenvironment: azureml:e:1\n";

json::value spec_of(const std::string& lines) {
  return *aml::find_at(properties_of("$schema: x/commandComponent.schema.json\nname: c\ntype: command\ncommand: echo\n"
                                     "environment: azureml:e:1\n" +
                                     lines),
                       "componentSpec");
}

}  // namespace

TEST_CASE("a serverless job or step says so, whatever the pipeline's default is") {
  const std::string serverless = test::k_workspace + "/computes/serverless";
  CHECK(aml::text_at(properties_of(k_job + "compute: azureml:serverless\n"), "computeId") == serverless);
  const json::value pipeline = properties_of(
      "type: pipeline\nsettings: {default_compute: serverless}\njobs:\n  a: {command: echo, environment: "
      "'azureml:e:1', "
      "compute: serverless}\n");
  CHECK(aml::text_at(pipeline, "settings.default_compute") == serverless);
  CHECK(aml::text_at(pipeline, "jobs.a.computeId") == serverless);
}

TEST_CASE("the service's own environments keep their short names") {
  const std::string name = "azureml:AzureML-sklearn-1.5@latest";
  CHECK(aml::text_at(properties_of("type: command\ncommand: echo\nenvironment: " + name + "\n"), "environmentId") ==
        name);
}

TEST_CASE("an empty text is a value of a job's input, but none of a pipeline's") {
  CHECK(*aml::find_at(properties_of(k_job + "inputs: {a: ''}\n"), "inputs.a.value") == "");
  const json::value pipeline =
      properties_of("type: pipeline\ninputs: {a: '', b: x}\njobs:\n  s: {command: echo, environment: 'azureml:e:1'}\n");
  CHECK(aml::object_at(pipeline, "inputs").size() == 1);
}

TEST_CASE("a step's output without a word is left to its component") {
  test::RecordingResolver resolver;
  const json::value pipeline = properties_of(
      "type: pipeline\njobs:\n  s:\n    command: echo ${{outputs.a}}\n    environment: azureml:e:1\n    tags: {x: y}\n"
      "    outputs: {a: }\n",
      resolver);
  CHECK(aml::object_at(pipeline, "jobs.s.outputs").empty());
  REQUIRE(resolver.created.size() == 1);
  const json::value& spec = *aml::find_at(resolver.created[0].second, "properties.componentSpec");
  CHECK(json::serialize(*aml::find_at(spec, "outputs")) == R"({"a":{"type":"uri_folder"}})");
  CHECK_FALSE(aml::find_at(spec, "inputs"));
  CHECK(aml::text_at(spec, "tags.x") == "y");
}

TEST_CASE("a component's numbers and defaults are those that count in its hash") {
  const json::value spec = spec_of(
      "inputs:\n  tol: {type: number, default: 1e-3, min: 0}\noutputs: {}\ntags: {}\n"
      "distribution: {type: tensorflow, worker_count: 2}\n");
  CHECK(aml::text_at(spec, "inputs.tol.default") == "0.001");
  CHECK(aml::text_at(spec, "inputs.tol.min") == "0.0");
  CHECK_FALSE(aml::find_at(spec, "outputs"));
  CHECK_FALSE(aml::find_at(spec, "tags"));
  CHECK(json::serialize(*aml::find_at(spec, "distribution")) ==
        R"({"type":"tensorflow","worker_count":2,"parameter_server_count":0})");
}

TEST_CASE("a model in a datastore is named with the datastore's workspace") {
  const json::value model = properties_of(
      "type: custom_model\nname: m\nversion: 1\npath: azureml://datastores/workspaceblobstore/paths/models/m/\n");
  CHECK(aml::text_at(model, "modelUri") ==
        aml::long_datastore_uri(test::k_workspace, "workspaceblobstore", "models/m/"));
}

TEST_CASE("long texts of a conda file are folded where PyYAML folds them") {
  const std::string words = "a text of more than eighty characters, so that whoever writes it has to think";
  CHECK(aml::conda_text({{"variables", {{"long", words + " about where lines end"}}}}) ==
        "variables:\n  long: " + words + "\n    about where lines end\n");
  CHECK(aml::conda_text({{"d", json::array{words + " two  spaces stay together"}}}) ==
        "d:\n- " + words + " two  spaces\n  stay together\n");
  CHECK(aml::conda_text({{"d", "'" + words + " quoted texts, too"}}) == "d: '''" + words + "\n  quoted texts, too'\n");
}
