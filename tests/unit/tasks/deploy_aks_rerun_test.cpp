// Which deployment a run takes, makes or leaves alone.

#include <mlops/core/files.hpp>

#include "deploy_aks_service.hpp"

using namespace mlops;
using test::EndpointService;
using test::Fault;
using Names = std::vector<std::string>;

namespace {

struct Registered : EndpointService {
  Registered() {
    add_model("2");
    add_model("3");
  }

  Names changes() const {
    Names changes;
    for (const auto& step : steps()) {
      if (step.rfind("score", 0) != 0) changes.push_back(step);
    }
    return changes;
  }
};

}  // namespace

TEST_CASE("a second run tests what serves and changes nothing") {
  Registered service;
  service.run();
  service.run();
  CHECK(service.changes().empty());
  CHECK(service.steps() == Names{"score-deployment model-3", "score-traffic model-3"});
}

TEST_CASE("a second run that fails leaves what serves alone") {
  Registered service;
  service.run();
  service.unhealthy.insert("model-3");
  CHECK_THROWS_AS(service.run(), core::Error);
  CHECK(service.changes().empty());
  CHECK(service.traffic() == R"({"model-3":100})");
}

TEST_CASE("the same version with other settings stands beside the one that serves") {
  Registered service;
  service.run();
  service.run({{"set", "instance_count=2"}});
  REQUIRE(service.deployment_names().size() == 1);
  const std::string name = service.deployment_names().front();
  CHECK(name.size() == std::string("model-3-123456").size());
  CHECK(name.rfind("model-3-", 0) == 0);
  CHECK(service.deployments.at(name).at("sku").at("capacity") == 2);
  // And a run with the same settings finds it, although model-3 is free again.
  service.run({{"set", "instance_count=2"}});
  CHECK(service.changes().empty());
}

TEST_CASE("a tag in the deployment file makes no new deployment") {
  Registered service;
  service.run();
  service.run({{"set", "tags.build=77"}});
  CHECK(service.changes().empty());
}

TEST_CASE("a deployment of ours that failed is made anew") {
  Registered service;
  service.add_endpoint({{"model-2", 100}});
  service.add_deployment("model-2");
  service.add_deployment("model-3", true, "Failed");
  service.run({{"removeOld", "false"}});
  CHECK(service.changes().front() == "delete-deployment model-3");
  CHECK(service.changes().at(1) == "put-deployment model-3");
  CHECK(service.deployment_names() == Names{"model-2", "model-3"});
}

TEST_CASE("somebody else's deployment is never touched, neither for its name nor for being old") {
  Registered service;
  service.add_endpoint({{"by-hand", 100}});
  service.add_deployment("by-hand", false);
  service.add_deployment("model-3", false, "Failed");
  service.run();
  REQUIRE(service.deployment_names().size() == 3);
  CHECK(service.deployment_names().front() == "by-hand");
  CHECK(service.deployment_names().at(1) == "model-3");
  CHECK(service.traffic().rfind(R"({"model-3-)", 0) == 0);
}

TEST_CASE("a deployment that is being created is waited for, with lines that say so") {
  Registered service;
  service.add_endpoint({});
  service.polls_until_ready = 8;
  service.faults["put-deployment"] = Fault::kill;
  CHECK_THROWS_AS(service.run(), test::Killed);
  service.run();
  CHECK(service.traffic() == R"({"model-3":100})");
  CHECK(service.output.find("The deployment model-3: Creating (0 min 0 s)\n") != std::string::npos);
  CHECK(service.output.find("The deployment model-3: Creating (0 min 30 s)\n") != std::string::npos);
  CHECK(service.changes().front() == R"(put-traffic {"model-3":100})");
}

TEST_CASE("a deployment that never gets ready ends the run in time") {
  Registered service;
  service.add_endpoint({});
  service.polls_until_ready = 100'000;
  const core::Error error = test::error_of([&] { service.run({{"timeoutMinutes", "2"}}); });
  CHECK(error.code() == "operation-timeout");
  CHECK(service.deployment_names().empty());
}

TEST_CASE("a name that was asked for and holds something else in service is refused") {
  Registered service;
  service.add_endpoint({{"blue", 100}});
  service.add_deployment("blue");
  const core::Error error = test::error_of([&] { service.run({{"deploymentName", "blue"}}); });
  CHECK(
      error.message() ==
      "the deployment \"blue\" of the endpoint \"cancer-ep\" holds something else and has traffic, or was not made by "
      "this task.");
  CHECK(service.changes().empty());
}

TEST_CASE("a canary gets its share, the others keep their proportions and stay") {
  Registered service;
  service.add_endpoint({{"model-1", 75}, {"model-2", 25}});
  service.add_deployment("model-1");
  service.add_deployment("model-2");
  service.run({{"traffic", "20"}});
  CHECK(service.traffic() == R"({"model-1":60,"model-2":20,"model-3":20})");
  CHECK(service.deployment_names() == Names{"model-1", "model-2", "model-3"});
  service.run({{"traffic", "100"}});
  CHECK(service.deployment_names() == Names{"model-3"});
}

TEST_CASE("with no traffic the deployment is made and tested, and the model gets no tag") {
  Registered service;
  service.add_endpoint({{"model-2", 100}});
  service.add_deployment("model-2");
  service.run({{"traffic", "0"}});
  CHECK(service.traffic() == R"({"model-2":100})");
  CHECK(service.tag_of_model("3").empty());
  CHECK(service.deployment_names() == Names{"model-2", "model-3"});
}

TEST_CASE("traffic that somebody else changed meanwhile is left as it is") {
  Registered service;
  service.add_endpoint({{"model-2", 100}});
  service.add_deployment("model-2");
  service.add_deployment("green", false);
  service.on_put_deployment = [&] { service.add_endpoint({{"green", 100}}); };
  CHECK(test::error_of([&] { service.run(); }).code() == "traffic-changed");
  CHECK(service.traffic() == R"({"green":100})");
  CHECK(service.deployment_names() == Names{"green", "model-2"});
}

TEST_CASE("an old deployment that can't be deleted is a warning: the new one serves") {
  Registered service;
  service.add_endpoint({{"model-2", 100}});
  service.add_deployment("model-2");
  service.faults["delete-deployment"] = Fault::refuse;
  CHECK(service.run() == "SucceededWithIssues");
  CHECK(service.traffic() == R"({"model-3":100})");
}

TEST_CASE("a dry run shows the documents and changes nothing") {
  Registered service;
  service.run({}, true);
  CHECK(service.steps().empty());
  CHECK_FALSE(service.has_endpoint());
  for (const char* line : {"would PUT ", "onlineEndpoints/cancer-ep?api-version=", "\"authMode\": \"Key\"",
                           "onlineEndpoints/cancer-ep/deployments/model-3?api-version=",
                           "\"endpointComputeType\": \"Managed\"", "\"model-3\": 100", "{\"data\": [1]}"}) {
    CAPTURE(line);
    CHECK(service.output.find(line) != std::string::npos);
  }
}

TEST_CASE("without a sample request the deployment goes into service with a warning") {
  Registered service;
  service.run({{"sampleRequest", ""}});
  CHECK(service.traffic() == R"({"model-3":100})");
  CHECK(service.output.find("no sample request is given: the deployment gets traffic untested.") != std::string::npos);
}

TEST_CASE("the page for the run says what serves") {
  Registered service;
  service.add_endpoint({{"model-2", 100}});
  service.add_deployment("model-2");
  service.run();
  const auto file = service.folder.path() / "deploy-aks-cancer-ep-model-3.md";
  CHECK(core::read_file(file) == R"(## Deployment model-3 on cancer-ep

Deployed and serving.

| | |
|---|---|
| Model | cancer version 3 |
| Smoke test without traffic | HTTP 200 {"answer": 42} (1 attempt) |
| Smoke test in traffic | HTTP 200 {"answer": 42} (1 attempt) |
| Scoring address | https://cancer-ep.example/score |
| Deleted | model-2 |

| Deployment | Traffic before | Traffic now |
|---|---:|---:|
| model-2 | 100 % | - |
| model-3 | - | 100 % |
)");
  CHECK(service.output.find("##vso[task.uploadsummary]" + file.string()) != std::string::npos);
}
