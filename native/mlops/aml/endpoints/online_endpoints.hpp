#pragma once

#include <map>
#include <mlops/aml/workspace.hpp>
#include <mlops/core/secret.hpp>
#include <optional>
#include <string>
#include <vector>

namespace mlops::aml {

/// Percent of the requests by deployment.
using Traffic = std::map<std::string, std::int64_t>;

Traffic traffic_of(const json::value& endpoint);

/// What a scoring request brought.
struct ScoreAnswer {
  int status = 0;  ///< 0: no answer
  std::string body;
  std::string problem;  ///< why there was no answer
};

/// Online endpoints and their deployments in one workspace. Changes wait for the end of the operation.
class OnlineEndpoints {
 public:
  explicit OnlineEndpoints(Workspace& workspace) : m_workspace(workspace) {}

  std::optional<json::value> find(const std::string& endpoint);
  json::value put(const std::string& endpoint, const json::value& body);
  void remove(const std::string& endpoint, bool even_when_cancelled);

  std::vector<json::value> deployments(const std::string& endpoint);
  std::optional<json::value> find_deployment(const std::string& endpoint, const std::string& deployment);
  json::value put_deployment(const std::string& endpoint, const std::string& deployment, const json::value& body);
  void remove_deployment(const std::string& endpoint, const std::string& deployment, bool even_when_cancelled);
  /// The last lines of the scoring container's log.
  std::string logs(const std::string& endpoint, const std::string& deployment, int tail);

  /// Reads the endpoint and writes it back with this traffic; nothing else changes.
  void set_traffic(const std::string& endpoint, const Traffic& traffic, bool even_when_cancelled);

  /// Sends a request as a user of the model would; with a deployment's name to that one, else by the traffic.
  ScoreAnswer score(const json::value& endpoint, const std::string& deployment, const std::string& request);

 private:
  std::string path(const std::string& endpoint) const;
  std::string path(const std::string& endpoint, const std::string& deployment) const;
  core::Secret key_of(const json::value& endpoint);

  Workspace& m_workspace;
  std::map<std::string, core::Secret> m_keys;  ///< by endpoint
};

}  // namespace mlops::aml
