#pragma once
// azure: clouds, credentials, the Resource Manager client with its long-running operations, and Blob storage. Takes
// everything it needs to know from the service connection. Knows nothing of Azure Machine Learning.

#include <mlops/agent/connection.hpp>
#include <string>

namespace mlops::azure {

/// The addresses of one Azure cloud.
struct Cloud {
  std::string name;                       ///< AzureCloud, AzureUSGovernment, AzureChinaCloud, AzureStack, ...
  std::string authority;                  ///< "https://login.microsoftonline.com/", with the final '/'
  std::string resource_manager;           ///< "https://management.azure.com", without final '/'
  std::string resource_manager_audience;  ///< the token resource, "https://management.azure.com/"
  std::string machine_learning_audience;  ///< "https://ml.azure.com"
  std::string storage_audience;           ///< "https://storage.azure.com"
  std::string key_vault_suffix;           ///< "vault.azure.net"
  std::string studio;                     ///< "https://ml.azure.com"
  std::string storage_suffix;             ///< "core.windows.net"; empty when a custom cloud doesn't say it
};

/// The cloud of a connection: a known one by its name with what the connection overrides, or a custom one (Azure
/// Stack style) wholly from the connection's data. Throws core::Error "connection-invalid".
Cloud cloud_of(const agent::Connection& connection);

}  // namespace mlops::azure
