#include <fmt/format.h>

#include <mlops/runner/plan/selection.hpp>
#include <mlops/runner/tasks/known.hpp>

namespace mlops::runner {

namespace {

void check_steps(const std::vector<Step>& steps, bool server, const Settings& settings, const TaskFolders& tasks) {
  const auto where = server ? Where::server : Where::agent;
  for (const auto& step : steps) {
    if (core::equals_ignoring_case(step.enabled, "false") || is_left_out(step, settings.skipped_tasks)) continue;
    const TaskReference reference(step.task);
    const auto* folder = tasks.find(reference);
    const bool known = (folder && folder->runs_on(to_string(where))) || find_built_in(reference, where);
    if (!known) throw unknown_task(step, where, tasks);
  }
}

}  // namespace

bool is_left_out(const Step& step, const std::set<std::string>& skipped) {
  const TaskReference reference(step.task);
  return std::any_of(skipped.begin(), skipped.end(), [&](const auto& name) {
    return core::equals_ignoring_case(TaskReference(name).name, reference.name);
  });
}

core::Error unknown_task(const Step& step, Where where, const TaskFolders& tasks) {
  const TaskReference reference(step.task);
  auto known = built_in_names(where);
  for (const auto& name : tasks.names()) known.push_back(TaskReference(name).name);
  const auto other = where == Where::agent ? Where::server : Where::agent;
  const auto* folder = tasks.find(reference);
  if (find_built_in(reference, other) || (folder && folder->runs_on(to_string(other)))) {
    return error_at(
        step.origin, "task-elsewhere",
        fmt::format("the task {} can't run in {} job.", step.task, where == Where::agent ? "an agent" : "an agentless"),
        where == Where::agent ? "Put it into a job with pool: server." : "Give its job a pool.");
  }
  return error_at(
      step.origin, "task-unknown",
      fmt::format("the task {} is not known on this machine{}", step.task,
                  core::did_you_mean(core::nearest(reference.name, known))),
      fmt::format("Give its folder with --tasks FOLDER, or leave it out with --skip-task {}.", reference.name));
}

void check_tasks(const Pipeline& pipeline, const Settings& settings, const TaskFolders& tasks) {
  for (const auto& stage : pipeline.stages) {
    if (!is_selected(settings.stages, stage.name)) continue;
    for (const auto& job : stage.jobs) {
      if (!is_selected(settings.jobs, job.name)) continue;
      check_steps(job.steps, job.server, settings, tasks);
      if (!job.deployment) continue;
      for (const auto& hook : job.deployment->hooks)
        check_steps(hook.steps, hook.server || job.server, settings, tasks);
    }
  }
}

}  // namespace mlops::runner
