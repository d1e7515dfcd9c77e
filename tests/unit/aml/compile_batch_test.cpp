// Batch endpoints and deployments, and what a deployment describes in place. The documents are compared with the SDK's
// in tests/conformance/parity.

#include <mlops/aml/compile/compile.hpp>
#include <mlops/aml/json_access.hpp>
#include <mlops/core/error.hpp>
#include <mlops/core/hash.hpp>
#include <mlops_test/catch.hpp>

#include "recording_resolver.hpp"

using namespace mlops;
using Catch::Matchers::ContainsSubstring;

namespace {

const std::string k_deployment = "endpoint_name: scores\nname: blue\ncompute: azureml:cpu\n";

struct Result {
  aml::Kind kind{};
  aml::Compiled compiled;
  test::RecordingResolver resolver;
};

Result compiled(const std::string& text) {
  Result result;
  const test::TemporaryFolder folder;
  folder.write("model.pkl", "weights");
  const aml::YamlFile file = aml::parse_yaml(text, folder.path() / "deployment.yml", result.resolver.variables);
  result.kind = aml::kind_of(file);
  result.compiled = aml::compile(result.kind, file, result.resolver);
  return result;
}

std::string error_of(const std::string& text) {
  try {
    compiled(text);
  } catch (const core::Error& error) {
    return error.what();
  }
  return "no error";
}

}  // namespace

TEST_CASE("a deployment lives below its endpoint") {
  const Result result =
      compiled(k_deployment + "model: azureml:m:1\nsettings: {mini_batch_size: 3, instance_count: 2}\n");
  CHECK(result.kind == aml::Kind::batch_deployment);
  CHECK(result.compiled.parent == "batchEndpoints/scores");
  const boost::json::value body = result.compiled.body;
  CHECK(aml::find_at(body, "properties.miniBatchSize")->as_int64() == 3);
  CHECK(aml::find_at(body, "properties.resources.instanceCount")->as_int64() == 2);
}

TEST_CASE("older files say beside the model what newer ones say below settings") {
  const auto of = [](const std::string& text) {
    return boost::json::value(compiled(k_deployment + "model: azureml:m:1\n" + text).compiled.body);
  };
  CHECK((of("mini_batch_size: 3\noutput_action: append_row\n") ==
         of("settings: {mini_batch_size: 3, output_action: append_row}\n")));
}

TEST_CASE("a model without a name is registered by its content, one with a name like its own file") {
  const Result unnamed = compiled(k_deployment + "model: {path: ./model.pkl}\n");
  REQUIRE(unnamed.resolver.created.size() == 1);
  const auto& [path, body] = unnamed.resolver.created.front();
  CHECK_THAT(path, Catch::Matchers::StartsWith("models/") && Catch::Matchers::EndsWith("/versions/1"));
  CHECK(aml::find_at(body, "properties.isAnonymous")->as_bool());

  const Result named = compiled(k_deployment + "model: {name: forest, version: 4, path: ./model.pkl}\n");
  CHECK(named.resolver.created.front().first == "models/forest/versions/4");
  CHECK_THAT(aml::text_at(named.compiled.body, "properties.model.assetId"),
             Catch::Matchers::EndsWith("/models/forest/versions/4"));
}

TEST_CASE("a pipeline's deployment names its component") {
  const Result result = compiled(
      "endpoint_name: scores\nname: p\ntype: pipeline\ncomponent: azureml:c:1\n"
      "settings: {continue_on_step_failure: true}\n");
  const boost::json::value body = result.compiled.body;
  CHECK(aml::text_at(body, "properties.deploymentConfiguration.settings.continue_on_step_failure") == "True");
  CHECK_THAT(error_of("endpoint_name: scores\nname: p\ntype: pipeline\n"),
             ContainsSubstring("a batch deployment of a pipeline needs the key \"component\"."));
}

TEST_CASE("what is misspelt is named with its place") {
  CHECK_THAT(error_of(k_deployment + "settings: {mini_batch_sise: 1}\n"),
             ContainsSubstring("deployment.yml:4:12: unknown key \"mini_batch_sise\" in the settings of a batch "
                               "deployment; did you mean \"mini_batch_size\"?"));
  CHECK_THAT(error_of("$schema: x/batchEndpoint.schema.json\nname: a\n"), ContainsSubstring("\"a\" can't be the name"));
}

TEST_CASE("an endpoint is known by its name's place in the deployment, batch or online") {
  CHECK(compiled("$schema: x/batchEndpoint.schema.json\nname: scores\n").kind == aml::Kind::batch_endpoint);
  const Result online = compiled("endpoint_name: web\nname: blue\nmodel: {path: ./model.pkl}\ninstance_type: S\n");
  CHECK(online.kind == aml::Kind::online_deployment);
  CHECK(online.compiled.parent == "onlineEndpoints/web");
}
