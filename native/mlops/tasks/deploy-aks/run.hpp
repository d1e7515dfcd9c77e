#pragma once

#include <mlops/agent/input.hpp>
#include <mlops/agent/services.hpp>
#include <string>

namespace mlops::tasks::deploy_aks {

/// Deploys the model; see docs/deploy.md.
std::string run(agent::Services& services, const agent::Inputs& inputs);

}  // namespace mlops::tasks::deploy_aks
