#pragma once

#include <mlops/runner/settings.hpp>
#include <mlops/runner/variables/variables.hpp>

namespace mlops::runner {

/// Reads the variables of a group: a mapping of names to values, or to {value: ..., isSecret: true}. Throws core::Error
/// with the place.
std::vector<Variable> read_group(const fs::path& file);

}  // namespace mlops::runner
