#pragma once

#include <mlops/agent/services.hpp>
#include <mlops/aml/endpoints/online_endpoints.hpp>
#include <mlops/tasks/deploy-aks/options.hpp>
#include <string>

namespace mlops::tasks::deploy_aks {

/// Who is asked, and who should answer.
struct SmokeTarget {
  const boost::json::value& endpoint;
  std::string deployment;  ///< sent to this one whatever the traffic; empty: as the traffic goes
  std::string answerer;    ///< the deployment that must answer; empty: whichever
};

/// How the last attempt went; kept also when the test fails.
struct SmokeResult {
  int status = 0;  ///< 0: none
  int attempts = 0;
  std::string answer;  ///< shortened
};

/// Looks whether the endpoint's key may travel to its scoring address, before a deployment is made in vain: https, and
/// this machine's own addresses. Plain http elsewhere is a warning with `allow_insecure`, otherwise core::Error
/// "scoring-insecure". The connection's own token (aad_token) never goes there.
void accept_scoring_address(agent::Log& log, const boost::json::value& endpoint, bool allow_insecure);

/// Sends the sample request until it is answered as expected. What isn't ready yet (no answer, 408, 424, 429, 5xx, 404
/// of an endpoint that doesn't know the deployment yet, an answer from a deployment that had the traffic before) is
/// asked again after growing waits; what the deployment refuses, or a certificate that isn't trusted, is not. Throws
/// core::Error "smoke-test-failed" with the answer.
void smoke_test(agent::Services& services, aml::OnlineEndpoints& endpoints, const Options& options,
                const SmokeTarget& target, SmokeResult& result);

}  // namespace mlops::tasks::deploy_aks
