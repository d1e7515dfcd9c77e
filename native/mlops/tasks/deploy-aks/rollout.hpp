#pragma once

#include <functional>
#include <mlops/aml/endpoints/online_endpoints.hpp>
#include <mlops/tasks/deploy-aks/documents.hpp>
#include <mlops/tasks/deploy-aks/model_tag.hpp>
#include <mlops/tasks/deploy-aks/options.hpp>
#include <mlops/tasks/deploy-aks/plan.hpp>
#include <mlops/tasks/deploy-aks/progress.hpp>
#include <mlops/tasks/deploy-aks/rollback.hpp>
#include <mlops/tasks/deploy-aks/smoke_test.hpp>
#include <string>

namespace mlops::tasks::deploy_aks {

enum class Result { unchanged, live, rolled_back, rollback_failed };

/// How a rollout went, filled in as it goes: what is there after a failure is true as well.
struct Outcome {
  Result result = Result::unchanged;
  json::value endpoint;  ///< as it was last read
  std::string deployment;
  bool adopted = false;   ///< the deployment was there already
  bool returned = false;  ///< and gets the traffic back: action rollback
  aml::Traffic before;
  aml::Traffic after;
  SmokeResult alone;       ///< the smoke test before the traffic
  SmokeResult in_traffic;  ///< and the one after
  std::vector<std::string> removed;
  bool leftovers = false;  ///< old deployments that could not be deleted
};

/// One blue/green rollout: a new deployment without traffic, smoke test, traffic, smoke test as the traffic goes, the
/// model's tag; then the old deployments go. Whatever fails before that, also a stop, is undone. A run that was killed
/// is continued by the next one: docs/deploy.md says how.
class Rollout {
 public:
  Rollout(aml::Workspace& workspace, const Options& options, const Documents& documents, Outcome& outcome);

  void run();

 private:
  void ensure_endpoint();
  void create_endpoint();
  void look_around();
  void choose_deployment();
  void choose_earlier();
  void note_return();
  void take_deployment(const std::string& name, Existing existing, const std::optional<json::value>& there);
  void reconcile_tag();
  void check_scoring_address();
  void ensure_deployment();
  void create_deployment();
  void test_deployment();
  void shift_traffic();
  void test_in_traffic();
  void tag_model();
  void commit();
  void remove_old();
  void undo();

  std::vector<std::string> wanted_names() const;
  std::optional<json::value> settled(const std::string& what, const std::function<std::optional<json::value>()>& find);

  bool has_sample() const { return !m_options.sample_request.empty(); }

  aml::Workspace& m_workspace;
  agent::Services& m_services;
  agent::Log& m_log;
  const Options& m_options;
  const Documents& m_documents;
  Outcome& m_outcome;
  aml::OnlineEndpoints m_endpoints;
  Progress m_progress;
  std::optional<ModelTag> m_tag;
  Undo m_undo;

  std::string m_hash;
  std::vector<json::value> m_deployments;  ///< at the start
  Existing m_existing = Existing::none;
  json::value m_deployment;  ///< as it was last read
};

}  // namespace mlops::tasks::deploy_aks
