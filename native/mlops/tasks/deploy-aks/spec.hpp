#pragma once

#include <mlops/agent/input.hpp>

namespace mlops::tasks::deploy_aks {

/// The task's table.
const agent::TaskSpec& spec();

}  // namespace mlops::tasks::deploy_aks
