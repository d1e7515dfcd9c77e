#include <mlops/agent/connection.hpp>
#include <mlops/agent/variables.hpp>
#include <mlops_test/catch.hpp>
#include <mlops_test/fakes.hpp>

using namespace mlops;
using namespace mlops::agent;

TEST_CASE("a service connection is read as the agent passes it, and its secrets leave the environment") {
  test::FakeEnvironment environment({
      {"ENDPOINT_URL_id-1", "https://management.azure.com/"},
      {"ENDPOINT_AUTH_id-1",
       R"({"scheme":"ServicePrincipal","parameters":{"serviceprincipalid":"app","serviceprincipalkey":"k"}})"},
      {"ENDPOINT_AUTH_PARAMETER_id-1_TENANTID", "tenant"},
      {"ENDPOINT_DATA_id-1", R"({"environment":"AzureCloud"})"},
      {"ENDPOINT_DATA_id-1_SUBSCRIPTIONID", "sub"},
  });
  const Connection connection = Connection::read(environment, "id-1");
  CHECK(connection.url() == "https://management.azure.com/");
  CHECK(connection.scheme() == "ServicePrincipal");
  CHECK(connection.parameter("servicePrincipalKey").reveal() == "k");
  CHECK(connection.parameter("tenantId").reveal() == "tenant");
  CHECK(connection.data("subscriptionId") == "sub");
  CHECK(connection.data("Environment") == "AzureCloud");
  CHECK(connection.data("nothing").empty());
  for (const auto& [name, value] : environment.variables) CHECK(name.find("ENDPOINT_AUTH") == std::string::npos);
}

TEST_CASE("a connection that isn't there says what to do") {
  test::FakeEnvironment environment(std::map<std::string, std::string>{{"AGENT_ID", "1"}});
  CHECK_THROWS_WITH(Connection::read(environment, "x"),
                    "there is no service connection \"x\". Name an Azure Resource Manager service connection of this "
                    "project in the input azureSubscription.");
}

TEST_CASE("proxy and certificates come from the agent's settings") {
  test::FakeEnvironment environment({{"AGENT_PROXYURL", "http://proxy:8080"},
                                     {"AGENT_PROXYBYPASSLIST", R"(["localhost", "\\.corp$"])"},
                                     {"AGENT_CAINFO", "/ca.pem"},
                                     {"AGENT_CLIENTCERT", "/client.pem"},
                                     {"AGENT_CLIENTCERTKEY", "/client.key"},
                                     {"AGENT_CLIENTCERTARCHIVE", "/client.pfx"},
                                     {"MLOPS_TASK_FOLDER", "/tasks/submit"},
                                     {"https_proxy", "http://other"}});
  const auto settings = network_settings(environment, Variables(environment));
  CHECK(settings.proxy_url == "http://proxy:8080");
  CHECK(settings.proxy_bypass == std::vector<std::string>{"localhost", "\\.corp$"});
  CHECK(settings.ca_file == "/ca.pem");
  CHECK(settings.bundled_ca_file == "/tasks/submit/certificates.pem");
  CHECK(settings.client_certificate_file == "/client.pem");
  CHECK(settings.client_key_file == "/client.key");
  CHECK(settings.client_archive_file == "/client.pfx");
  CHECK_FALSE(settings.skip_certificate_check);
}

TEST_CASE("passwords of proxy and client certificate are secret variables on an agent") {
  test::FakeEnvironment environment({{"SECRET_AGENT_PROXYPASSWORD", "p"}, {"SECRET_AGENT_CLIENTCERTPASSWORD", "c"}});
  const auto settings = network_settings(environment, Variables(environment));
  CHECK(settings.proxy_password.reveal() == "p");
  CHECK(settings.client_key_password.reveal() == "c");
  CHECK(environment.variables.empty());
}

TEST_CASE("passwords in the environment are taken outside an agent, and leave it") {
  test::FakeEnvironment environment({{"AGENT_PROXYPASSWORD", "p"}, {"AGENT_CLIENTCERTPASSWORD", "c"}});
  const auto settings = network_settings(environment, Variables(environment));
  CHECK(settings.proxy_password.reveal() == "p");
  CHECK(settings.client_key_password.reveal() == "c");
  CHECK(environment.variables.empty());
}

TEST_CASE("variables are found as the agent spells them, secrets apart") {
  test::FakeEnvironment environment(
      {{"BUILD_BUILDID", "42"}, {"SECRET_API_KEY", "s"}, {"VSTS_PUBLIC_VARIABLES", R"(["Build.BuildId"])"}});
  const Variables variables(environment);
  CHECK(variables.get("Build.BuildId") == "42");
  CHECK(variables.find_secret("api.key")->reveal() == "s");
  CHECK_FALSE(variables.find("SECRET_API_KEY"));
  CHECK_FALSE(environment.get("SECRET_API_KEY"));
  CHECK(variables.names() == std::set<std::string>{"Build.BuildId"});
  CHECK(pipeline_run(variables).present());
  CHECK(pipeline_run(variables).attempt == "1");
}
