#pragma once
// A workspace with one online endpoint at most, as far as deploy-aks asks it. Its state outlives the runs of the task,
// so that a run can be killed and the next one continue.

#include <boost/json.hpp>
#include <map>
#include <mlops/tasks/deploy-aks/run.hpp>
#include <mlops/tasks/deploy-aks/spec.hpp>
#include <mlops_test/azure_fixture.hpp>
#include <optional>
#include <set>
#include <string>
#include <vector>

namespace mlops::test {

namespace json = boost::json;

/// Thrown through the task like a SIGKILL: it is no std::exception, nothing cleans up.
struct Killed {};

/// What strikes when a step is reached.
enum class Fault {
  refuse,      ///< 400, not carried out
  fail_later,  ///< accepted, then Failed
  cancel,      ///< carried out, but the user has asked to stop
  kill,        ///< carried out, then the process is killed
};

class EndpointService {
 public:
  EndpointService();

  /// One run of the task with these inputs beside the usual ones; an empty value removes an input.
  std::string run(const std::map<std::string, std::string>& inputs = {}, bool dry_run = false);

  void add_model(const std::string& version, const std::map<std::string, std::string>& tags = {});
  void add_endpoint(const std::map<std::string, int>& traffic);
  /// A deployment made by the task earlier, or with `ours` false by somebody else.
  void add_deployment(const std::string& name, bool ours = true, const std::string& state = "Succeeded");

  std::vector<std::string> deployment_names() const;
  std::string traffic() const;  ///< as JSON
  std::string tag_of_model(const std::string& version) const;
  std::string deployment_tag(const std::string& deployment, const std::string& tag) const;
  /// The last value that the run gave an output variable; empty when it gave none.
  std::string output_variable(const std::string& name) const;

  bool has_endpoint() const { return m_endpoint.has_value(); }

  /// Changes that were asked for in the last run, by step and name: "put-deployment model-3".
  const std::vector<std::string>& steps() const { return m_steps; }

  std::map<std::string, Fault> faults;  ///< by step, each strikes once
  std::set<std::string> unhealthy;      ///< deployments that answer 500; "traffic": whichever, as the traffic goes
  std::string refused_traffic;          ///< a traffic, as JSON, that can't be set
  int polls_until_ready = 0;            ///< a new deployment is Creating for so many GETs
  int polls_until_traffic = 0;          ///< after a stop, the endpoint is Updating for so many GETs; -1: for ever
  std::string scoring_host = "https://cancer-ep.example";
  std::function<http::Response()> score_answer;  ///< instead of the deployment's own
  std::map<std::string, std::string> variables;  ///< of the pipeline
  std::function<void()> on_put_deployment;
  std::string output;  ///< of the last run
  std::vector<core::Milliseconds> sleeps;
  TemporaryFolder folder;
  std::map<std::string, json::object> deployments;
  std::optional<json::object> m_endpoint;

 private:
  http::Response handle(const http::Request& request);
  http::Response endpoint_request(const http::Request& request);
  http::Response deployment_request(const http::Request& request, const std::string& name);
  http::Response model_request(const http::Request& request, const std::string& rest);
  bool is_updating() const;
  http::Response put_deployment(const http::Request& request, const std::string& name);
  http::Response score(const http::Request& request);
  /// Notes the step; carries it out unless a fault is set that refuses it.
  http::Response step(const std::string& name, const std::string& what, const std::function<http::Response()>& action);

  AzureWorld* m_world = nullptr;  ///< of the run that goes on
  std::vector<std::string> m_steps;
  std::map<std::string, json::object> m_models;
  std::map<std::string, int> m_polls;
};

}  // namespace mlops::test
