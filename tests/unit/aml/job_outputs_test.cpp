#include <mlops/aml/job_outputs.hpp>
#include <mlops/core/files.hpp>
#include <mlops_test/catch.hpp>

#include "job_service.hpp"

namespace json = boost::json;
using namespace mlops;
using Catch::Matchers::ContainsSubstring;

namespace {

/// A pipeline "p" of two steps; the datastore's container lists the blobs of a map.
struct Pipeline : test::JobService {
  Pipeline() {
    run("p").status = "Completed";
    run("c1", "p", "Prepare").status = "Completed";
    run("c2", "p", "Train").status = "Completed";
    jobs["p"] = {{"name", "p"},
                 {"properties",
                  {{"outputs", {{"model", {{"jobOutputType", "uri_folder"}}}}},
                   {"jobs",
                    {{"train",
                      {{"display_name", "Train"},
                       {"outputs", {{"trained", {{"value", "${{parent.outputs.model}}"}, {"type", "literal"}}}}}}}}}}}};
    auto& transport = world.transport;
    const json::value store = {{"name", "workspaceblobstore"},
                               {"properties",
                                {{"datastoreType", "AzureBlob"},
                                 {"accountName", "acct"},
                                 {"containerName", "box"},
                                 {"endpoint", "core.windows.net"},
                                 {"protocol", "https"},
                                 {"isDefault", true},
                                 {"credentials", {{"credentialsType", "AccountKey"}}}}}};
    transport.on("GET", "/datastores?", 200, json::serialize(json::value{{"value", json::array{store}}}));
    transport.on("GET", "/datastores/workspaceblobstore?", 200, json::serialize(store));
    transport.on("POST", "/listSecrets?", 200, R"({"secretsType":"Sas","sasToken":"sv=1&sig=hush"})");
    transport.on("GET", "https://acct.blob.core.windows.net/box", [this](const http::Request& request) {
      return request.url.find("comp=list") != std::string::npos ? list(request) : read(request);
    });
  }

  http::Response list(const http::Request& request) const {
    std::string prefix;
    for (const auto& [name, value] : http::parse_query(http::parse_url(request.url).query)) {
      if (name == "prefix") prefix = value;
    }
    std::string xml = "<?xml version=\"1.0\"?><EnumerationResults><Blobs>";
    for (const auto& [name, content] : blobs) {
      if (name.rfind(prefix, 0) != 0) continue;
      xml += "<Blob><Name>" + name + "</Name><Properties><Content-Length>" + std::to_string(content.size()) +
             "</Content-Length></Properties></Blob>";
    }
    return {200, {}, xml + "</Blobs><NextMarker/></EnumerationResults>"};
  }

  http::Response read(const http::Request& request) const {
    const std::string path = http::parse_url(request.url).path;
    const std::string& content = blobs.at(path.substr(std::string("/box/").size()));
    return {200, {{"ETag", "\"1\""}, {"Content-Length", std::to_string(content.size())}}, content};
  }

  std::map<std::string, std::string> blobs;
};

}  // namespace

TEST_CASE("metrics of the steps are gathered, later steps and the job itself win") {
  Pipeline service;
  service.runs["c1"].metrics = {{"rows", 569}, {"accuracy", 0.1}};
  service.runs["c2"].metrics = {{"accuracy", 0.9}, {"loss", 0.2}};
  CHECK(aml::job_metrics(service.workspace, "p") ==
        std::map<std::string, double>{{"accuracy", 0.9}, {"loss", 0.2}, {"rows", 569}});
  service.runs["p"].metrics = {{"loss", 0.3}};
  CHECK(aml::job_metrics(service.workspace, "p")["loss"] == 0.3);
}

TEST_CASE("an output of the job itself is found through the run history") {
  Pipeline service;
  service.runs["p"].outputs["model"] = "azureml://datastores/workspaceblobstore/paths/azureml/c2/trained/";
  CHECK(aml::find_output(service.workspace, "p", "model").uri() ==
        "azureml://datastores/workspaceblobstore/paths/azureml/c2/trained");
}

TEST_CASE("an output of a pipeline is found through the step that is bound to it") {
  Pipeline service;
  service.runs["c2"].outputs["trained"] =
      "azureml://subscriptions/s/resourcegroups/g/workspaces/w/datastores/other/paths/x";
  const auto place = aml::find_output(service.workspace, "p", "model");
  CHECK(place.uri() == "azureml://datastores/other/paths/x");
  CHECK(place.job == "c2");
}

TEST_CASE("an output that only a step has is found by its name") {
  Pipeline service;
  service.runs["c1"].outputs["prepared"] = "azureml://datastores/workspaceblobstore/paths/azureml/c1/prepared";
  CHECK(aml::find_output(service.workspace, "p", "prepared").job == "c1");
  service.runs["c2"].outputs["prepared"] = "azureml://datastores/workspaceblobstore/paths/azureml/c2/prepared";
  CHECK_THROWS_WITH(
      aml::find_output(service.workspace, "p", "prepared"),
      "several steps of the job \"p\" have an output \"prepared\": Prepare, Train. Bind the one that is meant "
      "to an output of the pipeline and name that.");
}

TEST_CASE("where the history names no place, the usual one is looked at") {
  Pipeline service;
  service.blobs["azureml/c2/trained/model.pkl"] = "m";
  CHECK(aml::find_output(service.workspace, "p", "model").uri() ==
        "azureml://datastores/workspaceblobstore/paths/azureml/c2/trained");
}

TEST_CASE("an unknown output is answered with those there are") {
  Pipeline service;
  service.runs["c1"].outputs["prepared"] = "azureml://datastores/workspaceblobstore/paths/x";
  CHECK_THROWS_WITH(aml::find_output(service.workspace, "p", "modl"),
                    "the job \"p\" has no output \"modl\"; did you mean \"model\"? There are: model, prepared.");
}

TEST_CASE("default and artifacts are the job's artifact folder") {
  Pipeline service;
  CHECK(aml::find_output(service.workspace, "p", "default").uri() ==
        "azureml://datastores/workspaceartifactstore/paths/ExperimentRun/dcid.p");
}

TEST_CASE("an output is downloaded with its folders, without neighbours of a like name") {
  Pipeline service;
  service.blobs = {{"azureml/c2/trained/model.pkl", "model"},
                   {"azureml/c2/trained/sub/info.json", "{}"},
                   {"azureml/c2/trained_more/x", "no"}};
  const test::TemporaryFolder folder;
  const aml::OutputPlace place{"c2", "trained", "workspaceblobstore", "azureml/c2/trained", false};
  const auto files = aml::download_output(service.workspace, place, folder.path());
  CHECK(files.size() == 2);
  CHECK(core::read_file(folder.path() / "model.pkl") == "model");
  CHECK(core::read_file(folder.path() / "sub" / "info.json") == "{}");
}

TEST_CASE("a single file is downloaded under its own name") {
  Pipeline service;
  service.blobs = {{"azureml/c2/metrics.json", "{}"}};
  const test::TemporaryFolder folder;
  aml::download_output(service.workspace, {"c2", "m", "workspaceblobstore", "azureml/c2/metrics.json", true},
                       folder.path());
  CHECK(core::read_file(folder.path() / "metrics.json") == "{}");
}

TEST_CASE("an empty output is an error, and a name can't lead out of the folder") {
  Pipeline service;
  const test::TemporaryFolder folder;
  const aml::OutputPlace place{"c2", "trained", "workspaceblobstore", "azureml/c2/trained", false};
  CHECK_THROWS_WITH(aml::download_output(service.workspace, place, folder.path()),
                    ContainsSubstring("the output \"trained\" of the job \"c2\" holds no file"));
  service.blobs = {{"azureml/c2/trained/../../evil", "x"}};
  CHECK_THROWS_WITH(aml::download_output(service.workspace, place, folder.path()),
                    ContainsSubstring("leads out of the output"));
}
