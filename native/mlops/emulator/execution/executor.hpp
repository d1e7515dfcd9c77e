#pragma once

#include <memory>
#include <mlops/emulator/context.hpp>
#include <string>

namespace mlops::emulator {

/// Runs jobs: command jobs as child processes, pipeline jobs as a graph of them. A job's state stands in its stored
/// resource (properties.status, startTime, endTime, error, outputs with their uri) and in its run, which MLflow and the
/// run history show. Child jobs of a pipeline are resources of kind "jobs" with properties.parentJobName.
///
/// A job that was under way when the emulator ended can't go on: restore() marks it Failed with that reason.
class JobExecutor {
 public:
  explicit JobExecutor(Context& context);
  ~JobExecutor();
  JobExecutor(const JobExecutor&) = delete;
  JobExecutor& operator=(const JobExecutor&) = delete;

  /// Settles what an earlier emulator left unfinished. Call it once before the first request.
  void restore();

  /// Starts a stored job that has the status NotStarted; returns at once. What is wrong with it makes it Failed.
  void submit(const Workspace& workspace, const std::string& job);

  /// Asks a job and its children to end; returns at once. The status is CancelRequested, then Canceled when every
  /// process is gone. Nothing happens to a job that has ended.
  void cancel(const Workspace& workspace, const std::string& job);

  /// Ends the job if need be and forgets its run, its children and its working folder; the stored job itself, its
  /// outputs and logs stay with the caller.
  void remove(const Workspace& workspace, const std::string& job);

  /// Ends every child process and all threads; jobs under way are Failed. May be called twice.
  void stop();

 private:
  class Implementation;
  std::unique_ptr<Implementation> m_implementation;
};

}  // namespace mlops::emulator
