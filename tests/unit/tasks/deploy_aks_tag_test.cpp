// The model's tag is on the version that gets the traffic, whatever happened on the way.

#include "deploy_aks_service.hpp"

using namespace mlops;
using test::EndpointService;
using test::Fault;
using Names = std::vector<std::string>;

namespace {

const std::string k_back_to_2 = R"({"model-2":100})";

/// Version 2 serves and has the tag; 3 and 4 are registered.
struct Tagged : EndpointService {
  Tagged() {
    for (const char* version : {"2", "3", "4"}) add_model(version);
    run({{"modelVersion", "2"}});
    REQUIRE(holders() == Names{"2"});
  }

  Names holders() const {
    Names versions;
    for (const char* version : {"2", "3", "4"}) {
      if (tag_of_model(version) == "production") versions.emplace_back(version);
    }
    return versions;
  }

  void run_killed_at(const std::string& step) {
    faults[step] = Fault::kill;
    CHECK_THROWS_AS(run(), test::Killed);
  }

  void run_failing(const std::map<std::string, std::string>& inputs = {}) { CHECK_THROWS_AS(run(inputs), core::Error); }
};

}  // namespace

TEST_CASE("the tag goes back with the traffic when a killed run had moved both") {
  Tagged service;
  service.run_killed_at("put-model");
  REQUIRE(service.traffic() == R"({"model-3":100})");
  REQUIRE(service.tag_of_model("3") == "production");
  service.unhealthy.insert("model-3");
  service.run_failing();
  CHECK(service.traffic() == k_back_to_2);
  CHECK(service.holders() == Names{"2"});
}

TEST_CASE("the tag goes back when a run was killed after it had put back the traffic alone") {
  Tagged service;
  service.run_killed_at("put-model");
  service.add_endpoint({{"model-2", 100}});
  service.unhealthy.insert("model-3");
  service.run_failing();
  CHECK(service.traffic() == k_back_to_2);
  CHECK(service.holders() == Names{"2"});
}

TEST_CASE("the tag comes to what a killed run gave the traffic, also when the next run deploys something else") {
  Tagged service;
  service.run_killed_at("put-traffic");
  REQUIRE(service.holders() == Names{"2"});
  service.unhealthy.insert("model-4");
  service.run_failing({{"modelVersion", "4"}});
  CHECK(service.traffic() == R"({"model-3":100})");
  CHECK(service.holders() == Names{"3"});
}

TEST_CASE("a canary that a killed run left does not take the tag from what serves most") {
  Tagged service;
  service.faults["put-traffic"] = Fault::kill;
  CHECK_THROWS_AS(service.run({{"traffic", "10"}}), test::Killed);
  service.unhealthy.insert("model-4");
  service.run_failing({{"modelVersion", "4"}});
  CHECK(service.traffic() == R"({"model-2":90,"model-3":10})");
  CHECK(service.holders() == Names{"2"});
}

TEST_CASE("after a first deployment that a killed run left and the next one undoes, no version has the tag") {
  EndpointService service;
  service.add_model("3");
  service.faults["put-model"] = Fault::kill;
  CHECK_THROWS_AS(service.run(), test::Killed);
  REQUIRE(service.tag_of_model("3") == "production");
  service.unhealthy.insert("model-3");
  CHECK_THROWS_AS(service.run(), core::Error);
  CHECK(service.traffic() == "{}");
  CHECK(service.tag_of_model("3").empty());
}

TEST_CASE("the tag stays with the traffic when that can't be put back, and the next run puts both back") {
  Tagged service;
  service.faults["patch-deployment"] = Fault::refuse;
  service.refused_traffic = k_back_to_2;
  service.run_failing();
  CHECK(service.traffic() == R"({"model-3":100})");
  CHECK(service.holders() == Names{"3"});
  CHECK(service.output.find("the model's tag stays with the traffic") != std::string::npos);

  service.refused_traffic.clear();
  service.unhealthy.insert("model-3");
  service.run_failing();
  CHECK(service.traffic() == k_back_to_2);
  CHECK(service.holders() == Names{"2"});
}

TEST_CASE("who is tagged before is tagged first when a failure undoes it, so that there is always one") {
  Tagged service;
  service.faults["patch-deployment"] = Fault::refuse;
  service.run_failing();
  const Names& steps = service.steps();
  REQUIRE(steps.size() > 4);
  const Names undone(steps.end() - 4, steps.end());
  CHECK(undone == Names{"put-traffic " + k_back_to_2, "put-model 2", "put-model 3", "delete-deployment model-3"});
}

TEST_CASE("the tag goes where the traffic goes when a run takes it from a version in service") {
  Tagged service;
  service.run({{"traffic", "50"}});
  REQUIRE(service.holders() == Names{"3"});
  service.run({{"traffic", "0"}});
  CHECK(service.traffic() == k_back_to_2);
  CHECK(service.holders() == Names{"2"});
}
