#pragma once

#include <mlops/agent/input.hpp>
#include <mlops/agent/services.hpp>
#include <string>

namespace mlops::tasks::deploy_aks {

/// Deploys the model; see docs/deploy.md. Throws core::Error when the new deployment doesn't serve in the end; then
/// what served before serves again.
std::string run(agent::Services& services, const agent::Inputs& inputs);

}  // namespace mlops::tasks::deploy_aks
