#pragma once

#include <mlops/tasks/deploy-aks/documents.hpp>
#include <mlops/tasks/deploy-aks/rollout.hpp>
#include <string>

namespace mlops::tasks::deploy_aks {

/// The summary page: what serves, the traffic before and now, the smoke tests. `failure` is empty after a success.
std::string summary(const Documents& documents, const Outcome& outcome, const std::string& failure);

/// Sets the outputs and uploads the summary.
void report(agent::Services& services, const Documents& documents, const Outcome& outcome);

/// The same as far as it goes; never throws, so that the failure itself is what is seen.
void report_failure(agent::Services& services, const Documents& documents, const Outcome& outcome,
                    const core::Error& failure);

}  // namespace mlops::tasks::deploy_aks
