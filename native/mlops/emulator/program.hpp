#pragma once

#include <mlops/emulator/settings.hpp>
#include <optional>
#include <string>

namespace mlops::emulator {

/// The whole life of aml-emulator: options, the ready line, serving until a signal. Exit code 0 after a signal or
/// --help, 1 when it can't start, 2 for wrong arguments. The only place that catches.
int run_program(int argc, const char* const* argv);

/// The settings of a command line; empty when there is nothing to run (`--help` and `--version` were printed, or wrong
/// arguments were complained about), with `exit_code` set. Throws core::Error "argument-invalid".
std::optional<Settings> parse_arguments(int argc, const char* const* argv, int& exit_code);

}  // namespace mlops::emulator
