#include <mlops_test/azure_fixture.hpp>

using namespace mlops;
using test::error_of;
using test::k_connection;

namespace {

std::string data(const std::string& name) {
  return "ENDPOINT_DATA_" + k_connection + "_" + name;
}

azure::Cloud cloud_with(const std::map<std::string, std::string>& changes) {
  test::FakeEnvironment environment(test::connection_variables(changes));
  return azure::cloud_of(agent::Connection::read(environment, k_connection));
}

}  // namespace

TEST_CASE("A connection that names no cloud is for the public one", "[cloud]") {
  const azure::Cloud cloud = cloud_with({{data("ENVIRONMENT"), ""}});
  CHECK(cloud.name == "AzureCloud");
  CHECK(cloud.authority == "https://login.microsoftonline.com/");
  CHECK(cloud.resource_manager == "https://management.azure.com");
  CHECK(cloud.resource_manager_audience == "https://management.azure.com/");
  CHECK(cloud.machine_learning_audience == "https://ml.azure.com");
  CHECK(cloud.storage_audience == "https://storage.azure.com");
  CHECK(cloud.key_vault_suffix == "vault.azure.net");
}

TEST_CASE("The sovereign clouds have their own addresses", "[cloud]") {
  const std::string url = "ENDPOINT_URL_" + k_connection;
  const azure::Cloud government =
      cloud_with({{data("ENVIRONMENT"), "azureusgovernment"}, {url, "https://management.usgovcloudapi.net/"}});
  CHECK(government.authority == "https://login.microsoftonline.us/");
  CHECK(government.resource_manager == "https://management.usgovcloudapi.net");
  CHECK(government.studio == "https://ml.azure.us");
  const azure::Cloud china =
      cloud_with({{data("ENVIRONMENT"), "AzureChinaCloud"}, {url, "https://management.chinacloudapi.cn"}});
  CHECK(china.resource_manager_audience == "https://management.chinacloudapi.cn/");
  CHECK(china.studio == "https://studio.ml.azure.cn");
}

TEST_CASE("What a connection says wins over the cloud's usual addresses", "[cloud]") {
  const azure::Cloud cloud =
      cloud_with({{"ENDPOINT_URL_" + k_connection, "https://privatelink.azure.com/"},
                  {data("ENVIRONMENTAUTHORITYURL"), "https://login.windows.net"},
                  {data("ACTIVEDIRECTORYSERVICEENDPOINTRESOURCEID"), "https://management.core.windows.net/"}});
  CHECK(cloud.resource_manager == "https://privatelink.azure.com");
  CHECK(cloud.authority == "https://login.windows.net/");
  CHECK(cloud.resource_manager_audience == "https://management.core.windows.net/");
}

TEST_CASE("A cloud of its own comes wholly from the connection's data", "[cloud]") {
  const azure::Cloud cloud = cloud_with({{"ENDPOINT_URL_" + k_connection, "http://127.0.0.1:8080/"},
                                         {data("ENVIRONMENT"), "AzureStack"},
                                         {data("ACTIVEDIRECTORYAUTHORITY"), "http://127.0.0.1:8080/login"},
                                         {data("AZUREKEYVAULTDNSSUFFIX"), "vault.local"}});
  CHECK(cloud.name == "AzureStack");
  CHECK(cloud.authority == "http://127.0.0.1:8080/login/");
  CHECK(cloud.resource_manager == "http://127.0.0.1:8080");
  CHECK(cloud.resource_manager_audience == "http://127.0.0.1:8080/");
  CHECK(cloud.key_vault_suffix == "vault.local");
}

TEST_CASE("A cloud of its own needs its addresses", "[cloud]") {
  const auto without_authority = error_of([] { cloud_with({{data("ENVIRONMENT"), "AzureStack"}}); });
  CHECK(without_authority.code() == "connection-invalid");
  CHECK(without_authority.message() ==
        "the service connection \"aaaa-bbbb\" has no sign-in address (activeDirectoryAuthority or "
        "environmentAuthorityUrl).");
  CHECK_THAT(error_of([] {
               cloud_with({{data("ENVIRONMENT"), "AzureStack"}, {data("ACTIVEDIRECTORYAUTHORITY"), "not a url"}});
             }).message(),
             Catch::Matchers::EndsWith("\"not a url/\", which is no URL."));
  CHECK_THAT(error_of([] {
               cloud_with({{data("ENABLEADFSAUTHENTICATION"), "true"}});
             }).message(),
             Catch::Matchers::ContainsSubstring("AD FS"));
}
