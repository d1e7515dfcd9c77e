#pragma once

#include <mlops/agent/input.hpp>
#include <mlops/agent/services.hpp>
#include <string>

namespace mlops::tasks::arm_deploy {

/// Validates, tells the changes of, or deploys a template. A stop cancels the deployment.
std::string run(agent::Services& services, const agent::Inputs& inputs);

}  // namespace mlops::tasks::arm_deploy
