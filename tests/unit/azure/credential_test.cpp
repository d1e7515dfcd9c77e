#include <thread>

#include <mlops_test/azure_fixture.hpp>

using namespace mlops;
using namespace std::chrono_literals;
using test::AzureWorld;
using test::error_of;
using test::form_of;
using test::k_connection;

namespace {

struct Fixture {
  explicit Fixture(const std::map<std::string, std::string>& changes = {}) : world(changes) {
    const auto connection = agent::Connection::read(world.environment, k_connection);
    credential = azure::credential_of(connection, azure::cloud_of(connection), world.services);
  }

  std::string token(const std::string& resource = "https://management.azure.com/") {
    return credential->token(resource).reveal();
  }

  AzureWorld world;
  std::unique_ptr<azure::Credential> credential;
};

std::string parameter(const std::string& name) {
  return "ENDPOINT_AUTH_PARAMETER_" + k_connection + "_" + name;
}

}  // namespace

TEST_CASE("A service principal's secret is exchanged for a token of the tenant", "[credential]") {
  Fixture fixture;
  CHECK(fixture.token() == "token-1");
  const http::Request request = fixture.world.transport.requests.at(0);
  CHECK(request.method + " " + request.url == "POST " + test::k_token_url);
  CHECK(request.headers.find("Content-Type") == "application/x-www-form-urlencoded");
  CHECK(form_of(request) == std::map<std::string, std::string>{{"grant_type", "client_credentials"},
                                                               {"client_id", "client"},
                                                               {"client_secret", "the-secret+key"},
                                                               {"scope", "https://management.azure.com//.default"}});
}

TEST_CASE("The scope keeps a resource's slash, so that the audience is the resource itself", "[credential]") {
  Fixture fixture;
  fixture.token("https://storage.azure.com");
  CHECK(form_of(fixture.world.transport.requests.at(0)).at("scope") == "https://storage.azure.com/.default");
}

TEST_CASE("Secrets and tokens are known to the log before anything is sent or returned", "[credential]") {
  Fixture fixture;
  fixture.world.transport.on("POST", "/oauth2/", [&](const http::Request&) {
    CHECK_THAT(fixture.world.output.text, Catch::Matchers::ContainsSubstring("##vso[task.setsecret]the-secret+key\n"));
    return http::Response{200, {}, R"({"access_token":"a-token","expires_in":"3600"})"};
  });
  fixture.token();
  CHECK_THAT(fixture.world.output.text, Catch::Matchers::ContainsSubstring("##vso[task.setsecret]a-token\n"));
}

TEST_CASE("A token is kept per resource and renewed five minutes before it ends", "[credential]") {
  Fixture fixture;
  CHECK(fixture.token("https://a") == "token-1");
  CHECK(fixture.token("https://b") == "token-2");
  CHECK(fixture.token("https://a") == "token-1");
  fixture.world.clock.time += 54min;
  CHECK(fixture.token("https://a") == "token-1");
  fixture.world.clock.time += 61s;
  CHECK(fixture.token("https://a") == "token-3");
  CHECK(fixture.token("https://a") == "token-3");
}

TEST_CASE("A token with a short life is used for half of it", "[credential]") {
  Fixture fixture;
  fixture.world.token_life = 240;
  fixture.token();
  fixture.world.clock.time += 119s;
  CHECK(fixture.token() == "token-1");
  fixture.world.clock.time += 2s;
  CHECK(fixture.token() == "token-2");
}

TEST_CASE("A forgotten token is fetched anew", "[credential]") {
  Fixture fixture;
  fixture.token();
  fixture.credential->forget("https://management.azure.com/");
  CHECK(fixture.token() == "token-2");
}

TEST_CASE("While the old token is good a failed renewal does no harm and is tried again", "[credential]") {
  Fixture fixture;
  fixture.token();
  fixture.world.clock.time += 56min;
  fixture.world.transport.on("POST", "/oauth2/", 400, R"({"error":"invalid_client"})");
  CHECK(fixture.token() == "token-1");
  const auto sent = fixture.world.transport.requests.size();
  CHECK(fixture.token() == "token-1");
  CHECK(fixture.world.transport.requests.size() == sent);
  fixture.world.clock.time += 31s;
  CHECK(fixture.token() == "token-1");
  CHECK(fixture.world.transport.requests.size() == sent + 1);
  fixture.world.clock.time += 4min;
  CHECK(error_of([&] { fixture.token(); }).code() == "credential-rejected");
}

TEST_CASE("Threads that need the same token fetch it once", "[credential]") {
  Fixture fixture;
  http::parallel_for(32, 8, [&](std::size_t) { fixture.token(); });
  CHECK(fixture.world.tokens == 1);
}

TEST_CASE("A busy identity provider is asked again", "[credential]") {
  Fixture fixture;
  fixture.world.transport.script({429, {{"Retry-After", "3"}}});
  fixture.world.transport.script_failure(http::FailureKind::interrupted);
  CHECK(fixture.token() == "token-1");
  CHECK(fixture.world.sleeper.sleeps.at(0) == 3s);
}

TEST_CASE("A failure to reach the identity provider is not taken for one of the request's own", "[credential]") {
  Fixture fixture;
  for (int i = 0; i < 6; ++i) fixture.world.transport.script_failure(http::FailureKind::connect);
  CHECK_THROWS_AS(fixture.token(), core::Error);
  for (int i = 0; i < 6; ++i) fixture.world.transport.script_failure(http::FailureKind::connect);
  try {
    fixture.token();
  } catch (const http::TransportError&) {
    FAIL("retries around the request would repeat it");
  } catch (const core::Error& error) {
    CHECK(error.code() == "request-failed");
  }
}

TEST_CASE("Entra's refusals are one sentence with what to do", "[credential]") {
  struct Case {
    const char* code;
    const char* description;
    const char* message;
    const char* hint_part;
  };

  const std::vector<Case> cases = {
      {"7000215",
       "AADSTS7000215: Invalid client secret provided. Ensure it is the value. Trace ID: 1 Correlation ID: 2",
       "AADSTS7000215: Invalid client secret provided. Ensure it is the value.", "the secret's value is needed"},
      {"7000222", "AADSTS7000222: The provided client secret keys for app 'x' are expired.\\r\\nTrace ID: 1",
       "AADSTS7000222: The provided client secret keys for app 'x' are expired.", "has expired"},
      {"700016", "AADSTS700016: Application with identifier 'x' was not found.",
       "AADSTS700016: Application with identifier 'x' was not found.", "no app registration"},
      {"90002", "AADSTS90002: Tenant 'x' not found.", "AADSTS90002: Tenant 'x' not found.", "tenant id"},
      {"70021", "AADSTS70021: No matching federated identity record found.",
       "AADSTS70021: No matching federated identity record found.", "federated credential"},
      {"700213",
       "AADSTS700213: No matching federated identity record found for presented assertion subject 'sc://o/p/c'.",
       "AADSTS700213: No matching federated identity record found for presented assertion subject 'sc://o/p/c'.",
       "changes when the connection or the project is renamed"},
      {"700024", "AADSTS700024: Client assertion is not within its valid time range.",
       "AADSTS700024: Client assertion is not within its valid time range.", "clock"},
      {"1", "AADSTS999999: Something new.", "AADSTS999999: Something new.", "Verify"},
  };
  for (const auto& refusal : cases) {
    Fixture fixture;
    fixture.world.transport.on("POST", "/oauth2/", 401,
                               std::string(R"({"error":"invalid_client","error_description":")") + refusal.description +
                                   R"(","correlation_id":"corr-1"})");
    const core::Error error = error_of([&] { fixture.token(); });
    CHECK(error.code() == "credential-rejected");
    CHECK(error.message() == std::string("the service connection's identity was refused: ") + refusal.message);
    CHECK_THAT(error.hint(), Catch::Matchers::ContainsSubstring(refusal.hint_part));
    CHECK(core::to_string(error.place()) == "POST " + test::k_token_url + " (HTTP 401, request id corr-1)");
  }
}

TEST_CASE("An answer that holds no token is refused", "[credential]") {
  Fixture fixture;
  fixture.world.transport.on("POST", "/oauth2/", 200, "<html>Welcome to the hotel</html>");
  CHECK(error_of([&] { fixture.token(); }).message() == "the identity provider's answer holds no access token.");
}

TEST_CASE("A connection without its parts is refused by their names", "[credential]") {
  const auto message_without = [](const std::string& name) {
    return error_of([&] { Fixture({{parameter(name), ""}}); }).message();
  };
  CHECK(message_without("TENANTID") == "the service connection \"aaaa-bbbb\" has no tenant id.");
  CHECK(message_without("SERVICEPRINCIPALID") == "the service connection \"aaaa-bbbb\" has no service principal id.");
  CHECK(message_without("SERVICEPRINCIPALKEY") == "the service connection \"aaaa-bbbb\" has no service principal key.");
  CHECK_THAT(error_of([] {
               Fixture({{"ENDPOINT_AUTH_SCHEME_" + k_connection, "PublishProfile"}});
             }).message(),
             Catch::Matchers::ContainsSubstring("signs in by \"PublishProfile\""));
}

TEST_CASE("After a 401 a request is sent once more with a new token", "[authorization]") {
  Fixture fixture;
  std::vector<std::string> tokens;
  fixture.world.transport.on("GET", "/thing", [&](const http::Request& request) {
    tokens.push_back(*request.headers.find("Authorization"));
    return http::Response{tokens.size() == 1 ? 401 : 200};
  });
  const auto authorized = azure::with_authorization(fixture.world.transport, *fixture.credential, "https://r");
  http::Request request;
  request.url = "https://h/thing";
  CHECK(authorized->send(request).status == 200);
  CHECK(tokens == std::vector<std::string>{"Bearer token-1", "Bearer token-2"});
  fixture.world.transport.on("GET", "/thing", 401, "");
  CHECK(authorized->send(request).status == 401);
  CHECK(fixture.world.tokens == 3);
}
