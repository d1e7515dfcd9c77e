#pragma once

#include <functional>
#include <mlops/emulator/context.hpp>
#include <mlops/emulator/mlflow/runs.hpp>
#include <optional>
#include <string>

namespace mlops::emulator {

/// A job of a workspace.
struct JobId {
  Workspace workspace;
  std::string name;

  ResourceKey key() const { return {workspace.id, "jobs", name}; }
};

/// How a job ended.
struct JobResult {
  std::string status = "Completed";  ///< or Failed, Canceled
  std::string message = {};          ///< why, for Failed

  bool succeeded() const { return status == "Completed"; }

  static JobResult failed(std::string message) { return {"Failed", std::move(message)}; }
};

/// Whether a job with this status has ended for good.
bool is_terminal(const std::string& status);

/// Keeps a job's stored resource and its run in step.
class JobRecords {
 public:
  explicit JobRecords(Context& context) : m_context(context), m_runs(context.database, context.clock) {}

  /// The stored job; empty when it was deleted meanwhile.
  std::optional<Resource> find(const JobId& job) const { return m_context.store.find(job.key()); }

  std::string status(const JobId& job) const;

  /// Makes the experiment and the run of a stored job and fills in what the service adds to it.
  void begin(const JobId& job);
  /// Moves a job on. A job that has ended, or whose cancellation was asked for, stays as it is.
  void set_status(const JobId& job, const std::string& status);
  /// Marks a job that hasn't ended as CancelRequested; false when it has ended.
  bool request_cancel(const JobId& job);
  void finish(const JobId& job, const JobResult& result);
  void set_output_uri(const JobId& job, const std::string& output, const std::string& uri);
  /// Stores a child job of `parent` with this body, and makes its run.
  void add_child(const JobId& parent, const JobId& child, json::object body);
  /// The direct children, oldest first.
  std::vector<JobId> children(const JobId& job) const;

  /// The run of a job that is deleted.
  void forget(const JobId& job) { m_runs.remove(job.workspace.id, job.name); }

  Runs& runs() { return m_runs; }

 private:
  void follow(const JobId& job, const std::string& status, const std::string& message);

  Context& m_context;
  Runs m_runs;
};

}  // namespace mlops::emulator
