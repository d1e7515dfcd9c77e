#include <fmt/format.h>

#include <mlops/runner/execution/step_runner.hpp>
#include <mlops/runner/plan/conditions.hpp>
#include <mlops/runner/tasks/known.hpp>

namespace mlops::runner {

namespace {

using SteadyClock = std::chrono::steady_clock;
constexpr int k_most_retries = 10;  // the service's own limit

std::string replaced(const JobState& job, const std::string& text, const Origin& origin) {
  const auto expression = runtime_expression(text);
  if (expression.empty()) return job.variables.expand(text);
  Scope scope{.contexts = job.instance.contexts};
  scope.contexts["variables"] = variables_context(job.variables);
  see_start_time(scope, job.run.record.started);
  return job.run.evaluator.text(expression, scope, origin);
}

double number_of(const JobState& job, const std::string& text, std::string_view what, const Origin& origin) {
  const auto value = replaced(job, text, origin);
  try {
    std::size_t used = 0;
    const double number = std::stod(value, &used);
    if (used == value.size() && number >= 0) return number;
  } catch (const std::exception&) {  // reported below, with what was written
  }
  throw error_at(origin, "number-invalid", fmt::format("{} \"{}\" is not a number.", what, value));
}

/// Runs one step of a job.
class StepRunner {
 public:
  StepRunner(JobState& job, const Step& step, std::size_t number)
      : m_job(job), m_step(step), m_path(path_of(job.instance, number)) {
    m_record.name = step.name.empty() ? default_name(number) : step.name;
    m_record.display_name = job.run.masker.mask(job.variables.expand(step.display_name));
    m_record.task = step.task;
    const auto file = job.run.folders.logs() / file_name(job.instance.stage->name) / file_name(log_folder()) /
                      fmt::format("{:02}-{}.log", number, file_name(m_record.name));
    m_record.log = file.lexically_relative(job.run.folders.root).generic_string();
    m_log.emplace(job.run.console, job.run.masker, job.run.services.clock, job.instance.label, file);
    m_record.started = job.run.services.clock.now();
  }

  StepRecord run() {
    try {
      if (!should_run()) {
        m_record.result = Result::Skipped;
        m_log->line("Skipped: " + m_record.display_name);
      } else {
        tell(asks_a_person() ? Phase::approving : Phase::running);
        m_log->section("Starting: " + m_record.display_name);
        run_attempts();
        m_log->section(fmt::format("Finishing: {}{}", m_record.display_name, ending()));
      }
    } catch (const core::Error& error) {
      report(error);
    }
    m_record.time = std::chrono::duration_cast<core::Milliseconds>(m_job.run.services.clock.now() - m_record.started);
    tell(Phase::done);
    return std::move(m_record);
  }

 private:
  void tell(Phase phase) const {
    m_job.run.console.changed({.path = m_path,
                               .name = m_record.display_name,
                               .phase = phase,
                               .result = m_record.result,
                               .at = m_job.run.services.clock.now(),
                               .log = m_record.log});
  }

  bool asks_a_person() const {
    const auto* built_in = find_built_in(TaskReference(m_step.task), where());
    return built_in && built_in->asks;
  }

  Where where() const { return m_job.instance.server ? Where::server : Where::agent; }

  // As the service names a step without a name: after its task.
  std::string default_name(std::size_t number) const {
    const auto task = TaskReference(m_step.task).name;
    const auto& steps = *m_job.instance.steps;
    const auto same =
        std::count_if(steps.begin(), steps.begin() + std::min(number - 1, steps.size()), [&](const Step& other) {
          return other.name.empty() && core::equals_ignoring_case(TaskReference(other.task).name, task);
        });
    return same == 0 ? task : fmt::format("{}{}", task, same);
  }

  std::string log_folder() const {
    const auto& instance = m_job.instance;
    return instance.name.empty() ? instance.job->name : instance.job->name + "." + instance.name;
  }

  std::string ending() const {
    return m_record.result == Result::Succeeded ? "" : fmt::format(" ({})", to_string(m_record.result));
  }

  bool should_run() {
    if (is_false(replaced(m_job, m_step.enabled, m_step.origin))) return false;
    m_already_stopped = m_job.stopped();
    Scope scope{.contexts = {{"variables", variables_context(m_job.variables)}},
                .functions = step_status_functions(m_job.result, m_already_stopped)};
    return condition_holds(m_job.run.evaluator, m_step.condition, scope, m_step.condition_origin);
  }

  void run_attempts() {
    const auto retries = std::min<int>(
        k_most_retries, static_cast<int>(number_of(m_job, m_step.retries, "retryCountOnTaskFailure", m_step.origin)));
    Result result = run_once();
    for (int retry = 1; retry <= retries && result == Result::Failed && !m_job.stopped(); ++retry) {
      m_log->warning(fmt::format("The task failed; retry {} of {}.", retry, retries));
      m_job.run.services.sleeper.sleep(std::chrono::seconds(std::min(1 << (retry - 1), 10)));
      ++m_record.attempts;
      result = run_once();
    }
    const bool go_on = is_true(replaced(m_job, m_step.continue_on_error, m_step.origin));
    m_record.result = result == Result::Failed && go_on ? Result::SucceededWithIssues : result;
  }

  Result run_once() {
    const auto minutes = number_of(m_job, m_step.timeout_minutes, "timeoutInMinutes", m_step.origin);
    const auto deadline = SteadyClock::now() + std::chrono::milliseconds(static_cast<long>(minutes * 60'000));
    bool timed_out = false;
    StepCommands commands(m_job, m_record, *m_log, {{m_step.settable_variables, m_step.restricted_commands}});
    StepRun run{m_job, m_step, {}, *m_log, commands, [&] {
                  timed_out = timed_out || (minutes > 0 && SteadyClock::now() > deadline);
                  return timed_out || (!m_already_stopped && m_job.stopped());
                }};
    for (const auto& [name, value] : m_step.inputs) run.inputs.emplace_back(name, m_job.variables.expand(value));
    Result result = Result::Failed;
    try {
      result = handle(run);
    } catch (const core::Cancelled&) {
      result = Result::Canceled;
    } catch (const core::Error& error) {
      commands.issue("error", error.what(), error.code());
    } catch (const std::filesystem::filesystem_error& error) {
      commands.issue("error", error.what(), "file-system");
    }
    if (timed_out) {
      commands.issue("error", "The task has timed out.", "timed-out");
      result = Result::Failed;
    }
    const auto all = worse(result, commands.result());
    // A task that was told to stop says that it failed.
    return all == Result::Failed && !timed_out && !m_already_stopped && m_job.stopped() ? Result::Canceled : all;
  }

  Result handle(StepRun& run) {
    const TaskReference reference(m_step.task);
    if (is_left_out(m_step, m_job.run.settings.skipped_tasks)) {
      run.log.line(fmt::format("Left out (--skip-task {}).", reference.name));
      return Result::Skipped;
    }
    const auto* folder = m_job.run.tasks.find(reference);
    if (folder && folder->runs_on(to_string(where()))) {
      return where() == Where::agent ? run_node_task(run, *folder) : run_server_task(run, *folder);
    }
    if (const auto* built_in = find_built_in(reference, where())) return built_in->handler(run);
    throw unknown_task(m_step, where(), m_job.run.tasks);
  }

  void report(const core::Error& error) {
    StepCommands commands(m_job, m_record, *m_log, {});
    commands.issue("error", error.what(), error.code());
    m_record.result = Result::Failed;
  }

  JobState& m_job;
  const Step& m_step;
  std::vector<std::string> m_path;
  StepRecord m_record;
  std::optional<StepLog> m_log;
  bool m_already_stopped = false;  ///< when the condition was asked: it runs all the same, by always()
};

}  // namespace

void run_steps(JobState& job, const std::vector<Step>& steps) {
  std::size_t number = job.record.steps.size();
  for (const auto& step : steps) {
    expand_variables(job);  // a step may have set what others are made of
    auto record = StepRunner(job, step, ++number).run();
    job.result = worse(job.result, record.result);
    job.variables.provide("Agent.JobStatus", std::string(to_string(job.result)));
    job.record.steps.push_back(std::move(record));
  }
}

}  // namespace mlops::runner
