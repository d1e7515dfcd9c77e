// What serves after a rollout, whatever happened on the way.

#include <algorithm>

#include "deploy_aks_service.hpp"

using namespace mlops;
using test::EndpointService;
using test::Fault;
using Names = std::vector<std::string>;

namespace {

/// Version 2 serves and is tagged; version 3 is registered.
struct Serving : EndpointService {
  Serving() {
    add_model("2", {{"stage", "production"}});
    add_model("3");
    add_endpoint({{"model-2", 100}});
    add_deployment("model-2");
  }

  void check_untouched() const {
    CHECK(traffic() == R"({"model-2":100})");
    CHECK(deployment_names() == Names{"model-2"});
    CHECK(tag_of_model("2") == "production");
    CHECK(tag_of_model("3").empty());
  }

  void check_deployed() const {
    CHECK(traffic() == R"({"model-3":100})");
    CHECK(deployment_names() == Names{"model-3"});
    CHECK(deployment_tag("model-3", "mlops.phase") == "live");
    CHECK(tag_of_model("2").empty());
    CHECK(tag_of_model("3") == "production");
  }
};

// Every change of a rollout, in order.
const Names k_steps = {"put-deployment", "score-deployment", "put-traffic",
                       "score-traffic",  "put-model",        "patch-deployment"};

}  // namespace

TEST_CASE("a rollout makes the deployment, tests it, moves the traffic, tests again and removes the old one") {
  Serving service;
  CHECK(service.run().empty());
  service.check_deployed();
  CHECK(service.steps() == Names{"put-deployment model-3", "score-deployment model-3", R"(put-traffic {"model-3":100})",
                                 "score-traffic model-3", "put-model 3", "put-model 2", "patch-deployment model-3",
                                 "delete-deployment model-2"});
  CHECK(service.deployment_tag("model-3", "mlops.previousTraffic") == "model-2=100");
  CHECK(service.output_variable("endpointName") == "cancer-ep");
  CHECK(service.output_variable("deploymentName") == "model-3");
  CHECK(service.output_variable("scoringUri") == "https://cancer-ep.example/score");
  CHECK(service.output_variable("previousDeployment") == "model-2");
  CHECK(service.output_variable("smokeTestStatus") == "200");
  CHECK(service.output.find("HTTP 200 {\"answer\": 42}") != std::string::npos);
}

TEST_CASE("the scoring key is shown to nobody") {
  Serving service;
  service.run();
  // Once, to have the agent mask it.
  const std::string key = "the-scoring-key";
  const auto first = service.output.find(key);
  REQUIRE(first != std::string::npos);
  CHECK(service.output.substr(0, first).find("##vso[task.setsecret") != std::string::npos);
  CHECK(service.output.find(key, first + 1) == std::string::npos);
}

TEST_CASE("the first deployment of a missing endpoint creates it and gets all of the traffic") {
  EndpointService service;
  service.add_model("3");
  service.run({{"traffic", "20"}});
  CHECK(service.traffic() == R"({"model-3":100})");
  CHECK(service.steps().front().rfind("put-endpoint", 0) == 0);
}

TEST_CASE("whatever step fails, what served before serves as before") {
  for (const auto& failing : k_steps) {
    CAPTURE(failing);
    Serving service;
    service.faults[failing] = Fault::refuse;
    CHECK_THROWS_AS(service.run(), core::Error);
    service.check_untouched();
    CHECK(service.output.find("Rolling back: the deployment model-3 is deleted.") != std::string::npos);
  }
}

TEST_CASE("whatever step the user stops at, what served before serves as before") {
  for (const auto& last : k_steps) {
    CAPTURE(last);
    Serving service;
    service.faults[last] = Fault::cancel;
    CHECK_THROWS_AS(service.run(), core::Cancelled);
    service.check_untouched();
  }
}

TEST_CASE("whatever step the process is killed at, the next run ends with one deployment that serves") {
  Names steps = k_steps;
  steps.emplace_back("delete-deployment");
  for (const auto& last : steps) {
    CAPTURE(last);
    Serving service;
    service.faults[last] = Fault::kill;
    CHECK_THROWS_AS(service.run(), test::Killed);
    CHECK(service.run().empty());
    service.check_deployed();
    CHECK(service.output.find("Creating the deployment") == std::string::npos);
  }
}

TEST_CASE("a run after a killed one goes back to the traffic from before both when it fails") {
  for (const std::string last : {"put-deployment", "put-traffic", "score-traffic", "put-model"}) {
    CAPTURE(last);
    Serving service;
    service.faults[last] = Fault::kill;
    CHECK_THROWS_AS(service.run(), test::Killed);
    service.unhealthy.insert("model-3");
    CHECK_THROWS_AS(service.run({{"tagModel", ""}}), core::Error);
    CHECK(service.traffic() == R"({"model-2":100})");
    CHECK(service.deployment_names() == Names{"model-2"});
  }
}

TEST_CASE("a deployment that fails to start is shown with its log and removed") {
  Serving service;
  service.faults["put-deployment"] = Fault::fail_later;
  CHECK(test::error_of([&] { service.run(); }).code() == "operation-failed");
  service.check_untouched();
  CHECK(service.output.find("model-3 | line 1\nmodel-3 | line 2\n") != std::string::npos);
}

TEST_CASE("a deployment that answers wrongly never gets traffic") {
  Serving service;
  service.unhealthy.insert("model-3");
  CHECK(test::error_of([&] { service.run(); }).message() ==
        "the deployment model-3 answered the sample request with HTTP 500 boom instead of HTTP 200.");
  service.check_untouched();
  const Names steps = service.steps();
  CHECK(std::count(steps.begin(), steps.end(), "score-deployment model-3") == 4);
  CHECK(service.output_variable("smokeTestStatus") == "500");
}

TEST_CASE("a failure in traffic puts the shares back exactly") {
  Serving service;
  service.add_endpoint({{"model-2", 90}, {"by-hand", 10}});
  service.add_deployment("by-hand", false);
  service.unhealthy.insert("traffic");
  CHECK_THROWS_AS(service.run({{"traffic", "50"}}), core::Error);
  CHECK(service.traffic() == R"({"by-hand":10,"model-2":90})");
  CHECK(service.deployment_names() == Names{"by-hand", "model-2"});
}

TEST_CASE("an endpoint that the run made goes with its first deployment's failure; one that was there stays") {
  EndpointService fresh;
  fresh.add_model("3");
  fresh.faults["put-deployment"] = Fault::fail_later;
  CHECK_THROWS_AS(fresh.run(), core::Error);
  CHECK_FALSE(fresh.has_endpoint());

  EndpointService empty;
  empty.add_model("3");
  empty.add_endpoint({});
  empty.faults["put-deployment"] = Fault::fail_later;
  CHECK_THROWS_AS(empty.run(), core::Error);
  CHECK(empty.has_endpoint());
  CHECK(empty.deployment_names().empty());
}

TEST_CASE("when the traffic can't be put back the new deployment stays and a warning says what to do") {
  Serving service;
  service.faults["patch-deployment"] = Fault::refuse;
  service.refused_traffic = R"({"model-2":100})";
  CHECK_THROWS_AS(service.run(), core::Error);
  CHECK(service.traffic() == R"({"model-3":100})");
  CHECK(service.deployment_names() == Names{"model-2", "model-3"});
  CHECK(service.output.find("Set the traffic of cancer-ep to model-2 100 ") != std::string::npos);
}
