#pragma once

#include <mlops/runner/settings.hpp>

namespace mlops::runner {

/// The settings of a command line; empty when there is nothing to run (`--help` and `--version` were printed, or wrong
/// arguments were complained about), with `exit_code` set. Throws core::Error "argument-invalid".
std::optional<Settings> parse_arguments(int argc, const char* const* argv, int& exit_code);

}  // namespace mlops::runner
