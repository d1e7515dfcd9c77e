#include <fmt/format.h>

#include <algorithm>
#include <condition_variable>
#include <mlops/core/error.hpp>
#include <mlops/core/hash.hpp>
#include <mlops/core/text.hpp>
#include <mlops/emulator/execution/output_assets.hpp>
#include <mlops/emulator/execution/pipeline_job.hpp>
#include <mlops/emulator/execution/step_spec.hpp>
#include <thread>

namespace mlops::emulator {

namespace {

std::string key_of(const JobId& job) {
  return job.workspace.id + '\n' + job.name;
}

/// One run of one pipeline. The coordinating thread starts steps; each runs in a thread of its own.
class PipelineRun {
 public:
  PipelineRun(Workshop& workshop, Stops& stops, const JobId& job, const json::object& properties,
              const std::stop_token& stop)
      : m_workshop(workshop),
        m_stops(stops),
        m_job(job),
        m_properties(properties),
        m_stop(stop),
        m_log(workshop.context.blobs.path_of(job.workspace.artifact_container(), artifact_path(job.name)) /
              k_pipeline_log) {}

  ~PipelineRun() {
    for (auto& thread : m_threads) thread.join();
  }

  PipelineRun(const PipelineRun&) = delete;
  PipelineRun& operator=(const PipelineRun&) = delete;

  JobResult run() {
    m_workshop.records.set_status(m_job, "Preparing");
    m_spec = parse_pipeline(m_properties);
    std::map<std::string, std::string> uris;
    for (auto& [name, output] : m_spec.outputs) {
      uris[name] = output.uri = output_uri(m_job, name, output);
      m_workshop.records.set_output_uri(m_job, name, output.uri);
    }
    m_workshop.records.set_status(m_job, "Running");
    const std::stop_callback on_stop(m_stop, [this] { cancel_steps(); });
    coordinate();
    for (auto& thread : m_threads) thread.join();
    m_threads.clear();
    const JobResult result = verdict();
    if (result.succeeded()) register_outputs(m_workshop.context, m_job, m_spec.outputs, uris);
    return result;
  }

  void say(const std::string& text) const {
    m_log.say(fmt::format("[{}] {}", core::to_iso8601(m_workshop.context.clock.now()), text));
  }

 private:
  void coordinate() {
    std::unique_lock held(m_mutex);
    while (true) {
      if (!m_stop.stop_requested() && !m_giving_up) start_what_is_ready(held);
      if (m_running.empty()) break;
      m_changed.wait(held);
    }
  }

  void start_what_is_ready(std::unique_lock<std::mutex>& held) {
    std::vector<const PipelineStep*> ready;
    for (const auto& step : m_spec.steps) {
      const bool waits = m_results.count(step.name) == 0 && m_running.count(step.name) == 0;
      const bool fed = std::all_of(step.after.begin(), step.after.end(), [&](const std::string& name) {
        const auto result = m_results.find(name);
        return result != m_results.end() && result->second.succeeded();
      });
      if (waits && fed) ready.push_back(&step);
    }
    if (ready.empty()) return;
    say(fmt::format("Submitting {} runs, first five are: {}", ready.size(), first_names(ready)));
    for (const PipelineStep* step : ready) {
      const JobId child{m_job.workspace, core::random_uuid()};
      m_running[step->name] = child;
      const StepOutputs outputs = m_outputs;
      m_threads.emplace_back([this, step, child, outputs] { run_step(*step, child, outputs); });
    }
    held.unlock();
    held.lock();
  }

  static std::string first_names(const std::vector<const PipelineStep*>& steps) {
    std::vector<std::string> names;
    for (std::size_t i = 0; i < steps.size() && i < 5; ++i) names.push_back(steps[i]->name);
    return core::join(names, ",");
  }

  void run_step(const PipelineStep& step, const JobId& child, const StepOutputs& outputs) {
    JobResult result;
    StepSpec spec;
    try {
      spec = specify_step(m_workshop.context, m_job.workspace, step, m_spec.inputs, outputs, m_spec.outputs);
      result = run_child(step, child, spec);
    } catch (const core::Error& error) {
      result = JobResult::failed(error.what());
    } catch (const std::exception& error) {
      result = JobResult::failed(fmt::format("aml-emulator can't run the step: {}", error.what()));
    }
    const std::lock_guard held(m_mutex);
    say(fmt::format("Completing processing of step {} (run id {}): {}.", step.name, child.name, result.status));
    for (const auto& [name, output] : spec.outputs) {
      m_outputs[step.name + '.' + name] = {.type = output.type, .value = output_uri(child, name, output)};
    }
    if (result.status == "Failed" && !m_spec.continue_on_step_failure && !m_giving_up) {
      say("Execution of experiment failed, update experiment status and cancel running nodes.");
      m_giving_up = true;
      for (const auto& [name, other] : m_running) {
        if (name != step.name) cancel_step(other);
      }
    }
    m_running.erase(step.name);
    m_results[step.name] = std::move(result);
    m_changed.notify_all();
  }

  JobResult run_child(const PipelineStep& step, const JobId& child, const StepSpec& spec) {
    const json::object body = child_body(m_job, m_properties, step.name, spec);
    m_workshop.records.add_child(m_job, child, body);
    const std::stop_source source = m_stops.add(child);
    {
      const std::lock_guard held(m_mutex);  // a stop that came before the child could be told of it
      if (m_giving_up || m_stop.stop_requested()) cancel_step(child);
    }
    const std::stop_token token = source.get_token();
    JobResult result = spec.is_pipeline
                           ? run_pipeline(m_workshop, m_stops, child, body.at("properties").as_object(), token)
                           : run_command(m_workshop, child, command_of(spec), token);
    m_stops.remove(child);
    m_workshop.records.finish(child, result);
    return result;
  }

  void cancel_step(const JobId& child) {
    if (m_workshop.shutdown_reason().empty()) m_workshop.records.request_cancel(child);
    m_stops.request(child);
  }

  void cancel_steps() {
    std::vector<JobId> running;
    {
      const std::lock_guard held(m_mutex);
      for (const auto& [name, child] : m_running) running.push_back(child);
    }
    for (const auto& child : running) cancel_step(child);
    m_changed.notify_all();
  }

  JobResult verdict() const {
    if (m_stop.stop_requested()) {
      const std::string reason = m_workshop.shutdown_reason();
      return reason.empty() ? JobResult{"Canceled", ""} : JobResult::failed(reason);
    }
    std::vector<std::string> failed;
    std::string reasons;
    for (const auto& [name, result] : m_results) {
      const bool victim = m_giving_up && result.status == "Canceled";
      if (result.succeeded() || victim) continue;
      failed.push_back('/' + name);
      reasons += fmt::format("\n{}: {}", name, result.message.empty() ? "The step was canceled." : result.message);
    }
    if (failed.empty()) return {};
    return JobResult::failed(
        fmt::format("Pipeline has failed child jobs. Failed nodes: {}. For more details and logs, "
                    "please go to the job detail page and check the child jobs.{}",
                    core::join(failed, ", "), reasons));
  }

  Workshop& m_workshop;
  Stops& m_stops;
  const JobId& m_job;
  const json::object& m_properties;
  const std::stop_token& m_stop;
  TextLog m_log;
  PipelineSpec m_spec;
  std::mutex m_mutex;
  std::condition_variable m_changed;
  std::map<std::string, JobId> m_running;      ///< by step
  std::map<std::string, JobResult> m_results;  ///< of the steps that ended
  StepOutputs m_outputs;                       ///< of the steps that ended
  bool m_giving_up = false;
  std::vector<std::thread> m_threads;
};

}  // namespace

std::stop_source Stops::add(const JobId& job) {
  const std::lock_guard held(m_mutex);
  return m_sources[key_of(job)] = std::stop_source();
}

void Stops::remove(const JobId& job) {
  const std::lock_guard held(m_mutex);
  m_sources.erase(key_of(job));
}

bool Stops::request(const JobId& job) {
  std::optional<std::stop_source> source;
  {
    const std::lock_guard held(m_mutex);
    const auto found = m_sources.find(key_of(job));
    if (found != m_sources.end()) source = found->second;
  }
  if (source) source->request_stop();  // outside the lock: what it calls may ask us again
  return source.has_value();
}

void Stops::request_all() {
  std::vector<std::stop_source> sources;
  {
    const std::lock_guard held(m_mutex);
    for (const auto& [key, source] : m_sources) sources.push_back(source);
  }
  for (auto& source : sources) source.request_stop();
}

JobResult run_pipeline(Workshop& workshop, Stops& stops, const JobId& job, const json::object& properties,
                       const std::stop_token& stop) {
  try {
    PipelineRun run(workshop, stops, job, properties, stop);
    JobResult result;
    try {
      result = run.run();
    } catch (const core::Error& error) {
      result = JobResult::failed(error.what());
    }
    run.say(result.message.empty() ? "Pipeline is " + result.status + '.' : result.message);
    return result;
  } catch (const std::exception& error) {
    return JobResult::failed(fmt::format("aml-emulator can't run the pipeline: {}", error.what()));
  }
}

}  // namespace mlops::emulator
