#include <mlops/aml/endpoints/online_endpoints.hpp>
#include <mlops/aml/json_access.hpp>
#include <mlops_test/azure_fixture.hpp>

namespace json = boost::json;
using namespace mlops;
using aml::Traffic;

namespace {

json::value endpoint_with(const std::string& auth_mode) {
  return json::object{{"name", "ep"},
                      {"id", "/subscriptions/x"},
                      {"location", "westeurope"},
                      {"tags", {{"team", "mlops"}}},
                      {"systemData", {{"createdBy", "ada"}}},
                      {"identity", {{"type", "SystemAssigned"}, {"principalId", "p"}, {"tenantId", "t"}}},
                      {"properties",
                       {{"authMode", auth_mode},
                        {"description", nullptr},
                        {"traffic", {{"blue", 100}}},
                        {"mirrorTraffic", {{"green", 5}}},
                        {"scoringUri", "https://ep.example/score"},
                        {"provisioningState", "Succeeded"}}}};
}

struct Client {
  test::AzureWorld world;
  azure::Session session{world.services, test::k_connection};
  aml::Workspace workspace{session, {"sub", "rg", "ws"}};
  aml::OnlineEndpoints endpoints{workspace};
};

}  // namespace

TEST_CASE("an endpoint is written back with another traffic and without what only the service may say") {
  const json::value expected = json::parse(R"({
    "location": "westeurope",
    "tags": {"team": "mlops"},
    "identity": {"type": "SystemAssigned"},
    "properties": {"authMode": "Key", "mirrorTraffic": {"green": 5}, "traffic": {"blue": 90, "green": 10}}
  })");
  const json::value written = aml::with_traffic(endpoint_with("Key"), {{"blue", 90}, {"green", 10}});
  CHECK(written == expected);
  CHECK(aml::traffic_of(endpoint_with("Key")) == Traffic{{"blue", 100}});
  CHECK(aml::traffic_of(json::object()).empty());
}

TEST_CASE("a scoring request carries the endpoint's key, which is asked for once and masked") {
  Client client;
  client.world.transport.on("POST", "/onlineEndpoints/ep/listKeys", 200,
                            R"({"primaryKey":"k-e-y","secondaryKey":"x"})");
  client.world.transport.on("POST", "https://ep.example/score", 200, "[1]", {{"azureml-model-deployment", "green"}});
  const json::value endpoint = endpoint_with("Key");
  const auto answer = client.endpoints.score(endpoint, "green", "{}");
  CHECK(answer.status == 200);
  CHECK(answer.body == "[1]");
  CHECK(answer.deployment == "green");
  client.endpoints.score(endpoint, "", "{}");
  const auto& requests = client.world.transport.requests;
  REQUIRE(requests.size() == 4);
  CHECK(requests.at(2).headers.find("Authorization") == "Bearer k-e-y");
  CHECK(requests.at(2).headers.find("azureml-model-deployment") == "green");
  CHECK_FALSE(requests.at(3).headers.contains("azureml-model-deployment"));
  client.world.log.info("the key is k-e-y");
  CHECK(client.world.output.text.find("the key is ***") != std::string::npos);
}

TEST_CASE("an endpoint with tokens gets a fresh one for each request, as they end") {
  Client client;
  client.world.transport.on("POST", "/onlineEndpoints/ep/token", 200,
                            R"({"accessToken":"t-o-k-e-n","expiryTimeUtc":1})");
  client.world.transport.on("POST", "https://ep.example/score", 200, "[1]");
  for (int i = 0; i < 2; ++i) client.endpoints.score(endpoint_with("AMLToken"), "", "{}");
  CHECK(client.world.service_lines().size() == 4);
  CHECK(client.world.transport.requests.back().headers.find("Authorization") == "Bearer t-o-k-e-n");
}

TEST_CASE("an endpoint for identities gets the session's token") {
  Client client;
  client.world.transport.on("POST", "https://ep.example/score", 200, "[1]");
  CHECK(client.endpoints.score(endpoint_with("AADToken"), "", "{}").status == 200);
  CHECK(client.world.transport.requests.back().headers.find("Authorization") == "Bearer token-1");
}

TEST_CASE("no answer to a scoring request is an answer that says why, unless asking again is useless") {
  Client client;
  client.world.transport.on("POST", "/onlineEndpoints/ep/listKeys", 200, R"({"primaryKey":"k-e-y"})");
  auto kind = http::FailureKind::timeout;
  client.world.transport.on("POST", "https://ep.example/score", [&](const http::Request& request) -> http::Response {
    throw http::TransportError(kind, "nothing came.", {request.method, request.url, 0, ""}, "");
  });
  const auto answer = client.endpoints.score(endpoint_with("Key"), "", "{}");
  CHECK(answer.status == 0);
  CHECK(answer.problem.find("nothing came.") != std::string::npos);
  for (const auto hopeless : {http::FailureKind::tls, http::FailureKind::refused_by_policy}) {
    kind = hopeless;
    CHECK_THROWS_AS(client.endpoints.score(endpoint_with("Key"), "", "{}"), http::TransportError);
  }
}

TEST_CASE("the log of a container that never started is that of the one before it") {
  Client client;
  client.world.transport.on("POST", "/deployments/blue/getLogs", [](const http::Request& request) -> http::Response {
    const bool storage = test::body_of(request).find("StorageInitializer") != std::string::npos;
    return {200, {}, storage ? R"({"content":"no such model\n"})" : R"({"content":" \n"})"};
  });
  CHECK(client.endpoints.logs("ep", "blue", 40) == "no such model\n");
}

TEST_CASE("what undoes something is sent although the user asked to stop, and not waited for") {
  Client client;
  client.world.transport.on("PUT", "/onlineEndpoints/ep?", 202, "", {{"Location", test::k_arm + "/operations/1"}});
  client.world.transport.on("DELETE", "/deployments/blue?", 202, "", {{"Location", test::k_arm + "/operations/2"}});
  client.world.cancellation.stop = true;
  client.endpoints.set_traffic(endpoint_with("Key"), {{"blue", 100}}, true);
  client.endpoints.remove_deployment("ep", "blue", true);
  for (const auto& request : client.world.transport.requests) {
    if (request.url.find("/oauth2/") == std::string::npos) CHECK(request.even_when_cancelled);
  }
  CHECK(client.world.service_lines().size() == 2);
  CHECK(client.world.sleeper.sleeps.empty());
}

TEST_CASE("a change of the traffic is waited for after a stop, but not for longer than allowed") {
  using namespace std::chrono_literals;
  Client client;
  int updating = 3;
  client.world.transport.on("GET", "/onlineEndpoints/ep?", [&](const http::Request& request) -> http::Response {
    CHECK(request.even_when_cancelled);
    return {200, {}, updating-- > 0 ? R"({"properties":{"provisioningState":"Updating"}})" : "{}"};
  });
  client.world.cancellation.stop = true;
  CHECK(client.endpoints.settles_within("ep", 10s));
  CHECK(client.world.sleeper.sleeps.size() == 3);
  updating = 1000;
  const auto start = client.world.clock.now();
  CHECK_FALSE(client.endpoints.settles_within("ep", 2s));
  CHECK(client.world.clock.now() - start == 2s);
}

TEST_CASE("plain http is asked for a request with the endpoint's key alone, where it is allowed") {
  Client client;
  client.world.transport.on("POST", "/onlineEndpoints/ep/listKeys", 200, R"({"primaryKey":"k-e-y"})");
  client.world.transport.on("POST", "https://ep.example/score", 200, "[1]");
  for (const bool allowed : {false, true}) {
    client.endpoints.score(endpoint_with("Key"), "", "{}", allowed);
    CHECK(client.world.transport.requests.back().allow_plain_http == allowed);
    client.endpoints.score(endpoint_with("AADToken"), "", "{}", allowed);
    CHECK_FALSE(client.world.transport.requests.back().allow_plain_http);
  }
}
