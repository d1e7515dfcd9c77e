// model-register from its inputs to what stands in the workspace.

#include <mlops/aml/json_access.hpp>
#include <mlops/core/files.hpp>
#include <mlops/http/url.hpp>
#include <mlops/tasks/model-register/run.hpp>
#include <mlops/tasks/model-register/spec.hpp>
#include <mlops/tasks/model-register/summary.hpp>
#include <mlops_test/azure_fixture.hpp>

using namespace mlops;
using Catch::Matchers::ContainsSubstring;
namespace json = boost::json;

namespace {

/// Thrown through the task like a SIGKILL: it is no std::exception, nothing cleans up.
struct Killed {};

constexpr const char* k_job_folder = "ExperimentRun/dcid.train-1/";

/// A workspace with models, one container behind both datastores and the job train-1. It outlives the runs of the task.
struct Service {
  Service() { folder.write("files/model.bin", "weights"); }

  void run(const std::map<std::string, std::string>& inputs = {}, const std::string& build = "42", bool dry_run = false) {
    test::AzureWorld world({{"BUILD_BUILDID", build}, {"AGENT_TEMPDIRECTORY", folder.path().string()}});
    world.services.dry_run = dry_run;
    connect(world.transport);
    std::map<std::string, std::string> values = {
        {"azureSubscription", test::k_connection}, {"resourceGroup", "rg"}, {"workspace", "ws"}, {"modelName", "cancer"}};
    if (inputs.count("jobName") == 0) values["modelPath"] = (folder.path() / "files").string();
    for (const auto& [name, value] : inputs) values[name] = value;
    try {
      tasks::model_register::run(world.services, agent::Inputs(tasks::model_register::spec(), values));
      output = world.output.text;
    } catch (...) {
      output = world.output.text;
      throw;
    }
  }

  std::string variable(const std::string& name) const {
    const std::string mark = "variable=" + name + ";isoutput=true;]";
    const auto at = output.rfind(mark);
    if (at == std::string::npos) return {};
    const auto begin = at + mark.size();
    return output.substr(begin, output.find('\n', begin) - begin);
  }

  std::string property(const std::string& version, const std::string& name) const {
    const auto& properties = aml::object_at(models.at(version), "properties.properties");
    const auto* value = properties.if_contains(name);
    return value ? std::string(value->as_string()) : std::string();
  }

  test::TemporaryFolder folder;
  std::map<std::string, json::value> models;  ///< by version
  std::map<std::string, std::string> blobs;
  std::set<std::string> complete;
  std::vector<std::string> changes;  ///< "put-blob", "put-mark", "put-model"
  std::string kill_after;            ///< one of them; strikes once
  std::function<void(const std::string& version)> before_put_model;
  bool keeps_first_properties = false;
  std::string output;  ///< of the last run

 private:
  using Request = http::Request;
  using Response = http::Response;

  static std::string path(const Request& request) { return http::decode(http::parse_url(request.url).path); }

  static Response answer(const json::value& value, int status = 200) { return {status, {}, json::serialize(value)}; }

  static json::value datastore(const char* name) {
    return {{"name", name},
            {"properties",
             {{"datastoreType", "AzureBlob"}, {"accountName", "acct"}, {"containerName", "box"},
              {"endpoint", "core.windows.net"}, {"protocol", "https"}}}};
  }

  void changed(const std::string& change) {
    changes.push_back(change);
    if (change != kill_after) return;
    kill_after.clear();
    throw Killed();
  }

  void connect(test::FakeTransport& transport) {
    transport.on("GET", "/workspaces/ws?", 200, R"({"location":"west"})");
    transport.on("GET", "/jobs/", 404, R"({"error":{"code":"NotFound","message":"no such job"}})");
    transport.on("GET", "/jobs/train-1?", 200, R"({"name":"train-1","properties":{}})");
    for (const char* name : {"workspaceblobstore", "workspaceartifactstore"}) {
      transport.on("GET", std::string("/datastores/") + name + "?", 200, json::serialize(datastore(name)));
    }
    transport.on("POST", "/listSecrets?", 200, R"({"sasToken":"sv=1&sig=hush"})");
    transport.on("HEAD", "https://acct.", [this](const Request& request) { return head_blob(request); });
    transport.on("PUT", "https://acct.", [this](const Request& request) { return put_blob(request); });
    transport.on("GET", "https://acct.", [this](const Request& request) { return list_blobs(request); });
    transport.on("GET", "/models/cancer?", [this](const Request&) {
      return models.empty() ? Response{404, {}, "{}"} : answer({{"properties", json::object()}});
    });
    transport.on("GET", "/models/cancer/versions?", [this](const Request&) {
      json::array all;
      for (const auto& [version, model] : models) all.push_back(model);
      return answer({{"value", all}});
    });
    transport.on("GET", "/models/cancer/versions/", [this](const Request& request) {
      const auto found = models.find(aml::last_segment(path(request)));
      return found == models.end() ? Response{404, {}, "{}"} : answer(found->second);
    });
    transport.on("PUT", "/models/cancer/versions/", [this](const Request& request) { return put_model(request); });
  }

  Response head_blob(const Request& request) const {
    if (blobs.count(path(request)) == 0) return {404, {{"x-ms-error-code", "BlobNotFound"}}, ""};
    http::Headers headers{{"Content-Length", "1"}};
    if (complete.count(path(request)) != 0) headers.set("x-ms-meta-upload_status", "completed");
    return {200, headers, ""};
  }

  Response put_blob(const Request& request) {
    if (request.url.find("comp=metadata") != std::string::npos) {
      complete.insert(path(request));
      changed("put-mark");
      return {200, {}, ""};
    }
    blobs[path(request)] = test::body_of(request);
    changed("put-blob");
    return {201, {}, ""};
  }

  Response list_blobs(const Request& request) const {
    std::string prefix;
    for (const auto& [name, value] : http::parse_query(http::parse_url(request.url).query)) {
      if (name == "prefix") prefix = "/box/" + value;
    }
    std::string xml = "<?xml version=\"1.0\"?><EnumerationResults><Blobs>";
    for (const auto& [name, content] : blobs) {
      if (name.rfind(prefix, 0) != 0) continue;
      xml += "<Blob><Name>" + name.substr(5) + "</Name><Properties><Content-Length>1</Content-Length></Properties></Blob>";
    }
    return {200, {}, xml + "</Blobs><NextMarker/></EnumerationResults>"};
  }

  Response put_model(const Request& request) {
    const std::string version = aml::last_segment(path(request));
    if (before_put_model) std::exchange(before_put_model, nullptr)(version);
    json::value model = json::parse(test::body_of(request));
    model.as_object()["name"] = version;
    model.as_object()["id"] = path(request);
    const auto [there, is_new] = models.emplace(version, model);
    if (!is_new && !keeps_first_properties) return {409, {}, R"({"error":{"code":"Conflict","message":"exists"}})"};
    if (is_new) changed("put-model");
    return answer(there->second, is_new ? 201 : 200);
  }
};

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
    CHECK_THROWS_AS(service.run(), Killed);
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
    service.before_put_model = [&](const std::string& version) { service.models[version] = version_of_another(version); };
    service.run();
    CHECK(service.variable("modelVersion") == "2");
    CHECK(service.property("1", "mlops.registrationKey") == "another");
    CHECK(service.property("2", "mlops.buildId") == "42");
  }
}

TEST_CASE("a version that another run made is refused before anything is uploaded") {
  Service service;
  service.models["7"] = version_of_another("7");
  CHECK(test::error_of([&] { service.run({{"modelVersion", "7"}}); }).message() ==
        "version 7 of the model \"cancer\" exists and holds something else.");
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
  CHECK(test::error_of([&] { service.run({{"gateReport", failed}, {"requireGate", "true"}}); }).code() == "gate-failed");
  CHECK(test::error_of([&] { service.run({{"gateReport", missing}, {"requireGate", "true"}}); }).code() == "file-missing");
  CHECK(test::error_of([&] { service.run({{"metricsFile", missing}}); }).code() == "file-missing");
  CHECK(service.changes.empty());
}

TEST_CASE("a path may end with a slash; one that isn't there is an error of the input") {
  Service service;
  service.run({{"modelPath", (service.folder.path() / "files/").string()}});
  service.run({{"modelPath", (service.folder.path() / "files/.").string()}});
  CHECK(service.models.size() == 1);
  const auto error = test::error_of([&] { service.run({{"modelPath", "modl"}}); });
  CHECK(error.message() == "the input modelPath (--model-path) is \"modl\", which does not exist.");
  CHECK(error.hint() == "Paths are relative to \"" + std::filesystem::current_path().string() + "\".");
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
  CHECK_THAT(service.output, ContainsSubstring("would PUT https://management.azure.com/subscriptions/sub/resourceGroups/rg/"
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
