#pragma once

#include <mlops/emulator/execution/command_spec.hpp>
#include <mlops/emulator/execution/job_environment.hpp>
#include <mlops/emulator/execution/job_records.hpp>
#include <mlops/emulator/execution/python_environment.hpp>
#include <mlops/emulator/execution/slots.hpp>
#include <stop_token>

namespace mlops::emulator {

/// What running jobs share.
struct Workshop {
  Context& context;
  JobRecords& records;
  PythonEnvironments& environments;
  Slots& slots;
  Variables variables;  ///< that every process inherits
  /// Why jobs are stopped when nobody cancelled them; empty while the emulator goes on.
  std::function<std::string()> shutdown_reason = [] { return std::string(); };
};

/// Where the log of a job is: user_logs/std_log.txt among its artifacts.
std::filesystem::path std_log_file(const Context& context, const JobId& job);
inline constexpr const char* k_std_log = "user_logs/std_log.txt";

/// Where a named output of a job goes, as an address. Replaces ${{name}} and ${{output_name}} in the one it was given.
std::string output_uri(const JobId& job, const std::string& name, const JobOutput& output);

/// Runs a command from Preparing to its end and returns how it ended; the caller records that. Inputs are copied,
/// outputs are written where they stay, `outputs/` and `logs/` of the working folder become artifacts. Never throws.
JobResult run_command(Workshop& workshop, const JobId& job, const CommandSpec& spec, const std::stop_token& stop);

}  // namespace mlops::emulator
