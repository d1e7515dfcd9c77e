#include <fmt/format.h>

#include <mlops/runner/execution/scheduler.hpp>
#include <mlops/runner/execution/step_runner.hpp>

namespace mlops::runner {

namespace {

bool names(const std::set<std::string>& options, const std::string& name) {
  return std::any_of(options.begin(), options.end(),
                     [&](const auto& option) { return core::equals_ignoring_case(option, name); });
}

const StageRecord* find_stage(const std::vector<StageRecord>& records, const std::string& name) {
  const auto found = std::find_if(records.begin(), records.end(),
                                  [&](const auto& record) { return core::equals_ignoring_case(record.name, name); });
  return found == records.end() ? nullptr : &*found;
}

// What a stage or a job computes for itself is not there yet when its condition is looked at.
// https://learn.microsoft.com/azure/devops/pipelines/process/conditions
std::vector<VariableEntry> settled(const std::vector<VariableEntry>& own) {
  std::vector<VariableEntry> result;
  std::copy_if(own.begin(), own.end(), std::back_inserter(result),
               [](const auto& entry) { return runtime_expression(entry.value).empty(); });
  return result;
}

boost::json::object outputs_context(const Outputs& outputs, const std::string& before = {}) {
  boost::json::object result;
  for (const auto& [name, variable] : outputs) result[before + name] = variable.value;
  return result;
}

}  // namespace

boost::json::object job_context(Result result, const Outputs& outputs) {
  return {{"result", to_string(result)}, {"outputs", outputs_context(outputs)}};
}

// Without --stage, an earlier run is continued where it did not succeed.
void Scheduler::select(const std::vector<StageRecord>& earlier) {
  const auto& settings = m_run.settings;
  for (auto& stage : m_stages) {
    const auto* before = find_stage(earlier, stage.stage->name);
    stage.selected =
        settings.stages.empty() ? !(before && is_success(before->result)) : names(settings.stages, stage.stage->name);
    if (stage.selected) {
      stage.record.attempt = before ? before->attempt + 1 : 1;
      for (auto& job : stage.jobs) job.selected = settings.jobs.empty() || names(settings.jobs, job.job->name);
      continue;
    }
    stage.state = State::done;
    if (before) {
      take_over(stage, *before);
    } else {
      stage.record.result = Result::Skipped;
      stage.record.reason = "not selected";
    }
    tell(stage, Phase::done);
  }
}

void Scheduler::take_over(StageNode& stage, const StageRecord& earlier) {
  stage.record = earlier;
  stage.record.earlier = true;
  for (auto& job : stage.jobs) {
    const auto result = earlier.job_results.find(job.job->name);
    if (result != earlier.job_results.end()) job.result = result->second;
    const auto outputs = earlier.outputs.find(job.job->name);
    if (outputs != earlier.outputs.end()) job.outputs = outputs->second;
  }
}

// Stages and jobs that were not selected are as if nobody depended on them.
Status Scheduler::stage_status(const StageNode& stage) const {
  Status status{.canceled = m_run.services.cancellation.requested()};
  for (const auto index : stage.graph.ancestors) {
    const auto& other = m_stages[index];
    if (other.selected || other.record.earlier) status.results[core::to_lower(other.stage->name)] = other.record.result;
  }
  return status;
}

Status Scheduler::job_status(const StageNode& stage, const JobNode& job) const {
  Status status{.canceled = !stage.began_after_stop && m_run.services.cancellation.requested()};
  for (const auto index : job.graph.ancestors) {
    const auto& other = stage.jobs[index];
    if (other.selected) status.results[core::to_lower(other.job->name)] = other.result;
  }
  return status;
}

// https://learn.microsoft.com/azure/devops/pipelines/process/expressions#dependencies: between stages, outputs are
// named by their job first.
boost::json::object Scheduler::stage_contexts(const StageNode& stage) const {
  boost::json::object dependencies;
  boost::json::object by_stage;
  for (const auto index : stage.graph.direct) {
    const auto& other = m_stages[index];
    boost::json::object outputs;
    boost::json::object jobs;
    for (const auto& job : other.jobs) {
      for (auto& member : outputs_context(job.outputs, job.job->name + ".")) outputs[member.key()] = member.value();
      jobs[job.job->name] = job_context(job.result, job.outputs);
    }
    dependencies[other.stage->name] =
        boost::json::object{{"result", to_string(other.record.result)}, {"outputs", std::move(outputs)}};
    by_stage[other.stage->name] = std::move(jobs);
  }
  return {{"dependencies", std::move(dependencies)}, {"stageDependencies", std::move(by_stage)}};
}

boost::json::object Scheduler::job_contexts(const StageNode& stage, const JobNode& job) const {
  auto contexts = stage_contexts(stage);
  boost::json::object dependencies;
  for (const auto index : job.graph.direct) {
    const auto& other = stage.jobs[index];
    dependencies[other.job->name] = job_context(other.result, other.outputs);
  }
  contexts["dependencies"] = std::move(dependencies);
  return contexts;
}

bool Scheduler::holds(const std::string& condition, const Origin& origin, const Status& status,
                      boost::json::object contexts, std::vector<const std::vector<VariableEntry>*> levels) {
  Scope scope{.contexts = std::move(contexts), .functions = status_functions(status)};
  if (!core::trim(condition).empty()) {
    const auto own = settled(*levels.back());
    levels.back() = &own;
    scope.contexts["variables"] = variables_context(variables_of(m_run, levels, scope.contexts));
    see_start_time(scope, m_run.record.started);
  }
  return condition_holds(m_run.evaluator, condition, scope, origin);
}

void Scheduler::tell(const StageNode& stage, Phase phase) {
  m_run.console.changed({.path = {stage.stage->name},
                         .phase = phase,
                         .result = stage.record.result,
                         .at = m_run.services.clock.now(),
                         .note = stage.record.earlier ? "in the earlier run" : stage.record.reason});
}

void Scheduler::tell(const StageNode& stage, const JobNode& job, Phase phase) {
  m_run.console.changed({.path = {stage.stage->name, job.job->name},
                         .phase = phase,
                         .result = job.result,
                         .at = m_run.services.clock.now()});
}

std::string Scheduler::label_of(const StageNode& stage, const JobInstance& instance) const {
  std::string label = m_run.pipeline.single_stage ? instance.job->name : stage.stage->name + "." + instance.job->name;
  return instance.name.empty() ? label : label + "." + instance.name;
}

}  // namespace mlops::runner
