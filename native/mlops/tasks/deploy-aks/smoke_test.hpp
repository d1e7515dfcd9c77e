#pragma once

#include <mlops/agent/services.hpp>
#include <mlops/aml/endpoints/online_endpoints.hpp>
#include <mlops/tasks/deploy-aks/options.hpp>
#include <string>

namespace mlops::tasks::deploy_aks {

/// Sends the sample request to a deployment (empty name: by the traffic) until it is answered as expected. A
/// deployment that isn't ready yet (no answer, 404, 408, 424, 429, 5xx) is asked again after growing waits. Returns the
/// status; throws core::Error "smoke-test-failed" with the answer.
int smoke_test(agent::Services& services, aml::OnlineEndpoints& endpoints, const boost::json::value& endpoint,
               const std::string& deployment, const Options& options);

}  // namespace mlops::tasks::deploy_aks
