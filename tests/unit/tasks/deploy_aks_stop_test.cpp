// What a stop leaves when the traffic is being changed back: the service deletes no deployment meanwhile.

#include <numeric>

#include "deploy_aks_service.hpp"

using namespace mlops;
using test::EndpointService;
using test::Fault;
using Names = std::vector<std::string>;
using namespace std::chrono_literals;

namespace {

/// Version 2 serves; the run that deploys version 3 is stopped when version 3 has the traffic.
struct Stopped : EndpointService {
  Stopped() {
    add_model("2");
    add_model("3");
    add_endpoint({{"model-2", 100}});
    add_deployment("model-2");
    faults["score-traffic"] = Fault::cancel;
  }

  core::Milliseconds waited() {
    CHECK_THROWS_AS(run(), core::Cancelled);
    CHECK(traffic() == R"({"model-2":100})");
    return std::accumulate(sleeps.begin(), sleeps.end(), core::Milliseconds(0));
  }
};

}  // namespace

TEST_CASE("after a stop the deployment is deleted when the traffic has been put back") {
  Stopped service;
  service.polls_until_traffic = 4;
  CHECK(service.waited() == 750ms);
  CHECK(service.deployment_names() == Names{"model-2"});
  CHECK(service.output.find("##vso[task.logissue type=warning") == std::string::npos);
}

TEST_CASE("after a stop the deployment stays, with a warning, when the traffic takes longer than the agent waits") {
  Stopped service;
  service.polls_until_traffic = -1;
  CHECK(service.waited() == 3s);
  CHECK(service.deployment_names() == Names{"model-2", "model-3"});
  CHECK(service.output.find(
            "the traffic of cancer-ep is still being changed, so the deployment model-3 stays, without traffic; the "
            "next run takes it up or deletes it.") != std::string::npos);
  const Names& steps = service.steps();
  CHECK(std::find(steps.begin(), steps.end(), "delete-deployment model-3") == steps.end());
}

TEST_CASE("a pipeline that gives its tasks more time to end lets the traffic be waited for, up to 20 seconds") {
  Stopped service;
  service.polls_until_traffic = -1;
  service.variables["PROCESS_SIGINT_TIMEOUT"] = "10000";
  CHECK(service.waited() == 5500ms);
  Stopped patient;
  patient.polls_until_traffic = -1;
  patient.variables["PROCESS_SIGINT_TIMEOUT"] = "60000";
  CHECK(patient.waited() == 20s);
}
