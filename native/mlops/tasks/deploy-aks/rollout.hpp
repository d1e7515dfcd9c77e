#pragma once

#include <mlops/agent/services.hpp>
#include <mlops/aml/endpoints/compile.hpp>
#include <mlops/aml/endpoints/online_endpoints.hpp>
#include <mlops/tasks/deploy-aks/options.hpp>
#include <mlops/tasks/deploy-aks/plan.hpp>
#include <string>

namespace mlops::tasks::deploy_aks {

/// How a rollout ended.
struct Outcome {
  json::value endpoint;  ///< as it is now
  std::string deployment;
  bool adopted = false;  ///< the deployment was there already
  aml::Traffic before;
  aml::Traffic after;
  int smoke_status = 0;  ///< 0: no smoke test
};

/// One blue/green rollout: a new deployment without traffic, smoke test, traffic, smoke test by traffic. Whatever fails,
/// also a cancel, is undone: the traffic becomes what it was, the new deployment and an endpoint made by this run are
/// deleted; then the error goes on to the caller. A run that was killed is continued by the next one.
class Rollout {
 public:
  Rollout(agent::Services& services, aml::OnlineEndpoints& endpoints, const Options& options);

  /// The deployment's name is chosen by the model's version unless the options name one. The body gets our tags.
  Outcome run(const aml::CompiledEndpoint& endpoint, aml::CompiledEndpoint deployment,
              const std::string& model_version);

 private:
  void ensure_endpoint(const aml::CompiledEndpoint& endpoint);
  std::string choose_name(const std::string& model_version, const std::string& hash);
  Existing settle(const std::string& hash);
  void ensure_deployment(const json::object& body, const std::string& hash);
  void shift_traffic();
  void roll_back();
  void attempt(const std::string& what, const std::function<void()>& step);

  agent::Services& m_services;
  aml::OnlineEndpoints& m_endpoints;
  const Options& m_options;
  std::string m_endpoint;
  Outcome m_outcome;
  bool m_endpoint_is_new = false;
  bool m_deployment_is_ours = false;  ///< may be deleted by a rollback
  bool m_traffic_touched = false;
};

}  // namespace mlops::tasks::deploy_aks
