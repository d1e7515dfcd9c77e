// Configuration files of public MLOps repositories; they stand beside the repository and are not part of it.
#include <mlops/config/configuration.hpp>
#include <mlops_test/catch.hpp>
#include <mlops_test/fakes.hpp>

using namespace mlops;

namespace {

const std::filesystem::path k_corpus = std::filesystem::path(MLOPS_SHARED) / "corpus";

bool skipped() {
  if (std::filesystem::exists(k_corpus)) return false;
  WARN("skipped: there are no files in " << k_corpus.string());
  return true;
}

config::Configuration resolve(const std::vector<std::string>& files) {
  std::vector<config::Layer> layers;
  for (const auto& file : files) layers.push_back(config::load_layer(k_corpus / file, {}));
  return config::Configuration::resolve(layers, {});
}

}  // namespace

TEST_CASE("the solution accelerator's layers resolve as its pipelines see them") {
  if (skipped()) return;
  const std::string folder = "dstoolkit/configuration/";
  const auto configuration =
      resolve({folder + "configuration-aml.variables.yml", folder + "configuration-infra-PRD.variables.yml"});
  CHECK(configuration.variables().size() == 29);
  const std::vector<std::pair<std::string, std::string>> k_table = {
      {"PYTHON_VERSION", "3.8"},
      {"SDK_VERSION", "1.53"},
      {"AML_BATCHINFERENCE_COMPUTE", "cpucompute"},
      {"AML_REALTIMEINFERENCE_ENV_PATH", "configuration/environments/environment_inference/"},
      {"AMLWORKSPACE", "mlopsbaseprodaml"},
      {"CONTAINERREGISTRY", "mlopsbaseprodcr"}};
  for (const auto& [name, expected] : k_table) {
    CAPTURE(name);
    REQUIRE(configuration.find(name));
    CHECK(configuration.find(name)->value == expected);
  }
}

TEST_CASE("a number with leading zeros keeps them in the names made with it") {
  if (skipped()) return;
  const auto configuration = resolve({"ado-variables/Azure_mlops-project-template/config-infra-dev.yml"});
  CHECK(configuration.find("postfix")->value == "0001");
  CHECK(configuration.find("resource_group")->value == "rg-mlopsv2-0001dev");
  CHECK(configuration.find("terraform_st_storage_account")->value == "stmlopsv20001devtf");
  CHECK(configuration.find("terraform_version")->value == "1.10.0");
  CHECK(configuration.find("enable_aml_computecluster")->value == "true");
}

TEST_CASE("values with colons, plus signs and quotes come through") {
  if (skipped()) return;
  const auto configuration = resolve({"ado-variables/Azure_mlops-project-template/cv/python-sdk-v1/config-aml.yml"});
  CHECK(configuration.find("training_datasets")->value ==
        "dogs-labels:1:download:prep dogs-imgs:latest:mount:train+eval");
  CHECK(configuration.find("training_dataset_description")->value ==
        "Stanford Dogs Dataset (http://vision.stanford.edu/aditya86/ImageNetDogs/)");
}

TEST_CASE("files of those repositories that are no variable templates are refused") {
  if (skipped()) return;
  CHECK_THROWS_WITH(resolve({"dstoolkit/configuration/compute/DEV-training-compute.yml"}),
                    Catch::Matchers::ContainsSubstring("unknown key \"COMPUTE_TYPE\" in a configuration file"));
  CHECK_THROWS_WITH(resolve({"ado-variables/Azure_mlops-templates/templates/infra/create-sp-variables.yml"}),
                    Catch::Matchers::ContainsSubstring("unknown key \"steps\" in a configuration file"));
}
