#include <mlops/emulator/execution/scoring_answer.hpp>
#include <mlops/emulator/resources/online_endpoints.hpp>
#include <mlops_test/catch.hpp>

#include "execution_world.hpp"

using namespace mlops;
namespace json = boost::json;
using Catch::Matchers::ContainsSubstring;

namespace {

constexpr const char* k_script = R"(
import json, os, pathlib, signal, time

def init():
    global model
    model = pathlib.Path(os.environ["AZUREML_MODEL_DIR"], "m", "weight.txt").read_text()
    print("loaded", model, os.environ["KIND"])

def run(raw):
    request = json.loads(raw)
    if request.get("crash"):
        os.kill(os.getpid(), signal.SIGKILL)
    if request.get("slow"):
        time.sleep(30)
    return {"sum": sum(request["data"]) * int(model)}
)";

json::object deployment(test::ExecutionWorld& world, const std::string& script, const char* kind = "Managed") {
  world.put_data("models/m/weight.txt", "10");
  world.store.put({world.workspace.id, "models", "m", "3"},
                  {{"properties", {{"modelUri", "azureml://datastores/workspaceblobstore/paths/models/m"}}}});
  return {{"endpointComputeType", kind},
          {"model", world.workspace.id + "/models/m/versions/3"},
          {"codeConfiguration",
           {{"codeId", world.put_code("score", {{"score.py", script}})}, {"scoringScript", "score.py"}}},
          {"environmentVariables", {{"KIND", "test"}}},
          {"requestSettings", {{"requestTimeout", "PT2S"}}}};
}

emulator::Request request(const std::string& body) {
  emulator::Request request;
  request.method = "POST";
  request.headers.set("Content-Type", "application/json");
  request.headers.set("Authorization", "Bearer key");
  request.body = body;
  request.body_size = body.size();
  return request;
}

std::string failure_of(emulator::Scoring& scoring, const test::ExecutionWorld& world) {
  try {
    scoring.start(world.workspace, "ep", "d");
  } catch (const emulator::ServiceError& error) {
    return error.code() + ": " + error.message();
  }
  return "it started";
}

}  // namespace

TEST_CASE("a deployment loads its model and scores") {
  test::ExecutionWorld world;
  world.put_deployment("ep", "d", deployment(world, k_script));
  emulator::Scoring scoring(world.context);
  scoring.start(world.workspace, "ep", "d");
  const auto answer = scoring.score(world.workspace, "ep", "d", request(R"({"data": [1, 2]})"));
  CHECK(answer.status == 200);
  CHECK(answer.body == R"({"sum": 30})");
  CHECK(answer.headers.find("Content-Type") == "application/json");
  CHECK(answer.headers.find("azureml-model-deployment") == "d");
  CHECK_THAT(scoring.logs(world.workspace, "ep", "d", "", 50), ContainsSubstring("loaded 10 test\n"));
  CHECK(scoring.logs(world.workspace, "ep", "d", "StorageInitializer", 1) == "The model is in place.\n");
  scoring.stop(world.workspace, "ep", "d");
  CHECK(scoring.score(world.workspace, "ep", "d", request("{}")).status == 503);
  CHECK_FALSE(test::process_exists(world.settings.data.string() + "/deployments"));
}

TEST_CASE("what a scoring script raises is 424 of a managed and 502 of a Kubernetes endpoint") {
  test::ExecutionWorld world;
  emulator::Scoring scoring(world.context);
  for (const auto& [kind, status] : {std::pair{"Managed", 424}, std::pair{"Kubernetes", 502}}) {
    world.put_deployment("ep", "d", deployment(world, k_script, kind));
    scoring.start(world.workspace, "ep", "d");
    const auto answer = scoring.score(world.workspace, "ep", "d", request("not JSON"));
    CHECK(answer.status == status);
    CHECK(answer.body ==
          R"({"message": "An unexpected error occurred in scoring script. Check the logs for more info."})");
    CHECK(answer.headers.find("x-ms-run-function-failed") == "True");
  }
  CHECK_THAT(scoring.logs(world.workspace, "ep", "d", "InferenceServer", 0),
             ContainsSubstring("json.decoder.JSONDecodeError"));
}

TEST_CASE("a request that takes too long is 408") {
  test::ExecutionWorld world;
  world.put_deployment("ep", "d", deployment(world, k_script));
  emulator::Scoring scoring(world.context);
  scoring.start(world.workspace, "ep", "d");
  const auto answer = scoring.score(world.workspace, "ep", "d", request(R"({"slow": true})"));
  CHECK(answer.status == 408);
  CHECK_THAT(answer.body, ContainsSubstring("The request took longer than the timeout of 2000 ms."));
}

TEST_CASE("a deployment whose init() fails says why") {
  test::ExecutionWorld world;
  world.put_deployment("ep", "d",
                       deployment(world, "def init():\n    raise RuntimeError('no weights')\ndef run(x):\n    pass\n"));
  emulator::Scoring scoring(world.context);
  const std::string failure = failure_of(scoring, world);
  CHECK_THAT(failure,
             Catch::Matchers::StartsWith("ResourceNotReady: User container has crashed or terminated: the container "
                                         "exited with status code 3. Last lines of its log:\n"));
  CHECK_THAT(failure, Catch::Matchers::EndsWith("RuntimeError: no weights"));
}

TEST_CASE("a deployment that lacks what it needs is refused") {
  test::ExecutionWorld world;
  emulator::Scoring scoring(world.context);
  CHECK(failure_of(scoring, world) == "NotFound: Deployment 'd' was not found.");
  world.put_deployment("ep", "d", {{"model", ""}});
  CHECK(failure_of(scoring, world) == "ResourceNotReady: The deployment has neither a scoring script nor a model.");
  world.put_deployment("ep", "d", deployment(world, "def init():\n    pass\n"));
  CHECK_THAT(failure_of(scoring, world),
             ContainsSubstring("the scoring script score.py does not have a run() function defined"));
}

TEST_CASE("a container that crashes is started again") {
  test::ExecutionWorld world;
  world.put_deployment("ep", "d", deployment(world, k_script));
  emulator::Scoring scoring(world.context);
  scoring.start(world.workspace, "ep", "d");
  const auto lost = scoring.score(world.workspace, "ep", "d", request(R"({"crash": true})"));
  CHECK(lost.status == 503);
  CHECK(test::wait_until(
      [&] { return scoring.score(world.workspace, "ep", "d", request(R"({"data": [1]})")).status == 200; }));
  CHECK_THAT(scoring.logs(world.workspace, "ep", "d", "", 0),
             ContainsSubstring("The container was ended by signal 9 (Killed); restart 1 of 5.\n"));
}

TEST_CASE("starting a deployment again replaces it") {
  test::ExecutionWorld world;
  world.put_deployment("ep", "d", deployment(world, k_script));
  emulator::Scoring scoring(world.context);
  scoring.start(world.workspace, "ep", "d");
  world.put_deployment("ep", "d", deployment(world, "def init():\n    pass\ndef run(raw):\n    return raw\n"));
  scoring.start(world.workspace, "ep", "d");
  CHECK(scoring.score(world.workspace, "ep", "d", request("x")).body == R"("x")");
}

TEST_CASE("scripts may answer with a status of their own, and ask for the request itself") {
  test::ExecutionWorld world;
  world.put_deployment("ep", "d", deployment(world, R"(
from azureml_inference_server_http.api.aml_request import AMLRequest, rawhttp
from azureml_inference_server_http.api.aml_response import AMLResponse

def init():
    pass

@rawhttp
def run(request):
    if request.method == "GET":
        return AMLResponse("text " + request.args["a"], 200, {"Content-Type": "text/plain"})
    return AMLResponse({"size": len(request.get_data())}, 400, json_str=True)
)"));
  emulator::Scoring scoring(world.context);
  scoring.start(world.workspace, "ep", "d");
  const auto refused = scoring.score(world.workspace, "ep", "d", request("four"));
  CHECK(refused.status == 424);
  CHECK(refused.headers.find("ms-azureml-model-error-statuscode") == "400");
  CHECK(refused.body == R"({"size": 4})");
  auto get = request("");
  get.method = "GET";
  get.raw_query = "a=b";
  const auto text = scoring.score(world.workspace, "ep", "d", get);
  CHECK(text.body == "text b");
  CHECK(text.headers.find("Content-Type") == "text/plain");
}

TEST_CASE("the endpoint's own headers don't reach the container") {
  auto original = request("{}");
  original.headers.set("azureml-model-deployment", "d");
  original.headers.set("x-custom", "kept");
  const auto forward = emulator::forwarded(original, 5001, std::chrono::seconds(5));
  CHECK(forward.url == "http://127.0.0.1:5001/score");
  CHECK_FALSE(forward.headers.contains("Authorization"));
  CHECK_FALSE(forward.headers.contains("azureml-model-deployment"));
  CHECK(forward.headers.find("x-custom") == "kept");
}

TEST_CASE("a new start ends what a killed one was about to do with an endpoint") {
  test::ExecutionWorld world;
  const auto put = [&](const char* name, const char* state) {
    world.store.put({world.workspace.id, emulator::k_endpoints_kind, name},
                    {{"properties", {{"provisioningState", state}}}});
    world.put_deployment(name, "blue", {});
  };
  put("changed", "Updating");
  put("gone", "Deleting");
  emulator::restore_endpoints(world.context);
  const auto changed = world.store.find({world.workspace.id, emulator::k_endpoints_kind, "changed"});
  REQUIRE(changed);
  CHECK(changed->find_properties()->at("provisioningState") == "Succeeded");
  CHECK_FALSE(world.store.find({world.workspace.id, emulator::k_endpoints_kind, "gone"}));
  CHECK(world.store.find({world.workspace.id, emulator::k_deployments_kind, "changed", "blue"}));
  CHECK_FALSE(world.store.find({world.workspace.id, emulator::k_deployments_kind, "gone", "blue"}));
}
