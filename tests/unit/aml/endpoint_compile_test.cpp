// What azure-ai-ml 1.35.2 makes of the files in fixtures/endpoints (its REST objects, without null and {}), and what is
// said of files that it would refuse or silently bend.

#include <mlops/aml/endpoints/compile.hpp>
#include <mlops/aml/json_access.hpp>
#include <mlops/core/files.hpp>
#include <mlops_test/azure_fixture.hpp>

#include "recording_resolver.hpp"

namespace json = boost::json;
using namespace mlops;
using Lines = std::vector<std::string>;

namespace {

const std::filesystem::path k_folder = std::filesystem::path(MLOPS_FIXTURES) / "fixtures" / "endpoints";

// Every value that isn't null or {} as "path: value".
void flatten(std::map<std::string, std::string>& values, const std::string& path, const json::value& value) {
  if (const auto* object = value.if_object()) {
    for (const auto& member : *object) flatten(values, path + "/" + std::string(member.key()), member.value());
  } else if (!value.is_null()) {
    values[path] = json::serialize(value);
  }
}

Lines differences(const json::value& ours, const std::string& expected_file) {
  std::map<std::string, std::string> our_values;
  std::map<std::string, std::string> their_values;
  flatten(our_values, "", ours);
  flatten(their_values, "", json::parse(core::read_file(k_folder / expected_file)));
  Lines lines;
  for (const auto& [path, value] : our_values) {
    const auto theirs = their_values.find(path);
    if (theirs == their_values.end() || theirs->second != value) lines.push_back("ours " + path + ": " + value);
  }
  for (const auto& [path, value] : their_values) {
    const auto ours_there = our_values.find(path);
    if (ours_there == our_values.end() || ours_there->second != value) lines.push_back("theirs " + path + ": " + value);
  }
  return lines;
}

struct Compiler {
  aml::CompiledEndpoint endpoint(const std::string& text) {
    return aml::compile_endpoint(aml::parse_yaml(text, "endpoint.yml", resolver.variables), resolver);
  }

  aml::CompiledDeployment deployment(const std::string& text, bool on_kubernetes = false,
                                     const std::string& model = {}) {
    return aml::compile_deployment(aml::parse_yaml(text, "deployment.yml", resolver.variables), resolver, on_kubernetes,
                                   model);
  }

  test::RecordingResolver resolver;
};

const std::string k_minimal = "name: blue\nendpoint_name: ep\ninstance_type: Standard_DS2_v2\n";

}  // namespace

TEST_CASE("a managed endpoint compiles to what azure-ai-ml sends") {
  test::RecordingResolver resolver;
  const auto compiled =
      aml::compile_endpoint(aml::load_yaml(k_folder / "managed-endpoint.yml", resolver.variables), resolver);
  CHECK(compiled.name == "cancer-ep");
  const json::value body = compiled.body;
  CHECK(aml::object_at(body, "identity.userAssignedIdentities")
            .contains(
                "/subscriptions/s/resourceGroups/g/providers/Microsoft.ManagedIdentity/userAssignedIdentities/id1"));
  // The traffic is set when the deployments stand; words are spelled as the service's schema has them.
  CHECK(differences(body, "managed-endpoint.expected.json") ==
        Lines{"ours /properties/properties/note: \"12\"", "ours /properties/publicNetworkAccess: \"Disabled\"",
              "theirs /properties/mirrorTraffic/green: 10", "theirs /properties/properties/note: 12",
              "theirs /properties/publicNetworkAccess: \"disabled\"", "theirs /properties/traffic/blue: 100"});
}

TEST_CASE("an endpoint on Kubernetes compiles to what azure-ai-ml sends, its compute resolved") {
  test::RecordingResolver resolver;
  const auto compiled =
      aml::compile_endpoint(aml::load_yaml(k_folder / "kubernetes-endpoint.yml", resolver.variables), resolver);
  CHECK(aml::is_on_kubernetes(compiled.body));
  CHECK(differences(compiled.body, "kubernetes-endpoint.expected.json") ==
        Lines{"ours /properties/compute: \"" + aml::compute_path(test::k_workspace, "aks") + "\"",
              "theirs /properties/compute: \"aks\""});
}

TEST_CASE("a managed deployment compiles to what azure-ai-ml sends") {
  test::RecordingResolver resolver;
  const auto compiled = aml::compile_deployment(aml::load_yaml(k_folder / "managed-deployment.yml", resolver.variables),
                                                resolver, false, "");
  CHECK(compiled.endpoint == "cancer-ep");
  const std::string collections = "/properties/dataCollector/collections";
  CHECK(differences(compiled.body, "managed-deployment.expected.json") ==
        Lines{"ours " + collections + "/model_inputs/dataCollectionMode: \"Enabled\"",
              "ours " + collections + "/model_outputs/dataCollectionMode: \"Disabled\"",
              "ours /properties/dataCollector/rollingRate: \"Hour\"",
              "ours /properties/egressPublicNetworkAccess: \"Disabled\"",
              "theirs " + collections + "/model_inputs/dataCollectionMode: \"enabled\"",
              "theirs " + collections + "/model_outputs/dataCollectionMode: \"disabled\"",
              "theirs /properties/dataCollector/rollingRate: \"hour\"",
              "theirs /properties/egressPublicNetworkAccess: \"disabled\""});
  REQUIRE(resolver.created.size() == 2);
  CHECK(resolver.created[0].first == "data/cancer-ep-blue-model_inputs/versions/1");
  CHECK(aml::text_at(resolver.created[0].second, "properties.dataUri") ==
        "azureml://datastores/workspaceblobstore/paths/modelDataCollector/cancer-ep/blue/model_inputs");
}

TEST_CASE("a deployment on Kubernetes compiles to what azure-ai-ml sends") {
  test::RecordingResolver resolver;
  const auto compiled = aml::compile_deployment(
      aml::load_yaml(k_folder / "kubernetes-deployment.yml", resolver.variables), resolver, true, "");
  // It writes its own default down.
  CHECK(differences(compiled.body, "kubernetes-deployment.expected.json") ==
        Lines{"theirs /properties/appInsightsEnabled: false"});
}

TEST_CASE("a count that a variable holds is a number") {
  test::RecordingResolver resolver;
  resolver.environment.variables["INSTANCE_COUNT"] = "4";
  const agent::Variables variables(resolver.environment);
  const auto file = aml::parse_yaml(k_minimal + "instance_count: $(INSTANCE_COUNT)\n", "deployment.yml", variables);
  CHECK(aml::compile_deployment(file, resolver, false, "").body.at("sku").at("capacity") == 4);
}

TEST_CASE("the model of the task's input takes the file's place") {
  Compiler compiler;
  const auto compiled = compiler.deployment(k_minimal + "model: ./local\n", false, "azureml:cancer:7");
  CHECK(compiled.body.at("properties").at("model").as_string() ==
        aml::version_path(test::k_workspace, aml::k_model, "cancer", "7").c_str());
  CHECK(test::error_of([&] { compiler.deployment(k_minimal + "model: ./local\n"); }).what() ==
        std::string("deployment.yml:4:8: the model of a deployment must be a registered one. Register it with "
                    "MlopsModelRegister@1 and write azureml:<name>:<version>, or set the input modelName."));
}

TEST_CASE("mistakes in an endpoint's file are told with their place") {
  struct Row {
    const char* text;
    const char* message;
  };

  const std::vector<Row> rows = {
      {"name: ep1\nauth_mod: key\n",
       "endpoint.yml:2:1: unknown key \"auth_mod\" in an online endpoint; did you mean \"auth_mode\"?"},
      {"auth_mode: key\n", "endpoint.yml:1:1: an online endpoint needs the key \"name\"."},
      {"name: ep1\nauth_mode: keys\n",
       "endpoint.yml:2:12: \"keys\" is not possible here; did you mean \"key\"? Possible are key, aml_token, "
       "aad_token."},
      {"name: my_endpoint\n",
       "endpoint.yml:1:7: \"my_endpoint\" can't be the name of an endpoint. Use 3 to 32 letters, digits and '-', the "
       "first a "
       "letter, the last not '-'."},
      {"name: ep1\ntraffic: {a: 60, b: 50}\n", "endpoint.yml:2:10: the traffic adds up to 110 percent, more than 100."},
      {"name: ep1\ntraffic: {a: -1}\n", "endpoint.yml:2:14: a share of the traffic is a whole number from 0 to 100."},
      {"name: ep1\nidentity: {type: system_assigned, resource: x}\n",
       "endpoint.yml:2:35: unknown key \"resource\" in an endpoint's identity."},
  };
  Compiler compiler;
  for (const auto& row : rows) {
    CAPTURE(row.text);
    CHECK_THAT(std::string(test::error_of([&] { compiler.endpoint(row.text); }).what()),
               Catch::Matchers::StartsWith(row.message));
  }
}

TEST_CASE("mistakes in a deployment's file are told with their place") {
  struct Row {
    std::string text;
    const char* message;
  };

  const std::vector<Row> rows = {
      {"name: blue\nendpoint_name: ep\n",
       "deployment.yml:1:1: a deployment on a managed endpoint needs the key \"instance_type\"."},
      {k_minimal + "instance_cout: 2\n",
       "deployment.yml:4:1: unknown key \"instance_cout\" in an online deployment; did you mean \"instance_count\"?"},
      {k_minimal + "instance_count: two\n",
       "deployment.yml:4:17: a whole number is needed here, not the text \"two\"."},
      {k_minimal + "liveness_probe: {periode: 3}\n",
       "deployment.yml:4:18: unknown key \"periode\" in a probe; did you mean \"period\"?"},
      {k_minimal + "resources: {requests: {cpu: 1}}\n",
       "deployment.yml:4:1: \"resources\" is for deployments on Kubernetes; the endpoint is managed."},
      {k_minimal + "data_collector: {collections: {a: {enabled: 'true'}}, sampling_rate: 80}\n",
       "deployment.yml:4:70: the sampling rate is a number from 0 to 1. 1 collects every request."},
      {k_minimal + "code_configuration: {code: ., scoring_script: nowhere.py}\n",
       "deployment.yml:4:47: there is no scoring script \"nowhere.py\" in "},
  };
  Compiler compiler;
  for (const auto& row : rows) {
    CAPTURE(row.text);
    CHECK_THAT(std::string(test::error_of([&] { compiler.deployment(row.text); }).what()),
               Catch::Matchers::StartsWith(row.message));
  }
}
