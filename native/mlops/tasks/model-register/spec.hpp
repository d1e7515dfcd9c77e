#pragma once

#include <mlops/agent/input.hpp>

namespace mlops::tasks::model_register {

/// The task's table.
const agent::TaskSpec& spec();

}  // namespace mlops::tasks::model_register
