#pragma once

#include <map>
#include <mlops/emulator/execution/command_job.hpp>
#include <mlops/emulator/execution/pipeline_graph.hpp>
#include <mutex>
#include <stop_token>
#include <string>

namespace mlops::emulator {

/// With which each job under way can be stopped.
class Stops {
 public:
  /// Of a job that begins.
  std::stop_source add(const JobId& job);
  void remove(const JobId& job);
  /// False when the job isn't under way.
  bool request(const JobId& job);
  void request_all();

 private:
  std::mutex m_mutex;
  std::map<std::string, std::stop_source> m_sources;  ///< by workspace and job
};

/// Where the log of a pipeline job is among its artifacts.
inline constexpr const char* k_pipeline_log = "logs/azureml/executionlogs.txt";

/// Runs the steps of a pipeline, as many at once as their bindings allow, and returns how it ended. Each step is a
/// child job of its own. When one fails the others are cancelled, unless the pipeline's settings say to go on with
/// those that don't need it. Never throws.
JobResult run_pipeline(Workshop& workshop, Stops& stops, const JobId& job, const json::object& properties,
                       const std::stop_token& stop);

}  // namespace mlops::emulator
