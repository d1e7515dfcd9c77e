#include <mlops_test/azure_fixture.hpp>

using namespace mlops;
using namespace std::chrono_literals;
using test::AzureWorld;
using test::error_of;
using test::form_of;
using test::k_connection;

namespace {

std::map<std::string, std::string> federated(std::map<std::string, std::string> changes = {}) {
  changes.insert({{"ENDPOINT_AUTH_SCHEME_" + k_connection, "WorkloadIdentityFederation"},
                  {"ENDPOINT_AUTH_PARAMETER_" + k_connection + "_SERVICEPRINCIPALKEY", ""},
                  {"ENDPOINT_URL_SYSTEMVSSCONNECTION", "https://dev.azure.com/org/"},
                  {"ENDPOINT_AUTH_PARAMETER_SYSTEMVSSCONNECTION_ACCESSTOKEN", "job-token"},
                  {"SYSTEM_OIDCREQUESTURI", "https://dev.azure.com/org/oidctoken"}});
  return changes;
}

struct Fixture {
  explicit Fixture(const std::map<std::string, std::string>& changes = {}) : world(federated(changes)) {
    world.transport.on("POST", "/oidctoken", [this](const http::Request&) {
      return http::Response{200, {}, "{\"oidcToken\":\"assertion-" + std::to_string(++assertions) + "\"}"};
    });
    const auto connection = agent::Connection::read(world.environment, k_connection);
    credential = azure::credential_of(connection, azure::cloud_of(connection), world.services);
  }

  std::string token(const std::string& resource = "https://r") { return credential->token(resource).reveal(); }

  AzureWorld world;
  std::unique_ptr<azure::Credential> credential;
  int assertions = 0;
};

}  // namespace

TEST_CASE("An assertion of the pipeline is exchanged for a token", "[federation]") {
  Fixture fixture;
  CHECK(fixture.token() == "token-1");
  REQUIRE(fixture.world.transport.requests.size() == 2);
  const http::Request& issue = fixture.world.transport.requests[0];
  CHECK(issue.method == "POST");
  CHECK(issue.url == "https://dev.azure.com/org/oidctoken?api-version=7.1&serviceConnectionId=aaaa-bbbb");
  CHECK(issue.headers.find("Authorization") == "Bearer job-token");
  CHECK(issue.headers.find("Content-Type") == "application/json");
  CHECK(test::body_of(issue) == "{}");
  CHECK(form_of(fixture.world.transport.requests[1]) ==
        std::map<std::string, std::string>{
            {"grant_type", "client_credentials"},
            {"client_id", "client"},
            {"scope", "https://r/.default"},
            {"client_assertion_type", "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"},
            {"client_assertion", "assertion-1"}});
  CHECK_THAT(fixture.world.output.text, Catch::Matchers::ContainsSubstring("##vso[task.setsecret]assertion-1\n"));
  CHECK_THAT(fixture.world.output.text, Catch::Matchers::ContainsSubstring("##vso[task.setsecret]job-token\n"));
}

TEST_CASE("Every token gets a fresh assertion, for another resource and for a renewal", "[federation]") {
  Fixture fixture;
  fixture.token("https://a");
  fixture.token("https://b");
  fixture.world.clock.time += 56min;
  CHECK(fixture.token("https://a") == "token-3");
  CHECK(fixture.assertions == 3);
  CHECK(form_of(fixture.world.transport.requests.back()).at("client_assertion") == "assertion-3");
}

TEST_CASE("Without a ready address the issuer's is made of the job's variables", "[federation]") {
  Fixture fixture({{"SYSTEM_OIDCREQUESTURI", ""},
                   {"SYSTEM_COLLECTIONURI", "https://dev.azure.com/org"},
                   {"SYSTEM_TEAMPROJECTID", "project"},
                   {"SYSTEM_HOSTTYPE", "build"},
                   {"SYSTEM_PLANID", "plan"},
                   {"SYSTEM_JOBID", "job"}});
  fixture.token();
  CHECK(fixture.world.transport.requests[0].url ==
        "https://dev.azure.com/org/project/_apis/distributedtask/hubs/build/plans/plan/jobs/job/oidctoken"
        "?api-version=7.1&serviceConnectionId=aaaa-bbbb");
}

TEST_CASE("The issuer is asked three times more", "[federation]") {
  Fixture fixture;
  fixture.world.transport.on("POST", "/oidctoken", 503, "");
  const core::Error error = error_of([&] { fixture.token(); });
  CHECK(fixture.world.transport.requests.size() == 4);
  CHECK(error.message() ==
        "Azure Pipelines issued no assertion for the service connection \"aaaa-bbbb\": HTTP status 503.");
}

TEST_CASE("A job token that has ended is called so, a refusal gives its reason", "[federation]") {
  Fixture fixture;
  fixture.world.transport.on("POST", "/oidctoken", 401, "");
  const core::Error ended = error_of([&] { fixture.token(); });
  CHECK(ended.code() == "credential-rejected");
  CHECK(ended.message() == "Azure Pipelines no longer accepts the job's own token.");
  CHECK_THAT(ended.hint(), Catch::Matchers::ContainsSubstring("24 hours"));
  fixture.world.transport.on("POST", "/oidctoken", 403, R"({"message":"Connection not authorized."})");
  CHECK_THAT(error_of([&] { fixture.token(); }).message(), Catch::Matchers::EndsWith(": Connection not authorized."));
  fixture.world.transport.on("POST", "/oidctoken", 200, "{}");
  CHECK(error_of([&] { fixture.token(); }).message() == "Azure Pipelines' answer holds no assertion (oidcToken).");
}

TEST_CASE("The job's token is taken out of the environment, and missed with its reason", "[federation]") {
  Fixture fixture;
  CHECK_FALSE(fixture.world.environment.get("ENDPOINT_AUTH_PARAMETER_SYSTEMVSSCONNECTION_ACCESSTOKEN"));
  const core::Error error = error_of([] {
    const std::map<std::string, std::string> without = {
        {"ENDPOINT_AUTH_PARAMETER_SYSTEMVSSCONNECTION_ACCESSTOKEN", ""}};
    Fixture{without};
  });
  CHECK(error.message() == "the job's own token is missing, which workload identity federation needs.");
}

TEST_CASE("A managed identity's token comes from the machine's metadata service", "[managed-identity]") {
  AzureWorld world({{"ENDPOINT_AUTH_SCHEME_" + k_connection, "ManagedServiceIdentity"},
                    {"ENDPOINT_DATA_" + k_connection + "_MSICLIENTID", "user-assigned"}});
  world.transport.script({410});
  world.transport.on("GET", "169.254.169.254", 200,
                     R"({"access_token":"machine-token","expires_on":"1772370000","token_type":"Bearer"})");
  const auto connection = agent::Connection::read(world.environment, k_connection);
  const auto credential = azure::credential_of(connection, azure::cloud_of(connection), world.services);
  CHECK(credential->token("https://management.azure.com/").reveal() == "machine-token");
  REQUIRE(world.transport.requests.size() == 2);
  const http::Request& request = world.transport.requests[1];
  CHECK(request.url ==
        "http://169.254.169.254/metadata/identity/oauth2/token?api-version=2018-02-01"
        "&resource=https%3A%2F%2Fmanagement.azure.com%2F&client_id=user-assigned");
  CHECK(request.headers.find("Metadata") == "true");
}

TEST_CASE("A machine without an identity is told so", "[managed-identity]") {
  AzureWorld world({{"ENDPOINT_AUTH_SCHEME_" + k_connection, "ManagedServiceIdentity"},
                    {"AZURE_POD_IDENTITY_AUTHORITY_HOST", "http://127.0.0.1:2579/"}});
  const auto connection = agent::Connection::read(world.environment, k_connection);
  const auto credential = azure::credential_of(connection, azure::cloud_of(connection), world.services);
  world.transport.on("GET", "http://127.0.0.1:2579/metadata/identity/oauth2/token?", 400,
                     R"({"error":"invalid_request","error_description":"Identity not found"})");
  const core::Error refused = error_of([&] { credential->token("https://r"); });
  CHECK(refused.message() == "the service connection's identity was refused: Identity not found.");
  CHECK_THAT(refused.hint(), Catch::Matchers::StartsWith("Use an agent on an Azure virtual machine"));
  for (int i = 0; i < 4; ++i) world.transport.script_failure(http::FailureKind::connect);
  CHECK_THAT(error_of([&] { credential->token("https://r"); }).message(),
             Catch::Matchers::StartsWith("this machine's managed identity service does not answer: "));
}
