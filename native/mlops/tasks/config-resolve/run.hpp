#pragma once

#include <mlops/agent/input.hpp>
#include <mlops/agent/services.hpp>
#include <string>

namespace mlops::tasks::config_resolve {

/// The origin of the values that the input `overrides` gives.
inline constexpr const char* k_overrides_origin = "input overrides";

/// Reads the layers, resolves and checks them, prints the table, then writes the file and sets the variables. Nothing
/// is written or set before everything is checked, and nothing at all in a dry run.
std::string run(agent::Services& services, const agent::Inputs& inputs);

}  // namespace mlops::tasks::config_resolve
