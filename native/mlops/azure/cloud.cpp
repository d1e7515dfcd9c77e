#include <fmt/format.h>

#include <array>
#include <mlops/azure/cloud.hpp>
#include <mlops/core/error.hpp>
#include <mlops/core/text.hpp>
#include <mlops/http/url.hpp>

namespace mlops::azure {

namespace {

// The addresses that azure-ai-ml (_azure_environments.py) and the Azure CLI (cloud.py) use.
const std::array<Cloud, 3>& known_clouds() {
  static const std::array<Cloud, 3> clouds = {
      Cloud{"AzureCloud", "https://login.microsoftonline.com/", "https://management.azure.com",
            "https://management.azure.com/", "https://ml.azure.com", "https://storage.azure.com", "vault.azure.net",
            "https://ml.azure.com", "core.windows.net"},
      Cloud{"AzureUSGovernment", "https://login.microsoftonline.us/", "https://management.usgovcloudapi.net",
            "https://management.usgovcloudapi.net/", "https://ml.azure.us", "https://storage.azure.com",
            "vault.usgovcloudapi.net", "https://ml.azure.us", "core.usgovcloudapi.net"},
      Cloud{"AzureChinaCloud", "https://login.chinacloudapi.cn/", "https://management.chinacloudapi.cn",
            "https://management.chinacloudapi.cn/", "https://ml.azure.cn", "https://storage.azure.com",
            "vault.azure.cn", "https://studio.ml.azure.cn", "core.chinacloudapi.cn"}};
  return clouds;
}

std::string without_final_slash(std::string url) {
  while (!url.empty() && url.back() == '/') url.pop_back();
  return url;
}

std::string with_final_slash(const std::string& url) {
  return url.empty() ? url : without_final_slash(url) + "/";
}

core::Error invalid(const agent::Connection& connection, const std::string& what) {
  return {"connection-invalid",
          fmt::format("the service connection \"{}\" {}.", connection.id(), what),
          {},
          "Edit the service connection in the project's settings, or make it anew."};
}

std::string first_of(const agent::Connection& connection, std::initializer_list<const char*> names) {
  for (const char* name : names) {
    if (std::string value = connection.data(name); !value.empty()) return value;
  }
  return {};
}

void require_url(const agent::Connection& connection, const std::string& url, const std::string& what) {
  if (url.empty()) throw invalid(connection, "has no " + what);
  try {
    http::parse_url(url);
  } catch (const core::Error&) {
    throw invalid(connection, fmt::format("has the {} \"{}\", which is no URL", what, http::loggable(url)));
  }
}

// What the connection says wins: a private link or a new region may have other addresses than the cloud's usual ones.
void take_overrides(const agent::Connection& connection, Cloud& cloud) {
  if (!connection.url().empty()) cloud.resource_manager = without_final_slash(connection.url());
  if (const auto url = connection.data("environmentAuthorityUrl"); !url.empty()) {
    cloud.authority = with_final_slash(url);
  }
  if (const auto audience = connection.data("activeDirectoryServiceEndpointResourceId"); !audience.empty()) {
    cloud.resource_manager_audience = audience;
  }
  if (const auto suffix = connection.data("AzureKeyVaultDnsSuffix"); !suffix.empty()) cloud.key_vault_suffix = suffix;
  if (const auto suffix = connection.data("StorageEndpointSuffix"); !suffix.empty()) cloud.storage_suffix = suffix;
}

// Azure Stack and other clouds of their own: nothing is known beforehand.
Cloud custom_cloud(const agent::Connection& connection, const std::string& name) {
  Cloud cloud;
  cloud.name = name;
  cloud.resource_manager = without_final_slash(connection.url());
  cloud.authority = with_final_slash(first_of(connection, {"activeDirectoryAuthority", "environmentAuthorityUrl"}));
  cloud.resource_manager_audience = connection.data("activeDirectoryServiceEndpointResourceId");
  if (cloud.resource_manager_audience.empty()) cloud.resource_manager_audience = with_final_slash(connection.url());
  cloud.machine_learning_audience = cloud.resource_manager_audience;
  cloud.storage_audience = "https://storage.azure.com";
  cloud.key_vault_suffix = connection.data("AzureKeyVaultDnsSuffix");
  cloud.storage_suffix = connection.data("StorageEndpointSuffix");
  cloud.studio = cloud.resource_manager;
  return cloud;
}

Cloud cloud_named(const agent::Connection& connection) {
  const std::string given = connection.data("environment");
  const std::string name = given.empty() ? "AzureCloud" : given;
  for (Cloud cloud : known_clouds()) {
    if (!core::equals_ignoring_case(cloud.name, name)) continue;
    take_overrides(connection, cloud);
    return cloud;
  }
  return custom_cloud(connection, name);
}

}  // namespace

Cloud cloud_of(const agent::Connection& connection) {
  if (core::equals_ignoring_case(connection.data("EnableAdfsAuthentication"), "true")) {
    throw invalid(connection, "signs in by AD FS, which Azure Machine Learning does not support");
  }
  Cloud cloud = cloud_named(connection);
  require_url(connection, cloud.resource_manager, "Resource Manager address");
  require_url(connection, cloud.authority, "sign-in address (activeDirectoryAuthority or environmentAuthorityUrl)");
  return cloud;
}

}  // namespace mlops::azure
