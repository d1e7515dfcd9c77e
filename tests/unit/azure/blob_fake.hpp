#pragma once

#include <map>
#include <mlops/azure/blob.hpp>

#include <mlops_test/azure_fixture.hpp>

namespace mlops::test {

inline const std::string k_container = "https://acc.blob.core.windows.net/box";
inline const std::string k_sas = "sv=2021&sp=racwl&sig=s3cr%2Bt%3D";

/// A container in memory, behind the fake transport.
struct BlobWorld : AzureWorld {
  BlobWorld();
  azure::Session session{services, k_connection};
  azure::BlobContainer container = azure::BlobContainer::with_sas(session, k_container + "?" + k_sas);
  std::map<std::string, std::string> blobs;                               ///< by name
  std::map<std::string, std::map<std::string, std::string>> uncommitted;  ///< block by id, by name
  std::map<std::string, int> puts;                                        ///< requests by kind: "blob", "block", ...
  std::string etag = "\"1\"";
  TemporaryFolder folder;

 private:
  http::Response put(const http::Request& request);
  http::Response get(const http::Request& request);
  http::Response get_range(const http::Request& request, const std::string& content) const;
  std::mutex m_mutex;
};

}  // namespace mlops::test
