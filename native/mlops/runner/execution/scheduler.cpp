#include <fmt/format.h>

#include <mlops/runner/execution/scheduler.hpp>
#include <mlops/runner/execution/step_runner.hpp>
#include <mlops/runner/plan/instances.hpp>

namespace mlops::runner {

Scheduler::Scheduler(RunContext& run, const std::vector<StageRecord>& earlier) : m_run(run) {
  const auto& stages = run.pipeline.stages;
  const auto graph = stage_graph(stages);
  for (std::size_t i = 0; i < stages.size(); ++i) {
    StageNode node{.stage = &stages[i], .graph = graph[i]};
    const auto jobs = job_graph(stages[i].jobs);
    for (std::size_t j = 0; j < stages[i].jobs.size(); ++j) {
      node.jobs.push_back({.job = &stages[i].jobs[j], .graph = jobs[j]});
    }
    node.record.name = stages[i].name;
    node.record.display_name = stages[i].display_name;
    m_stages.push_back(std::move(node));
  }
  select(earlier);
}

Scheduler::~Scheduler() {
  for (auto& thread : m_threads) {
    if (thread.joinable()) thread.join();
  }
}

Result Scheduler::run() {
  std::unique_lock held(m_mutex);
  while (true) {
    while (advance()) {
    }
    if (m_under_way == 0) break;
    // A stop comes without a notice: running steps see it by themselves, waiting jobs are looked at again.
    m_changed.wait_for(held, std::chrono::milliseconds(500));
  }
  held.unlock();
  for (auto& thread : m_threads) thread.join();
  m_threads.clear();
  Result result = Result::Succeeded;
  for (auto& stage : m_stages) {
    result = worse(result, stage.record.result);
    m_run.record.stages.push_back(std::move(stage.record));
  }
  return result;
}

bool Scheduler::advance() {
  bool changed = false;
  for (auto& stage : m_stages) changed = advance_stage(stage) || changed;
  return changed;
}

bool Scheduler::advance_stage(StageNode& stage) {
  if (stage.state == State::waiting) {
    const bool ready = std::all_of(stage.graph.ancestors.begin(), stage.graph.ancestors.end(),
                                   [&](auto index) { return m_stages[index].state == State::done; });
    if (!ready) return false;
    begin_stage(stage);
    return true;
  }
  if (stage.state != State::running) return false;
  bool changed = false;
  for (auto& job : stage.jobs) changed = advance_job(stage, job) || changed;
  const bool all_done =
      std::all_of(stage.jobs.begin(), stage.jobs.end(), [](const auto& job) { return job.state == State::done; });
  if (!all_done) return changed;
  end_stage(stage);
  return true;
}

void Scheduler::begin_stage(StageNode& stage) {
  try {
    const auto status = stage_status(stage);
    if (!holds(stage.stage->condition, stage.stage->condition_origin, status, stage_contexts(stage),
               {&m_run.pipeline.variables, &stage.stage->variables})) {
      stage.record.result = Result::Skipped;
      stage.record.reason = status.canceled ? "canceled" : "its condition does not hold";
      stage.state = State::done;
      if (!m_run.pipeline.single_stage)
        say(fmt::format("Stage {}: {}", stage.stage->name, to_string(stage.record.result)));
      tell(stage, Phase::done);
      return;
    }
    stage.began_after_stop = status.canceled;
  } catch (const core::Error& error) {
    return fail_stage(stage, error.what());
  }
  std::vector<std::string> environments;
  for (const auto& job : stage.jobs) {
    if (!job.selected || !job.job->deployment) continue;
    const auto& name = job.job->deployment->environment;
    const bool known = std::find(environments.begin(), environments.end(), name) != environments.end();
    if (!known && m_run.approvals.rules_of(name).approval) environments.push_back(name);
  }
  stage.state = environments.empty() ? State::running : State::approving;
  tell(stage, environments.empty() ? Phase::running : Phase::approving);
  if (!environments.empty()) ask_approvals(stage, environments);
}

// On a thread of its own: a person may take long, and other stages go on meanwhile.
void Scheduler::ask_approvals(StageNode& stage, const std::vector<std::string>& environments) {
  ++m_under_way;
  m_threads.emplace_back([this, &stage, environments] {
    std::vector<std::string> log;
    std::string refused;
    bool canceled = false;
    for (const auto& name : environments) {
      if (!refused.empty()) break;
      const auto decision = decide(name);
      log.push_back(fmt::format("{}: {} ({})", name,
                                decision.approved   ? "approved"
                                : decision.canceled ? "not decided"
                                                    : "rejected",
                                decision.how));
      say(fmt::format("Environment {}", log.back()));
      if (!decision.approved) refused = log.back();
      canceled = decision.canceled;
    }
    const std::lock_guard held(m_mutex);
    stage.record.approvals = log;
    --m_under_way;
    if (refused.empty()) {
      stage.state = State::running;
      tell(stage, Phase::running);
    } else {
      fail_stage(stage, "the environment " + refused);
      if (canceled) stage.record.result = Result::Canceled;
    }
    m_changed.notify_all();
  });
}

// A run that is canceled while somebody is asked was refused by nobody.
Decision Scheduler::decide(const std::string& environment) {
  try {
    return m_run.approvals.decide(environment, m_run.approvals.rules_of(environment).instructions);
  } catch (const core::Cancelled&) {
    return {.approved = false, .how = "the run was canceled", .canceled = true};
  }
}

void Scheduler::fail_stage(StageNode& stage, const std::string& why) {
  stage.record.result = Result::Failed;
  stage.record.reason = m_run.masker.mask(why);
  stage.state = State::done;
  say(fmt::format("##[error]Stage {}: {}", stage.stage->name, why));
  tell(stage, Phase::done);
}

bool Scheduler::advance_job(StageNode& stage, JobNode& job) {
  if (job.state == State::running) return start_instances(stage, job);
  if (job.state != State::waiting) return false;
  const bool ready = std::all_of(job.graph.ancestors.begin(), job.graph.ancestors.end(),
                                 [&](auto index) { return stage.jobs[index].state == State::done; });
  if (!ready) return false;
  begin_job(stage, job);
  return true;
}

void Scheduler::begin_job(StageNode& stage, JobNode& job) {
  job.state = State::done;
  if (!job.selected) return tell(stage, job, Phase::done);
  try {
    job.contexts = job_contexts(stage, job);
    const auto status = job_status(stage, job);
    job.began_after_stop = stage.began_after_stop || status.canceled;
    const std::vector<const std::vector<VariableEntry>*> levels{&m_run.pipeline.variables, &stage.stage->variables,
                                                                &job.job->variables};
    if (!holds(job.job->condition, job.job->condition_origin, status, job.contexts, levels)) {
      job.result = Result::Skipped;
      say(fmt::format("Job {}: {}", job.job->name, to_string(job.result)));
      return end_job(stage, job);
    }
    const auto evaluate = [&](const std::string& text) {
      const auto variables = variables_of(m_run, levels, job.contexts);
      const auto expression = runtime_expression(text);
      if (expression.empty()) return variables.expand(text);
      Scope scope{.contexts = job.contexts};
      scope.contexts["variables"] = variables_context(variables);
      see_start_time(scope, m_run.record.started);
      return m_run.evaluator.text(expression, scope, job.job->origin);
    };
    job.most_parallel = job.job->deployment ? 1 : most_parallel(*job.job);
    job.instances = job.job->deployment ? deployment_instances(*stage.stage, *job.job)
                                        : job_instances(*stage.stage, *job.job, evaluate);
    job.result = Result::Succeeded;
    job.state = State::running;
    tell(stage, job, Phase::running);
  } catch (const core::Error& error) {
    job.result = Result::Failed;
    JobRecord record{.name = job.job->name, .display_name = job.job->display_name, .result = Result::Failed};
    record.issues.push_back({"error", m_run.masker.mask(error.what()), error.code()});
    stage.record.jobs.push_back(std::move(record));
    say(fmt::format("##[error]{}", error.what()));
    end_job(stage, job);
  }
}

bool Scheduler::start_instances(StageNode& stage, JobNode& job) {
  bool started = false;
  while (!job.instances.empty()) {
    const bool server = job.instances.front().server;
    if (!server && m_busy >= m_run.settings.parallel_jobs) break;
    if (job.most_parallel != 0 && job.running >= job.most_parallel) break;
    JobInstance instance = job.instances.front();
    job.instances.erase(job.instances.begin());
    instance.contexts = job.contexts;
    instance.stage_attempt = stage.record.attempt;
    instance.began_after_stop = job.began_after_stop;
    instance.label = label_of(stage, instance);
    m_busy += server ? 0 : 1;
    ++job.running;
    ++m_under_way;
    started = true;
    m_threads.emplace_back([this, &stage, &job, instance] {
      Outputs outputs;
      JobRecord record = run_job(m_run, instance, outputs);
      const std::lock_guard held(m_mutex);
      m_busy -= instance.server ? 0 : 1;
      finish_instance(stage, job, instance, std::move(record), outputs);
      --m_under_way;
      m_changed.notify_all();
    });
  }
  if (job.instances.empty() && job.running == 0) {  // a deployment without hooks
    end_job(stage, job);
    return true;
  }
  return started;
}

void Scheduler::finish_instance(StageNode& stage, JobNode& job, const JobInstance& instance, JobRecord record,
                                const Outputs& outputs) {
  --job.running;
  job.result = worse(job.result, record.result);
  for (const auto& [name, variable] : outputs) {
    job.outputs.insert_or_assign(instance.output_name.empty() ? name : instance.output_name + "." + name, variable);
    if (job.job->deployment) job.outputs.insert_or_assign(instance.name + "." + name, variable);
  }
  const bool good = is_success(record.result);
  stage.record.jobs.push_back(std::move(record));
  if (job.job->deployment && !job.ending && (!good || job.instances.empty())) {
    job.instances.clear();
    job.ending = true;
    if (auto hook = end_hook(*stage.stage, *job.job, is_success(job.result))) job.instances.push_back(std::move(*hook));
  }
  if (job.instances.empty() && job.running == 0) end_job(stage, job);
}

void Scheduler::end_job(StageNode& stage, JobNode& job) {
  if (job.result == Result::Failed && is_true(job.job->continue_on_error)) {
    job.result = Result::SucceededWithIssues;
  }
  job.state = State::done;
  stage.record.job_results[job.job->name] = job.result;
  stage.record.outputs[job.job->name] = job.outputs;
  tell(stage, job, Phase::done);
}

void Scheduler::end_stage(StageNode& stage) {
  stage.state = State::done;
  bool any = stage.jobs.empty();
  stage.record.result = Result::Succeeded;
  for (const auto& job : stage.jobs) {
    if (!job.selected) continue;
    any = any || job.result != Result::Skipped;
    stage.record.result = worse(stage.record.result, job.result);
  }
  if (!any) stage.record.result = Result::Skipped;
  const bool canceled = !stage.began_after_stop && m_run.services.cancellation.requested();
  if (canceled) stage.record.result = worse(stage.record.result, Result::Canceled);
  tell(stage, Phase::done);
  if (!m_run.pipeline.single_stage) say(fmt::format("Stage {}: {}", stage.stage->name, to_string(stage.record.result)));
}

}  // namespace mlops::runner
