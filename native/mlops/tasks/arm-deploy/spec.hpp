#pragma once

#include <mlops/agent/input.hpp>

namespace mlops::tasks::arm_deploy {

/// The task's table.
const agent::TaskSpec& spec();

}  // namespace mlops::tasks::arm_deploy
