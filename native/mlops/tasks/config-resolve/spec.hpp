#pragma once

#include <mlops/agent/input.hpp>

namespace mlops::tasks::config_resolve {

/// The task's table.
const agent::TaskSpec& spec();

}  // namespace mlops::tasks::config_resolve
