#pragma once

#include <chrono>
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

/// The service is still at work on the endpoint or deployment.
bool is_in_transition(const json::value& resource);

/// What a scoring request brought.
struct ScoreAnswer {
  int status = 0;  ///< 0: no answer
  std::string body;
  std::string problem;     ///< why there was no answer
  std::string deployment;  ///< the deployment that answered, as far as the service says so
  /// What the deployment's container answered where a managed endpoint turns it into 424; 0 otherwise.
  int container_status = 0;
};

/// The header of a request that is for one deployment, whatever the traffic; in an answer: who gave it.
inline constexpr const char* k_deployment_header = "azureml-model-deployment";

/// In a managed endpoint's answer of 424: the status of its container.
inline constexpr const char* k_container_status_header = "ms-azureml-model-error-statuscode";

/// The same endpoint with another traffic, as a PUT sends it: what only the service may say is left out.
json::object with_traffic(const json::value& endpoint, const Traffic& traffic);

/// Online endpoints and their deployments in one workspace. Changes wait for the end of the operation. Those that undo
/// something may be sent although the user asked to stop (`even_when_cancelled`); then nothing is waited for.
class OnlineEndpoints {
 public:
  explicit OnlineEndpoints(Workspace& workspace) : m_workspace(workspace) {}

  std::optional<json::value> find(const std::string& endpoint);
  json::value put(const std::string& endpoint, const json::value& body);
  void remove(const std::string& endpoint, bool even_when_cancelled);

  std::vector<json::value> deployments(const std::string& endpoint);
  std::optional<json::value> find_deployment(const std::string& endpoint, const std::string& deployment);
  json::value put_deployment(const std::string& endpoint, const std::string& deployment, const json::value& body);
  /// Replaces the tags; what the deployment runs is not touched.
  void set_deployment_tags(const std::string& endpoint, const std::string& deployment, const json::object& tags);
  void remove_deployment(const std::string& endpoint, const std::string& deployment, bool even_when_cancelled);
  /// The last lines of the scoring container's log, or, when it never started, of the container that fetches the model.
  std::string logs(const std::string& endpoint, const std::string& deployment, int tail);

  /// Writes the endpoint back as it was last read, with this traffic.
  json::value set_traffic(const json::value& endpoint, const Traffic& traffic, bool even_when_cancelled);

  /// Waits, also after a stop, until the service is done with the endpoint, but no longer than this. Returns whether it
  /// is.
  bool settles_within(const std::string& endpoint, std::chrono::milliseconds most);

  /// Sends a request as a user of the model would; with a deployment's name to that one, else by the traffic.
  /// With `allow_plain_http` the endpoint's key may travel in clear text; the connection's own token never does.
  /// Throws http::TransportError for what a repetition can't mend: an untrusted certificate, a plain http address.
  ScoreAnswer score(const json::value& endpoint, const std::string& deployment, const std::string& request,
                    bool allow_plain_http = false);

 private:
  std::string path(const std::string& endpoint) const;
  std::string path(const std::string& endpoint, const std::string& deployment) const;
  core::Secret key_of(const json::value& endpoint);

  Workspace& m_workspace;
  std::map<std::string, core::Secret> m_keys;  ///< by endpoint
};

}  // namespace mlops::aml
