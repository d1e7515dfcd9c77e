// The request to a batch endpoint: what azure-ai-ml's BatchJobSchema makes of the same values.

#include <mlops/aml/endpoints/batch_invoke.hpp>
#include <mlops/core/files.hpp>
#include <mlops_test/azure_fixture.hpp>

namespace json = boost::json;
using namespace mlops;

namespace {

std::string typed(const std::string& text) {
  const aml::TypedValue value = aml::typed_value(text);
  return value.type + " " + value.value;
}

using Changes = std::map<std::string, std::string>;

struct Client {
  explicit Client(const std::string& build = "")
      : world(build.empty() ? Changes() : Changes{{"BUILD_BUILDID", build}}) {
    world.transport.on("GET", "/jobs/", 404, "{}");
    world.transport.on("GET", "/batchEndpoints/nightly", 200,
                       R"({"name": "nightly", "properties": {"scoringUri": "https://nightly.example/jobs"}})");
  }

  aml::SubmittedJob invoke(const aml::BatchRequest& request) { return aml::invoke_batch_endpoint(workspace, request); }

  test::AzureWorld world;
  azure::Session session{world.services, test::k_connection};
  aml::Workspace workspace{session, {"sub", "rg", "ws"}};
};

}  // namespace

TEST_CASE("the body of a call is what azure-ai-ml sends") {
  aml::BatchRequest request;
  request.inputs = {{"data", "azureml://datastores/d/paths/x/"},
                    {"rows", "integer:3"},
                    {"w", "end"},
                    {"m", "mltable:/subscriptions/s/data/d/versions/1"}};
  request.outputs = {{"score", "azureml://datastores/d/paths/out.csv"}};
  request.job_name = "j";
  request.experiment = "e";
  CHECK(json::value(aml::batch_request_body(request)) == json::parse(R"({"properties": {
    "inputData": {"data": {"jobInputType": "UriFolder", "uri": "azureml://datastores/d/paths/x/"},
                  "rows": {"jobInputType": "Literal", "value": 3},
                  "w": {"jobInputType": "Literal", "value": "end"},
                  "m": {"jobInputType": "MLTable", "uri": "/subscriptions/s/data/d/versions/1"}},
    "outputData": {"score": {"jobOutputType": "UriFile", "uri": "azureml://datastores/d/paths/out.csv"}},
    "name": "j",
    "properties": {"experimentName": "e"}}})"));
}

TEST_CASE("the form of a value tells its type unless it says one") {
  const test::TemporaryFolder folder;
  core::write_file_atomically(folder.path() / "a.csv", "1");
  CHECK(typed((folder.path() / "a.csv").string()) == "uri_file " + (folder.path() / "a.csv").string());
  CHECK(typed(folder.path().string()) == "uri_folder " + folder.path().string());
  CHECK(typed("https://x.example/a.csv") == "uri_file https://x.example/a.csv");
  CHECK_THROWS_WITH(typed("data/frehs.csv"),
                    "there is no file or folder \"data/frehs.csv\". Correct its path; write "
                    "string:data/frehs.csv for a text.");
  CHECK_THROWS_WITH(typed("fresh.parquet"), Catch::Matchers::ContainsSubstring("there is no file or folder"));
  CHECK(typed("string:data/frehs.csv") == "string data/frehs.csv");
  CHECK(typed("uri_folder:https://x.example/v1.0") == "uri_folder https://x.example/v1.0");
  CHECK(typed("azureml:patients:1.2") == "uri_folder azureml:patients:1.2");
  CHECK(typed("0.5") == "literal 0.5");
  CHECK(typed("time:12:30") == "literal time:12:30");
}

TEST_CASE("a number that is none is refused") {
  aml::BatchRequest request;
  request.inputs = {{"rate", "number:fast"}};
  CHECK(test::error_of([&] { aml::batch_request_body(request); }).message() == "\"fast\" is not of the type number.");
}

TEST_CASE("a call names the deployment in a header and brings the job's name") {
  Client client;
  client.world.transport.on("POST", "https://nightly.example/jobs", 201, R"({"name": "batchjob-1"})");
  aml::BatchRequest request;
  request.endpoint = "nightly";
  request.deployment = "blue";
  request.inputs = {{"data", "https://x.example/a.csv"}};
  CHECK(client.invoke(request).name == "batchjob-1");
  const http::Request& sent = client.world.transport.requests.back();
  CHECK(sent.headers.find("azureml-model-deployment") == "blue");
  CHECK(sent.headers.find("repeatability-request-id")->size() == 36);
  CHECK(json::parse(std::get<std::string>(sent.body)).at("properties").at("inputData").at("data").at("jobInputType") ==
        "UriFile");
}

TEST_CASE("what the endpoint answers to a refused call is told") {
  Client client;
  client.world.transport.on("POST", "https://nightly.example/jobs", 400,
                            R"({"error": {"code": "BadArgument", "message": "no default deployment"}})");
  aml::BatchRequest request;
  request.endpoint = "nightly";
  const core::Error error = test::error_of([&] { client.invoke(request); });
  CHECK(error.code() == "service-error");
  CHECK(error.message().find("no default deployment") != std::string::npos);
}

TEST_CASE("the same call of the same build finds its job") {
  Client client("7");
  aml::BatchRequest request;
  request.endpoint = "nightly";
  request.inputs = {{"data", "https://x.example/a.csv"}};
  std::string named;
  const auto take = [&](const http::Request& sent) {
    named = json::parse(std::get<std::string>(sent.body)).at("properties").at("name").as_string().c_str();
    return http::Response{.status = 201, .body = R"({"name": ")" + named + R"("})"};
  };
  client.world.transport.on("POST", "https://nightly.example/jobs", take);
  const std::string first = client.invoke(request).name;
  CHECK(named == first);
  CHECK(first.substr(0, 8) == "nightly-");
  CHECK(first.substr(first.size() - 4) == "-7-1");

  const auto stands = [&](const std::string& status) {
    client.world.transport.on("GET", "/jobs/" + first + "?", 200, R"({"properties": {"status": ")" + status + R"("}})");
  };

  SECTION("adopts one that runs") {
    stands("Running");
    const aml::SubmittedJob job = client.invoke(request);
    CHECK(job.name == first);
    CHECK(job.adopted);
  }

  SECTION("starts another one after one that failed") {
    stands("Failed");
    CHECK(client.invoke(request).name == first + "-2");
  }

  SECTION("starts another one when forced") {
    stands("Completed");
    request.force = true;
    CHECK(client.invoke(request).name == first + "-2");
  }

  SECTION("starts another one for other inputs") {
    stands("Running");
    request.inputs = {{"data", "https://x.example/b.csv"}};
    CHECK(client.invoke(request).name != first);
  }

  SECTION("takes the job whose answer was lost") {
    bool taken = false;
    client.world.transport.on("POST", "https://nightly.example/jobs", [&](const http::Request&) {
      taken = true;
      return http::Response{.status = 409, .body = R"({"error": {"code": "Conflict", "message": "exists"}})"};
    });
    client.world.transport.on("GET", "/jobs/" + first + "?", [&](const http::Request&) {
      return taken ? http::Response{.status = 200, .body = R"({"properties": {"status": "Running"}})"}
                   : http::Response{.status = 404, .body = "{}"};
    });
    CHECK(client.invoke(request).status == "Running");
  }
}
