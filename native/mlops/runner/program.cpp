#include <fmt/format.h>

#include <cstdio>
#include <mlops/core/error.hpp>
#include <mlops/runner/arguments.hpp>
#include <mlops/runner/emulator_process.hpp>
#include <mlops/runner/program.hpp>
#include <mlops/runner/run_setup.hpp>
#include <mlops/runner/session.hpp>
#include <mlops/runner/watch.hpp>

namespace mlops::runner {

namespace {

constexpr int k_wrong = 2;
constexpr int k_canceled = 130;

void complain(const std::exception& error) {
  fmt::print(stderr, "pipeline-run: {}\n", error.what());
}

void complete(Settings& settings) {
  const auto folder = program_folder();
  // A build of the source tree: the tasks' executables stand beside this one.
  if (fs::exists(folder / "config-resolve")) settings.binaries = folder;
  for (auto& shipped : shipped_tasks(folder)) settings.task_folders.push_back(std::move(shipped));
}

std::unique_ptr<EmulatorProcess> emulator_for(Settings& settings, const SourceInfo& source, const World& world) {
  if (!settings.emulator || settings.expand_only || settings.dry_run) return nullptr;
  auto emulator = start_emulator(find_emulator(program_folder()), runs_folder(source.folder) / "emulator",
                                 settings.workspaces, world.signals);
  settings.other_connections = emulator->connection_file();
  fmt::print(stderr, "Azure ML stand-in: {}\n", emulator->address());
  return emulator;
}

/// What a run depends on: the sources, those of its repositories, and the files of its options.
std::vector<fs::path> watched_paths(const Settings& settings, const SourceInfo& source) {
  std::vector<fs::path> paths{source.folder, settings.pipeline};
  for (const auto& [alias, folder] : settings.repositories) paths.push_back(folder);
  for (const auto& [name, file] : settings.variable_groups) paths.push_back(file);
  if (settings.environments) paths.push_back(*settings.environments);
  return paths;
}

/// Runs again and again until the user stops it; a pipeline that can't run is told of and waited for as well.
int run_and_watch(const Settings& settings, const SourceInfo& source, World& world) {
  const auto paths = watched_paths(settings, source);
  while (true) {
    auto before = Snapshot::of(paths, *world.processes);
    try {
      run_once(settings, source, world);
    } catch (const std::exception& error) {
      complain(error);
    }
    if (world.signals.requested()) return k_canceled;
    // Steps that work in the sources change them.
    if (settings.in_place) before = Snapshot::of(paths, *world.processes);
    fmt::print(stderr, "Waiting for a change; Ctrl-C ends.\n");
    const auto changed = wait_for_change(before, paths, *world.processes, world.signals, world.signals);
    if (!changed) return k_canceled;
    fmt::print(stderr, "Changed: {}\n", changed->lexically_proximate(source.folder).string());
  }
}

}  // namespace

int run_program(int argc, const char* const* argv) {
  try {
    int exit_code = 0;
    auto settings = parse_arguments(argc, argv, exit_code);
    if (!settings) return exit_code;
    World world;
    complete(*settings);
    const auto source = source_of(*settings, *world.processes);
    const auto emulator = emulator_for(*settings, source, world);
    return settings->watch ? run_and_watch(*settings, source, world) : run_once(*settings, source, world);
  } catch (const core::Cancelled&) {
    return k_canceled;
  } catch (const std::exception& error) {
    complain(error);
    return k_wrong;
  }
}

}  // namespace mlops::runner
