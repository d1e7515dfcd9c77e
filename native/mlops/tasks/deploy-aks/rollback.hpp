#pragma once

#include <functional>
#include <mlops/aml/endpoints/online_endpoints.hpp>
#include <string>

namespace mlops::tasks::deploy_aks {

/// What a rollout has done so far that a failure must undo. Each is noted before the request is sent: a request without
/// an answer may have been carried out.
struct Undo {
  boost::json::value endpoint;  ///< as last read
  std::string endpoint_name;
  std::string deployment;
  aml::Traffic traffic;  ///< as it was
  bool restore_traffic = false;
  bool show_log = false;           ///< the deployment exists
  bool remove_deployment = false;  ///< it was made for this rollout
  bool remove_endpoint = false;    ///< this run made it
  std::function<void()> restore_tag;
};

/// Undoes it: traffic first, so that users are served again. Never throws: what can't be undone becomes a warning that
/// says what to do by hand, and the other steps are tried all the same. The model's tag goes back when the traffic
/// does. After a stop the requests are sent, but only the traffic is waited for, as long as the agent lets the task
/// live; when that isn't long enough, the deployment stays. The log is left out then. Returns whether everything could
/// be undone.
bool roll_back(agent::Services& services, aml::OnlineEndpoints& endpoints, const Undo& undo);

}  // namespace mlops::tasks::deploy_aks
