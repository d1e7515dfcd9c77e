#pragma once
// execution: stages, jobs and steps as they run, on threads of their own.

#include <mlops/http/transport.hpp>
#include <mlops/runner/approvals.hpp>
#include <mlops/runner/build_number.hpp>
#include <mlops/runner/evaluation.hpp>
#include <mlops/runner/logging/console.hpp>
#include <mlops/runner/model/pipeline.hpp>
#include <mlops/runner/process/child_process.hpp>
#include <mlops/runner/report/records.hpp>
#include <mlops/runner/settings.hpp>
#include <mlops/runner/tasks/artifacts.hpp>
#include <mlops/runner/tasks/task_folders.hpp>
#include <mlops/runner/variables/connections.hpp>
#include <mlops/runner/variables/variables.hpp>

namespace mlops::runner {

/// The world as a run sees it.
struct Services {
  const core::Clock& clock;
  core::Sleeper& sleeper;
  const core::Cancellation& cancellation;
  const core::Environment& environment;
  core::Processes& processes;
  Children& children;
  http::Transport& transport;
  core::Output& output;
};

/// The repository that holds the pipeline.
struct SourceInfo {
  fs::path folder;
  std::string commit = std::string(40, '0');
  std::string branch = "refs/heads/main";
};

/// What all jobs of a run share. Members after `mutex` are changed under it alone.
struct RunContext {
  const Settings& settings;
  Services services;
  const Evaluator& evaluator;
  const Pipeline& pipeline;
  RunFolders folders;
  SourceInfo source;
  Masker& masker;
  Console& console;
  Approvals& approvals;
  ArtifactStore& artifacts;
  const TaskFolders& tasks;
  const Connections& connections;
  Counters& counters;
  std::map<std::string, std::vector<Variable>> groups;  ///< variable groups by name

  std::mutex mutex;
  RunRecord record;
};

}  // namespace mlops::runner
