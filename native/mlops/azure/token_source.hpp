#pragma once

#include <functional>
#include <memory>
#include <mlops/azure/credential.hpp>
#include <string>

namespace mlops::azure {

/// One way to get a token. Every call asks the identity provider; keeping tokens is the Credential's work.
class TokenSource {
 public:
  virtual ~TokenSource() = default;
  virtual AccessToken fetch(const std::string& resource) = 0;
};

/// Where and as whom to ask.
struct Principal {
  std::string authority;  ///< with the final '/'
  std::string tenant_id;
  std::string client_id;
};

/// Client credentials grant with a secret.
std::unique_ptr<TokenSource> secret_source(Principal principal, core::Secret secret, agent::Services& services);

/// Client credentials grant with an assertion signed by a certificate's key; the PEM holds both. Throws core::Error
/// "connection-invalid" when it doesn't, or the key isn't RSA.
std::unique_ptr<TokenSource> certificate_source(Principal principal, const core::Secret& pem,
                                                agent::Services& services);

/// Client credentials grant with an assertion that Azure Pipelines issues for the running job.
std::unique_ptr<TokenSource> federation_source(Principal principal, std::string connection_id,
                                               agent::Services& services);

/// The identity of the machine that the agent runs on; an empty client id means its system-assigned one.
std::unique_ptr<TokenSource> managed_identity_source(std::string client_id, agent::Services& services);

/// Keeps one token per resource, renews it before it ends. When a renewal fails while the old token is still good, the
/// old one is handed out and the renewal tried again a little later.
std::unique_ptr<Credential> caching_credential(std::unique_ptr<TokenSource> source, agent::Services& services);

}  // namespace mlops::azure
