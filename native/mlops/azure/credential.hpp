#pragma once

#include <memory>
#include <mlops/agent/connection.hpp>
#include <mlops/agent/services.hpp>
#include <mlops/azure/cloud.hpp>
#include <mlops/core/secret.hpp>
#include <string>

namespace mlops::azure {

struct AccessToken {
  core::Secret value;
  core::SystemTime expires;
};

/// Gets access tokens; keeps one per resource and renews it five minutes before it ends, for as long as a wait lasts.
/// Safe to use from several threads.
class Credential {
 public:
  virtual ~Credential() = default;
  /// A valid token for a resource such as "https://management.azure.com/". Throws core::Error "credential-rejected"
  /// with the identity provider's code (AADSTS...) and what to do.
  virtual core::Secret token(const std::string& resource) = 0;
  /// Forgets the token of a resource, after the service refused it (401).
  virtual void forget(const std::string& resource) = 0;
};

/// The credential of a service connection by its scheme: service principal with secret or certificate, workload
/// identity federation (a new assertion from the pipeline for every token), managed identity. Secrets are registered
/// with the log first.
std::unique_ptr<Credential> credential_of(const agent::Connection& connection, const Cloud& cloud,
                                          agent::Services& services);

/// Puts `Authorization: Bearer` on each request; after a 401 gets a new token and sends it once more.
std::unique_ptr<http::Transport> with_authorization(http::Transport& next, Credential& credential,
                                                    std::string resource);

}  // namespace mlops::azure
