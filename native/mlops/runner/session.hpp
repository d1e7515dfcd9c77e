#pragma once

#include <memory>
#include <mlops/core/real_world.hpp>
#include <mlops/runner/execution/context.hpp>

namespace mlops::runner {

/// The real world, made once for the life of the program.
struct World {
  std::unique_ptr<core::Clock> clock = core::system_clock();
  std::unique_ptr<core::Environment> environment = core::process_environment();
  std::unique_ptr<core::Processes> processes = core::system_processes();
  std::unique_ptr<Children> children = system_children();
  std::unique_ptr<core::Output> output = core::standard_output();
  core::SignalCancellation signals;
};

/// The repository of the pipeline, or the folder of --sources.
SourceInfo source_of(const Settings& settings, core::Processes& processes);

/// Expands the pipeline once and does with it what the settings ask for: prints it, or runs it and leaves its report.
/// Returns the exit code. Throws core::Error for a pipeline that can't run.
int run_once(const Settings& settings, const SourceInfo& source, World& world);

}  // namespace mlops::runner
