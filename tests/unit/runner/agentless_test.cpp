#include <mlops_test/catch.hpp>

#include "run_world.hpp"

using namespace mlops;
using namespace mlops::runner;
using mlops::test::RunWorld;
using Lines = std::vector<std::string>;

namespace {

const std::string k_principal =
    "ENDPOINT_URL_k=https://arm/\nENDPOINT_AUTH_PARAMETER_k_TENANTID=tenant\n"
    "ENDPOINT_AUTH_PARAMETER_k_SERVICEPRINCIPALID=me\nENDPOINT_DATA_k_ENVIRONMENTAUTHORITYURL=https://login\n"
    "ENDPOINT_DATA_k_ACTIVEDIRECTORYSERVICEENDPOINTRESOURCEID=https://audience\n"
    "ENDPOINT_DATA_k_SUBSCRIPTIONID=sub\n";

const std::string k_tasks =
    R"json({"name": "Look", "id": "11111111-2222-4333-8444-555555555555", "version": {"Major": 1},
"runsOn": ["Server", "ServerGate"],
"inputs": [{"name": "azure", "type": "connectedService:AzureRM", "required": true},
{"name": "job", "type": "string", "required": true}, {"name": "until", "type": "string", "defaultValue": "ended"}],
"execution": {"HttpRequest": {"Execute": {"EndpointId": "$(azure)", "Method": "GET", "Headers": "{\"Accept\": \"a/b\"}",
"EndpointUrl": "$(endpoint.url)$(job)?s=$(endpoint.subscriptionId)&b=$(Build.BuildId)&n=$(none)",
"Expression": "it is $(until)"}}}})json";

/// The task Look@1 and the connection azure to a service whose job is in a state. `seen` counts the looks.
struct Service : RunWorld {
  explicit Service(const std::string& connection = k_principal +
                                                   "ENDPOINT_AUTH_PARAMETER_k_SERVICEPRINCIPALKEY=very-secret\n") {
    folder.write("tasks/Look/task.json", k_tasks);
    settings.task_folders = {folder.path() / "tasks"};
    settings.connections["azure"] = folder.write("c.env", connection);
    transport.on("POST", "https://login/tenant/oauth2/v2.0/token", 200, R"({"access_token": "token-1234"})");
    transport.on("GET", "https://arm/jobs/1", [this](const http::Request&) {
      ++seen;
      return http::Response{200, {}, seen < ends_at ? R"({"state": "Running"})" : R"({"state": "Failed"})"};
    });
    evaluator.table["it is running"] = [](const Scope& scope) { return state(scope) == "Running" ? "True" : "False"; };
    evaluator.table["it is ended"] = [](const Scope& scope) { return state(scope) == "Running" ? "False" : "True"; };
  }

  static std::string state(const Scope& scope) {
    return std::string(scope.contexts.at("root").at("state").as_string());
  }

  Result run_steps(const std::string& steps) {
    return run("jobs:\n- job: wait\n  pool: server\n  continueOnError: true\n  steps:\n" + steps +
               "- job: collect\n  dependsOn: wait\n  steps: [{checkout: none}, {script: echo, name: collected}]\n");
  }

  int seen = 0;
  int ends_at = 3;
};

std::string look(const std::string& name, const std::string& more) {
  return "  - task: Look@1\n    name: " + name + "\n    inputs: {azure: azure, job: jobs/1" + more + "}\n";
}

}  // namespace

TEST_CASE("an agentless task sends the request of its task.json in the name of the connection's service principal") {
  Service service;
  service.ends_at = 1;
  CHECK(service.run_steps(look("one", "")) == Result::Succeeded);
  REQUIRE(service.transport.requests.size() == 2);
  CHECK(test::body_of(service.transport.requests[0]) ==
        "grant_type=client_credentials&client_id=me&client_secret=very-secret&scope=https%3A%2F%2Faudience%2F.default");
  const auto& request = service.transport.requests[1];
  CHECK(request.url == "https://arm/jobs/1?s=sub&b=7&n=$(none)");
  CHECK(request.headers.find("Accept") == "a/b");
  CHECK(request.headers.find("Authorization") == "Bearer token-1234");
  CHECK(request.timeout == std::chrono::seconds(20));
  CHECK(service.output.text.find("token-1234") == std::string::npos);
}

TEST_CASE("a chain of looks ends at the first that fails, and the next job runs") {
  Service service;
  const std::string more = ", until: running";
  CHECK(service.run_steps(look("one", more) + look("two", more) + look("three", more) + look("four", more)) ==
        Result::SucceededWithIssues);
  CHECK(service.seen == 3);
  CHECK(service.step("two").result == Result::Succeeded);
  CHECK(service.issues("three") == Lines{"the response does not meet the success criteria it is running"});
  CHECK(service.step("four").result == Result::Skipped);
  CHECK(service.step("collected").result == Result::Succeeded);
}

TEST_CASE("an expression that is false is asked again only as often as the step says") {
  Service service;
  service.ends_at = 4;
  CHECK(service.run_steps(look("one", "") + "    retryCountOnTaskFailure: 2\n") == Result::SucceededWithIssues);
  CHECK(service.seen == 3);
  CHECK(service.step("one").attempts == 3);
  CHECK(service.run_steps(look("one", "") + "    retryCountOnTaskFailure: 2\n") == Result::Succeeded);
}

TEST_CASE("the expression of an agentless task can count") {
  Service service;
  boost::json::value members;
  service.evaluator.table["it is ended"] = [&](const Scope& scope) {
    const auto list = [](std::size_t) { return expression::Value::from(boost::json::parse("[1, 2]")); };
    members = scope.functions.at("count").call(expression::Arguments(1, list)).to_json();
    return "True";
  };
  CHECK(service.run_steps(look("one", "")) == Result::Succeeded);
  CHECK(members == 2);
}

TEST_CASE("an agentless task says what it lacks") {
  Service service;
  CHECK(service.run_steps("  - {task: Look@1, name: one, inputs: {azure: azure}}\n") == Result::SucceededWithIssues);
  CHECK(service.issues("one") == Lines{"p.yml:1:1: the task Look@1 needs the input \"job\". Add it below inputs:."});

  Service elsewhere;
  CHECK(elsewhere.run("steps: [{checkout: none}, {task: Look@1, name: one}]") == Result::Failed);
  CHECK(elsewhere.issues("one") ==
        Lines{"p.yml:1:1: the task Look@1 can't run in an agent job. Put it into a job with pool: server."});

  Service without_key(k_principal);
  CHECK(without_key.run_steps(look("one", "")) == Result::SucceededWithIssues);
  CHECK(
      without_key.issues("one") ==
      Lines{
          "the service connection has a service principal, but no key for it. An agentless task on this machine signs "
          "in with a service principal's key, or with the access token in "
          "ENDPOINT_AUTH_PARAMETER_<GUID>_ACCESSTOKEN."});

  Service refused;
  refused.transport.on("POST", "https://login/", 401, R"({"error": "invalid_client"})");
  CHECK(refused.run_steps(look("one", "")) == Result::SucceededWithIssues);
  CHECK(
      refused.issues("one") ==
      Lines{
          "POST https://login/tenant/oauth2/v2.0/token (HTTP 401): the service principal of the service connection got "
          "no "
          "access token. An agentless task on this machine signs in with a service principal's key, or with the access "
          "token in ENDPOINT_AUTH_PARAMETER_<GUID>_ACCESSTOKEN."});
}
