#pragma once

#include <chrono>
#include <mlops/runner/execution/context.hpp>

namespace mlops::runner {

/// One run of a job's steps, ready to start: a job, an instance of its matrix, or a hook of its deployment.
struct JobInstance {
  const Stage* stage = nullptr;
  const Job* job = nullptr;
  const std::vector<Step>* steps = nullptr;
  std::string name;         ///< of the matrix's row or the hook; empty for a job that runs once
  std::string output_name;  ///< what stands before "step.variable" in the job's outputs; may be empty
  Pairs variables;          ///< of the row or the hook
  int position = 1;
  int total = 1;
  bool server = false;
  bool checkout = true;   ///< the sources are fetched when no step says otherwise
  bool download = false;  ///< all artifacts are fetched first, as in the deploy hook
  int stage_attempt = 1;
  bool began_after_stop = false;  ///< its condition held for a canceled run: nothing ends it before its own time
  boost::json::object contexts;   ///< "dependencies", "stageDependencies"
  std::string label;              ///< before each line on the console
};

/// Its place in a run, or that of one of its steps by number, as a Change has it.
std::vector<std::string> path_of(const JobInstance& instance, std::size_t step = 0);

/// What the steps of one job share.
struct JobState {
  JobState(RunContext& shared, const JobInstance& job_instance) : run(shared), instance(job_instance) {}

  RunContext& run;
  const JobInstance& instance;
  Variables variables;
  std::vector<std::string> path;  ///< folders from task.prependpath, the newest first
  Result result = Result::Succeeded;
  Outputs outputs;
  JobRecord record;
  std::vector<int> groups;  ///< process groups in which something still runs
  std::optional<std::chrono::steady_clock::time_point> deadline;
  bool timed_out = false;

  fs::path workspace;  ///< Pipeline.Workspace
  fs::path sources;
  fs::path temp;

  /// Whether the user has cancelled since the job's condition held, or the job's time is over.
  bool stopped() const;

  fs::path staging() const { return workspace / "a"; }

  fs::path binaries() const { return workspace / "b"; }

  fs::path test_results() const { return workspace / "TestResults"; }

  /// The sources, or the workspace where there are none.
  fs::path default_folder() const { return sources; }
};

/// Names and values of the job's variables for expressions.
boost::json::object variables_context(const Variables& variables);

}  // namespace mlops::runner
