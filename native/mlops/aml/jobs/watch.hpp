#pragma once

#include <chrono>
#include <map>
#include <mlops/aml/jobs/log_follower.hpp>
#include <mlops/aml/jobs/run_history.hpp>
#include <mlops/aml/workspace.hpp>
#include <string>
#include <vector>

namespace mlops::aml {

struct WatchOptions {
  std::chrono::milliseconds poll{5'000};
  std::chrono::milliseconds timeout{0};  ///< zero: none
  bool cancel_on_abort = true;           ///< cancel the job when the user stops us or the time is over
  bool has_steps = true;                 ///< false spares the question for steps
};

/// A failed step with what explains it.
struct Failure {
  RunNode run;
  std::string message;  ///< the service's
  std::vector<std::string> last_lines;
};

/// How a job ended.
struct JobResult {
  RunNode job;
  std::vector<RunNode> steps;
  std::vector<Failure> failures;

  bool succeeded() const { return is_success(job.status); }
};

/// Waits for the end of a job, printing its logs and the states of its steps as they come. Failures of the network or
/// the service are lived through for a quarter of an hour. Throws core::Cancelled after cancelling the job,
/// core::Error "job-timeout", and what the service says for good.
class JobWatcher {
 public:
  JobWatcher(Workspace& workspace, std::string job, WatchOptions options);
  JobResult wait();

 private:
  JobResult watch();
  /// One look; true when the job has ended.
  bool look();
  bool look_at_resource();
  void look_at_steps(bool last);
  void report_change(const RunNode& run, const std::string& prefix);
  std::string prefix_of(const RunNode& step) const;
  void tolerate(const core::Error& error);
  void pause(bool changed);
  void give_up_if_late() const;
  JobResult result();

  Workspace& m_workspace;
  std::string m_job;
  WatchOptions m_options;
  LogFollower m_logs;
  core::SystemTime m_begin;
  std::optional<core::SystemTime> m_trouble_since;
  std::chrono::milliseconds m_quiet{0};
  std::map<std::string, std::string> m_states;  ///< printed last, by run
  std::map<std::string, RunDetails> m_ended;    ///< runs whose logs are read to the end
  std::vector<RunNode> m_steps;
  RunNode m_root;
  bool m_changed = false;
};

}  // namespace mlops::aml
