#pragma once

#include <mlops/emulator/store/store.hpp>
#include <string>
#include <vector>

namespace mlops::emulator {

/// The number after the highest among the versions of an asset; those that are no whole number don't count.
std::string next_version(const std::vector<Resource>& versions);

}  // namespace mlops::emulator
