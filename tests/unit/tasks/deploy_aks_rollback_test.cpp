// Going back to an earlier deployment, keeping it until then, and deleting the endpoint.

#include <mlops/tasks/deploy-aks/rollback_target.hpp>

#include "deploy_aks_service.hpp"

using namespace mlops;
using test::EndpointService;
using test::Fault;
using Names = std::vector<std::string>;

namespace {

const std::string k_models =
    "/subscriptions/sub/resourceGroups/rg/providers/Microsoft.MachineLearningServices/workspaces/ws/models/cancer/"
    "versions/";

/// model-3 serves and is tagged, model-2 served before it and is still there.
struct Deployed : EndpointService {
  Deployed() {
    add_model("2");
    add_model("3", {{"stage", "production"}});
    add_endpoint({{"model-3", 100}});
    add_deployment("model-2");
    add_deployment("model-3");
    deployments["model-2"]["properties"].as_object()["model"] = k_models + "2";
    deployments["model-3"]["properties"].as_object()["model"] = k_models + "3";
    deployments["model-3"]["tags"].as_object()["mlops.previousTraffic"] = "model-2=100";
    variables["BUILD_BUILDID"] = "7";
  }

  std::string go_back(std::map<std::string, std::string> inputs = {}) {
    inputs.insert({{"action", "rollback"}, {"deploymentFile", ""}, {"modelName", ""}, {"modelVersion", ""}});
    return run(inputs);
  }

  void check_back() const {
    CHECK(traffic() == R"({"model-2":100})");
    CHECK(deployment_names() == Names{"model-2", "model-3"});
    CHECK(tag_of_model("2") == "production");
    CHECK(tag_of_model("3").empty());
  }
};

}  // namespace

TEST_CASE("a rollback tests what served before, gives it the traffic and the tag, and deletes nothing") {
  Deployed service;
  CHECK(service.go_back().empty());
  service.check_back();
  CHECK(service.steps() == Names{"patch-deployment model-2", "score-deployment model-2",
                                 R"(put-traffic {"model-2":100})", "score-traffic model-2", "put-model 2",
                                 "put-model 3"});
  CHECK(service.output_variable("deploymentName") == "model-2");
  CHECK(service.output_variable("previousDeployment") == "model-3");
}

TEST_CASE("the same run goes back once, also when it is killed on the way") {
  Deployed service;
  const auto step = GENERATE(as<std::string>{}, "patch-deployment", "put-traffic", "put-model");
  service.faults[step] = Fault::kill;
  CHECK_THROWS_AS(service.go_back(), test::Killed);
  service.faults.clear();
  service.go_back();
  service.check_back();
  service.go_back();
  service.check_back();
}

TEST_CASE("a rollback goes to the deployment or the version that is named") {
  Deployed service;
  SECTION("a deployment, whoever made it") {
    service.add_deployment("by-hand", false);
    service.go_back({{"deploymentName", "by-hand"}});
    CHECK(service.traffic() == R"({"by-hand":100})");
    CHECK(service.output.find("the tag stays where it is") != std::string::npos);
  }
  SECTION("a version of the model") {
    service.go_back({{"modelVersion", "2"}});
    service.check_back();
  }
}

TEST_CASE("a rollback that fails leaves the traffic where it was and keeps both deployments") {
  Deployed service;
  service.unhealthy = {"model-2"};
  CHECK(test::error_of([&] { service.go_back({{"smokeTestRetries", "0"}}); }).code() == "smoke-test-failed");
  CHECK(service.traffic() == R"({"model-3":100})");
  CHECK(service.deployment_names() == Names{"model-2", "model-3"});
  CHECK(service.tag_of_model("3") == "production");
}

TEST_CASE("a rollback that can't be says what there is") {
  Deployed service;
  const auto message = [&](const std::map<std::string, std::string>& inputs) {
    return test::error_of([&] { service.go_back(inputs); }).message();
  };
  CHECK(message({{"deploymentName", "green"}}) == "the traffic can't go back: there is no deployment \"green\".");
  CHECK(message({{"modelVersion", "1"}}) == "the traffic can't go back: no deployment serves version 1.");
  service.deployments.erase("model-2");
  CHECK(message({}) == "the traffic can't go back: model-2, which served before model-3, is gone.");
  service.deployments["model-3"]["tags"].as_object()["mlops.previousTraffic"] = "none";
  CHECK(message({}) == "the traffic can't go back: nothing served before model-3.");
  service.m_endpoint.reset();
  CHECK(message({}) == "the endpoint \"cancer-ep\" does not exist.");
  CHECK(service.steps().empty());
}

TEST_CASE("the deployment that served until now is kept for a rollback, older ones go") {
  EndpointService service;
  service.add_model("3");
  service.add_endpoint({{"model-2", 100}});
  service.add_deployment("model-1");
  service.add_deployment("model-2");
  service.run({{"keepPrevious", "true"}});
  CHECK(service.deployment_names() == Names{"model-2", "model-3"});
}

TEST_CASE("an endpoint is deleted once, and one that is not there is no failure") {
  Deployed service;
  const std::map<std::string, std::string> inputs = {{"action", "delete"}, {"deploymentFile", ""}};
  CHECK(service.run(inputs).empty());
  CHECK_FALSE(service.has_endpoint());
  CHECK(service.run(inputs).empty());
  CHECK(service.steps().empty());
  CHECK(service.output.find("nothing to delete") != std::string::npos);
}
