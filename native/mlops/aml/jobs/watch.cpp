#include <fmt/format.h>

#include <algorithm>
#include <mlops/aml/jobs/create.hpp>
#include <mlops/aml/jobs/watch.hpp>
#include <mlops/aml/json_access.hpp>
#include <mlops/http/transport.hpp>

namespace mlops::aml {

namespace {

using std::chrono::milliseconds;

// A job that says nothing is asked less often.
constexpr milliseconds k_longest_poll{30'000};
constexpr milliseconds k_quiet_before_slower{120'000};
constexpr auto k_longest_trouble = std::chrono::minutes(15);

bool is_transient(const core::Error& error) {
  if (const auto* failure = dynamic_cast<const http::TransportError*>(&error)) return failure->retryable();
  const auto* place = std::get_if<core::RequestPlace>(&error.place());
  return place && (place->status == 0 || place->status == 408 || place->status == 429 || place->status >= 500);
}

}  // namespace

JobWatcher::JobWatcher(Workspace& workspace, std::string job, WatchOptions options)
    : m_workspace(workspace), m_job(std::move(job)), m_options(options), m_logs(workspace) {
  m_root.name = m_job;
}

JobResult JobWatcher::wait() {
  try {
    return watch();
  } catch (const core::Cancelled&) {
    agent::Log& log = m_workspace.services().log;
    if (m_options.cancel_on_abort) {
      cancel_job(m_workspace, m_job);
    } else {
      log.info(fmt::format("The job {} goes on in Azure ML.", m_job));
    }
    throw;
  }
}

JobResult JobWatcher::watch() {
  agent::Services& services = m_workspace.services();
  m_begin = services.clock.now();
  while (true) {
    services.cancellation.check();
    m_changed = false;
    try {
      const bool ended = look();
      m_trouble_since.reset();
      if (ended) return result();
    } catch (const core::Cancelled&) {
      throw;
    } catch (const core::Error& error) {
      tolerate(error);
    }
    give_up_if_late();
    pause(m_changed);
  }
}

bool JobWatcher::look() {
  const auto details = run_details(m_workspace, m_job);
  if (!details) return look_at_resource();
  const std::string name = m_root.name;
  m_root = details->run;
  m_root.name = name;
  const bool ended = is_final(m_root.status);
  if (!ended) report_change(m_root, "");
  if (m_options.has_steps) look_at_steps(ended);
  m_logs.follow(*details, "", ended);
  if (ended) {
    m_ended[m_job] = *details;
    report_change(m_root, "");
  }
  return ended;
}

// A job that was never queued may be missing in the history; the Resource Manager always knows it.
bool JobWatcher::look_at_resource() {
  const json::value job =
      m_workspace.manager().get(job_path(m_workspace.id(), m_job), k_api_version, fmt::format("the job \"{}\"", m_job));
  m_root.status = text_at(job, "properties.status");
  report_change(m_root, "");
  return is_final(m_root.status);
}

void JobWatcher::look_at_steps(bool last) {
  m_steps = child_runs(m_workspace, m_job);
  for (const auto& step : m_steps) {
    if (m_ended.count(step.name) != 0) continue;
    const std::string prefix = prefix_of(step);
    if (!is_final(step.status)) report_change(step, prefix);
    const bool idle = step.status == "NotStarted" || step.status == "Queued" || step.status == "Preparing";
    if (idle && !last) continue;
    const auto details = run_details(m_workspace, step.name);
    if (!details) continue;
    const bool ended = is_final(step.status) || last;
    m_logs.follow(*details, prefix, ended);
    if (!ended) continue;
    m_ended[step.name] = *details;
    report_change(step, prefix);
  }
}

std::string JobWatcher::prefix_of(const RunNode& step) const {
  const auto parent =
      std::find_if(m_steps.begin(), m_steps.end(), [&](const RunNode& other) { return other.name == step.parent; });
  return parent == m_steps.end() ? step.label() : prefix_of(*parent) + " / " + step.label();
}

void JobWatcher::report_change(const RunNode& run, const std::string& prefix) {
  std::string& known = m_states[run.name];
  if (known == run.status || run.status.empty()) return;
  known = run.status;
  m_changed = true;
  m_workspace.services().log.info(prefix.empty() ? fmt::format("Job {}: {}", m_job, run.status)
                                                 : fmt::format("Step {}: {}", prefix, run.status));
}

void JobWatcher::tolerate(const core::Error& error) {
  agent::Services& services = m_workspace.services();
  const auto now = services.clock.now();
  if (!m_trouble_since) {
    if (!is_transient(error)) throw error;
    m_trouble_since = now;
    services.log.warning(
        fmt::format("The state of the job can't be read for the moment, the wait goes on: {}", error.message()));
    return;
  }
  if (!is_transient(error) || now - *m_trouble_since > k_longest_trouble) throw error;
}

void JobWatcher::give_up_if_late() const {
  agent::Services& services = m_workspace.services();
  if (m_options.timeout.count() == 0 || services.clock.now() - m_begin < m_options.timeout) return;
  if (m_options.cancel_on_abort) cancel_job(m_workspace, m_job);
  const auto minutes = std::chrono::duration_cast<std::chrono::minutes>(m_options.timeout).count();
  throw core::Error("job-timeout", fmt::format("the job \"{}\" did not end within {} minutes.", m_job, minutes), {},
                    m_options.cancel_on_abort ? "It was cancelled. Raise timeoutMinutes (--timeout-minutes)."
                                              : "It goes on in Azure ML; a re-run of this pipeline adopts it.");
}

void JobWatcher::pause(bool changed) {
  milliseconds wait = m_options.poll;
  m_quiet = changed ? milliseconds(0) : m_quiet + wait;
  if (m_quiet > k_quiet_before_slower) wait = std::max(wait, std::min(k_longest_poll, m_quiet / 10));
  m_workspace.services().sleeper.sleep(wait);
}

JobResult JobWatcher::result() {
  JobResult result{m_root, m_steps, {}};
  std::vector<RunNode> failed;
  for (const auto& step : m_steps) {
    if (step.status == "Failed") failed.push_back(step);
  }
  if (failed.empty() && m_root.status == "Failed") failed.push_back(m_root);
  for (const auto& run : failed) {
    const RunDetails& details = m_ended[run.name];
    result.failures.push_back({run, details.error, m_logs.last_lines(details)});
  }
  return result;
}

}  // namespace mlops::aml
