#pragma once

#include <mlops/agent/input.hpp>

namespace mlops::tasks::quality_gate {

/// The task's table.
const agent::TaskSpec& spec();

}  // namespace mlops::tasks::quality_gate
