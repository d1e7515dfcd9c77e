// model-register from its inputs to what stands in the workspace.

#include <mlops/core/files.hpp>
#include <mlops/tasks/model-register/summary.hpp>

#include "model_register_service.hpp"

using namespace mlops;
using Catch::Matchers::ContainsSubstring;
namespace json = boost::json;

namespace {

using Service = test::RegisterService;
using test::k_job_folder;

/// A version of another pipeline run.
json::value version_of_another(const std::string& version) {
  return {{"name", version},
          {"properties", {{"properties", {{"mlops.registrationKey", "another"}, {"mlops.buildId", "41"}}}}}};
}

}  // namespace

TEST_CASE("files of the agent are uploaded once and become version 1") {
  Service service;
  service.run();
  CHECK(service.changes == std::vector<std::string>{"put-blob", "put-mark", "put-model"});
  REQUIRE(service.models.size() == 1);
  CHECK_THAT(aml::text_at(service.models.at("1"), "properties.modelUri"),
             Catch::Matchers::StartsWith("azureml://subscriptions/sub/resourcegroups/rg/workspaces/ws/datastores/"
                                         "workspaceblobstore/paths/LocalUpload/") &&
                 Catch::Matchers::EndsWith("/files"));
  CHECK(service.variable("modelName") == "cancer");
  CHECK(service.variable("modelVersion") == "1");
  CHECK_THAT(service.variable("modelId"), Catch::Matchers::EndsWith("/models/cancer/versions/1"));
  CHECK(service.variable("adopted") == "false");
  const auto summary = service.folder.path() / "model-register-cancer-1.md";
  CHECK_THAT(service.output, ContainsSubstring("##vso[task.uploadsummary]" + summary.string()));
  CHECK_THAT(core::read_file(summary), ContainsSubstring("## Model cancer version 1"));
}

TEST_CASE("a re-run finds its version; another pipeline run makes its own") {
  Service service;
  service.run();
  service.changes.clear();
  service.run();
  CHECK(service.changes.empty());
  CHECK(service.variable("modelVersion") == "1");
  CHECK(service.variable("adopted") == "true");
  service.run({}, "43");
  CHECK(service.changes == std::vector<std::string>{"put-model"});
  CHECK(service.variable("modelVersion") == "2");
}

TEST_CASE("a run that was killed is continued: one version, whole files") {
  for (const char* step : {"put-blob", "put-mark", "put-model"}) {
    CAPTURE(step);
    Service service;
    service.kill_after = step;
    CHECK_THROWS_AS(service.run(), test::RegisterKilled);
    service.run();
    CHECK(service.models.size() == 1);
    CHECK(service.complete.size() == 1);
    CHECK(service.variable("modelVersion") == "1");
    CHECK(service.variable("adopted") == (std::string(step) == "put-model" ? "true" : "false"));
  }
}

TEST_CASE("two runs never share a version, whatever the service does with the slower one") {
  for (const bool keeps_first : {false, true}) {
    CAPTURE(keeps_first);
    Service service;
    service.keeps_first_properties = keeps_first;
    service.before_put_model = [&](const std::string& version) {
      service.models[version] = version_of_another(version);
    };
    service.run();
    CHECK(service.variable("modelVersion") == "2");
    CHECK(service.property("1", "mlops.registrationKey") == "another");
    CHECK(service.property("2", "mlops.buildId") == "42");
  }
}

TEST_CASE("a version that another run made is refused before anything is uploaded") {
  Service service;
  service.models["7"] = version_of_another("7");
  CHECK(test::error_of([&] {
          service.run({{"modelVersion", "7"}});
        }).message() == "version 7 of the model \"cancer\" exists and holds something else.");
  CHECK(service.changes.empty());
  service.run({{"modelVersion", "8"}});
  service.run({{"modelVersion", "8"}});
  CHECK(service.variable("adopted") == "true");
  CHECK(service.changes == std::vector<std::string>{"put-blob", "put-mark", "put-model"});
}

TEST_CASE("evidence that is missing or says no costs no request and no upload") {
  Service service;
  const std::string failed = service.folder.write("gate.json", R"({"verdict":"fail"})").string();
  const std::string missing = (service.folder.path() / "none.json").string();
  CHECK(test::error_of([&] {
          service.run({{"gateReport", failed}, {"requireGate", "true"}});
        }).code() == "gate-failed");
  CHECK(test::error_of([&] {
          service.run({{"gateReport", missing}, {"requireGate", "true"}});
        }).code() == "file-missing");
  CHECK(test::error_of([&] { service.run({{"metricsFile", missing}}); }).code() == "file-missing");
  CHECK(service.changes.empty());
}

TEST_CASE("a path may end with a slash; one that isn't there is refused") {
  Service service;
  service.run({{"modelPath", (service.folder.path() / "files/").string()}});
  service.run({{"modelPath", (service.folder.path() / "files/.").string()}});
  CHECK(service.models.size() == 1);
  const auto error = test::error_of([&] { service.run({{"modelPath", "modl"}}); });
  CHECK(error.code() == "file-missing");
  CHECK(error.message() == "there is no file or folder \"modl\".");
  CHECK(error.hint() ==
        "The input modelPath (--model-path) counts from \"" + std::filesystem::current_path().string() + "\".");
}

TEST_CASE("the artifacts of a job are registered where they stand") {
  Service service;
  service.blobs = {{std::string("/box/") + k_job_folder + "user_logs/std_log.txt", "."},
                   {std::string("/box/") + k_job_folder + "model/model.bin", "."}};
  const std::string metrics = service.folder.write("metrics.json", R"({"metrics":{"accuracy":0.97}})").string();
  service.run({{"jobName", "train-1"}, {"outputName", "default"}, {"path", "model"}, {"metricsFile", metrics}});
  CHECK(service.changes == std::vector<std::string>{"put-model"});
  CHECK(aml::text_at(service.models.at("1"), "properties.modelUri") ==
        "azureml://subscriptions/sub/resourcegroups/rg/workspaces/ws/datastores/workspaceartifactstore/paths/"
        "ExperimentRun/dcid.train-1/model");
  CHECK(service.property("1", "mlops.job") == "train-1");
  CHECK(service.property("1", "metrics.accuracy") == "0.97");
}

TEST_CASE("a job without files, or that isn't there, has no model") {
  Service service;
  service.blobs = {{std::string("/box/") + k_job_folder + "user_logs/std_log.txt", "."},
                   {std::string("/box/") + k_job_folder + "azureml-logs/70_driver_log.txt", "."}};
  const auto message = [&](const std::map<std::string, std::string>& inputs) {
    return test::error_of([&] { service.run(inputs); }).message();
  };
  CHECK(message({{"jobName", "train-1"}}) == "the output \"default\" of the job \"train-1\" holds nothing.");
  CHECK(message({{"jobName", "train-1"}, {"path", "modl"}}) ==
        "the output \"default\" of the job \"train-1\" holds nothing at \"modl\".");
  CHECK(message({{"jobName", "trian-1"}}) == "the job \"trian-1\" does not exist.");
  CHECK(service.models.empty());
}

TEST_CASE("a dry run shows the version and sends nothing") {
  Service service;
  service.run({}, "42", true);
  CHECK(service.changes.empty());
  CHECK_THAT(service.output,
             ContainsSubstring("would PUT https://management.azure.com/subscriptions/sub/resourceGroups/rg/"
                               "providers/Microsoft.MachineLearningServices/workspaces/ws/models/cancer/"
                               "versions/1") &&
                 ContainsSubstring("\"mlops.registrationKey\": \""));
  CHECK(service.variable("modelVersion").empty());
}

TEST_CASE("values from outside stay inside their cells") {
  aml::ModelVersion model;
  model.name = "my_model";
  model.version = "3";
  CHECK(tasks::model_register::summary(model, {{"note", "a|b\n<img>*"}}, true) ==
        "## Model my\\_model version 3\n\nRegistered by an earlier attempt of this run.\n\n| | |\n|---|---|\n"
        "| note | a\\|b &lt;img>\\* |\n");
}
