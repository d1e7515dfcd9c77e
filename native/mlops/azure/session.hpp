#pragma once

#include <memory>
#include <mlops/agent/input.hpp>
#include <mlops/agent/services.hpp>
#include <mlops/azure/cloud.hpp>
#include <mlops/azure/credential.hpp>
#include <mlops/http/client.hpp>

namespace mlops::azure {

/// What a task opens first: connection, cloud, credential, and transports with authorization and retries.
class Session {
 public:
  /// Reads the service connection of that id. Sends nothing yet.
  Session(agent::Services& services, const std::string& connection_id);
  ~Session();

  const agent::Connection& connection() const { return m_connection; }

  const Cloud& cloud() const { return m_cloud; }

  agent::Services& services() const { return m_services; }

  /// The connection's subscription; empty when it has none (management group or registry scope).
  std::string subscription_id() const { return m_connection.data("subscriptionid"); }

  /// Retries and authorization for a resource; made once per resource.
  http::Transport& transport_for(const std::string& resource);

  /// A token for a resource, where a request carries it in a header of its own. Throws as Credential::token does.
  core::Secret token(const std::string& resource) { return m_credential->token(resource); }

  /// Retries only: for addresses that carry their own signature (SAS).
  http::Transport& anonymous();

 private:
  struct Stacks;
  agent::Services& m_services;
  agent::Connection m_connection;
  Cloud m_cloud;
  std::unique_ptr<Credential> m_credential;
  std::unique_ptr<Stacks> m_stacks;
};

}  // namespace mlops::azure
