#pragma once

#include <mlops/agent/input.hpp>
#include <mlops/agent/services.hpp>
#include <string>

namespace mlops::tasks::model_register {

/// Registers the model, or finds the version that an earlier attempt of this run registered.
std::string run(agent::Services& services, const agent::Inputs& inputs);

}  // namespace mlops::tasks::model_register
