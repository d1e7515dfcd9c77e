#pragma once

#include <map>
#include <mlops/agent/variables.hpp>
#include <mlops/core/secret.hpp>
#include <mlops/core/world.hpp>
#include <mlops/http/transport.hpp>
#include <string>

namespace mlops::agent {

/// A service connection as the agent passes it (ENDPOINT_URL_<id>, ENDPOINT_AUTH_<id>, ENDPOINT_DATA_<id>_<NAME>, ...).
/// Names of parameters and data compare without case.
class Connection {
 public:
  /// Reads the connection and removes its ENDPOINT_AUTH* variables from the environment. Throws core::Error
  /// "connection-missing" with the remedy when there is none of that id.
  static Connection read(core::Environment& environment, const std::string& id);

  const std::string& id() const { return m_id; }

  const std::string& url() const { return m_url; }

  const std::string& scheme() const { return m_scheme; }

  std::string data(const std::string& name) const;        ///< empty when absent
  core::Secret parameter(const std::string& name) const;  ///< empty when absent

  const std::map<std::string, core::Secret>& parameters() const { return m_parameters; }

 private:
  std::string m_id;
  std::string m_url;
  std::string m_scheme;
  std::map<std::string, core::Secret> m_parameters;  ///< by lower-case name
  std::map<std::string, std::string> m_data;         ///< by lower-case name
};

/// Proxy and certificates from the agent's settings: AGENT_PROXYURL, AGENT_PROXYUSERNAME, AGENT_PROXYPASSWORD,
/// AGENT_PROXYBYPASSLIST (JSON list of regular expressions), AGENT_CAINFO, AGENT_CLIENTCERT, AGENT_CLIENTCERTKEY,
/// AGENT_CLIENTCERTARCHIVE, AGENT_CLIENTCERTPASSWORD, AGENT_SKIPCERTVALIDATION; without an agent, from https_proxy,
/// no_proxy and SSL_CERT_FILE. The passwords are secret variables on an agent, and leave the environment. The launcher
/// names the task's folder in MLOPS_TASK_FOLDER; certificates.pem in it is the fallback for systems without any.
http::NetworkSettings network_settings(core::Environment& environment, const Variables& variables);

}  // namespace mlops::agent
