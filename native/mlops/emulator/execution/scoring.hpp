#pragma once

#include <memory>
#include <mlops/emulator/context.hpp>
#include <string>

namespace mlops::emulator {

/// Runs online deployments: each is a Python process that loads the scoring script (or an MLflow model), calls init()
/// and answers requests on a loopback port of its own. A process that ends by itself is started again a few times.
class Scoring {
 public:
  explicit Scoring(Context& context);
  ~Scoring();
  Scoring(const Scoring&) = delete;
  Scoring& operator=(const Scoring&) = delete;

  /// Starts the stored deployment {"deployments", endpoint, deployment} and returns when it answers; one that runs
  /// already is replaced after the new one is ready. Throws ServiceError with the reason and the end of its log.
  void start(const Workspace& workspace, const std::string& endpoint, const std::string& deployment);

  /// Ends its process and forgets it; nothing happens when there is none.
  void stop(const Workspace& workspace, const std::string& endpoint, const std::string& deployment);

  /// Sends a request to the deployment. What the scoring script answers comes back as it is when it succeeded; failures
  /// have the statuses of the endpoint's kind (managed: 408, 424, 503; Kubernetes: 502, 503, 504).
  Response score(const Workspace& workspace, const std::string& endpoint, const std::string& deployment,
                 const Request& request);

  /// The last lines of the log of "InferenceServer" (the default) or "StorageInitializer"; `tail` 0 is all of them.
  std::string logs(const Workspace& workspace, const std::string& endpoint, const std::string& deployment,
                   const std::string& container_type, int tail);

  /// Ends every process. May be called twice.
  void stop_all();

 private:
  class Implementation;
  std::unique_ptr<Implementation> m_implementation;
};

}  // namespace mlops::emulator
