#include <fmt/format.h>

#include <mlops/runner/plan/describe.hpp>
#include <mlops/runner/plan/graph.hpp>
#include <mlops/runner/plan/selection.hpp>

namespace mlops::runner {

namespace {

template <typename Named>
std::string after(const std::vector<Named>& all, const GraphNode& node) {
  std::vector<std::string> names;
  for (const auto index : node.direct) names.push_back(all[index].name);
  return names.empty() ? "" : fmt::format(" (after {})", core::join(names, ", "));
}

std::string when(const std::string& condition) {
  return condition.empty() ? "" : fmt::format(" when {}", core::trim(condition));
}

void add_steps(std::string& text, const std::vector<Step>& steps, std::string_view indent) {
  for (const auto& step : steps) {
    text += fmt::format("{}- {}: {}{}\n", indent, step.task, step.display_name, when(step.condition));
  }
}

std::string copies(const Job& job) {
  if (!job.strategy.matrix.empty()) {
    std::vector<std::string> names;
    for (const auto& [name, variables] : job.strategy.matrix) names.push_back(name);
    return fmt::format(" as {}", core::join(names, ", "));
  }
  if (!job.strategy.matrix_expression.empty()) return " as " + job.strategy.matrix_expression;
  return job.strategy.parallel.empty() ? "" : fmt::format(" {} times", job.strategy.parallel);
}

void add_job(std::string& text, const Job& job, const std::string& dependencies,
             const std::map<std::string, EnvironmentRules>& rules) {
  text += fmt::format("  {} {}{}{}{}{}\n", job.deployment ? "Deployment" : "Job", job.name, copies(job), dependencies,
                      when(job.condition), job.server ? ", agentless" : "");
  add_steps(text, job.steps, "    ");
  if (!job.deployment) return;
  const auto rule = rules.find(core::to_lower(job.deployment->environment));
  text += fmt::format("    to {} by {}{}\n", job.deployment->environment, job.deployment->strategy,
                      rule != rules.end() && rule->second.approval ? ", waits for approval" : "");
  for (const auto& hook : job.deployment->hooks) {
    text += fmt::format("    {}:\n", hook.name);
    add_steps(text, hook.steps, "      ");
  }
}

}  // namespace

std::string describe(const Pipeline& pipeline, const Settings& settings,
                     const std::map<std::string, EnvironmentRules>& rules) {
  std::string text;
  const auto stages = stage_graph(pipeline.stages);
  for (std::size_t i = 0; i < pipeline.stages.size(); ++i) {
    const auto& stage = pipeline.stages[i];
    const auto jobs = job_graph(stage.jobs);
    if (!is_selected(settings.stages, stage.name)) continue;
    if (!pipeline.single_stage) {
      text += fmt::format("Stage {}{}{}\n", stage.name, after(pipeline.stages, stages[i]), when(stage.condition));
    }
    for (std::size_t j = 0; j < stage.jobs.size(); ++j) {
      if (is_selected(settings.jobs, stage.jobs[j].name))
        add_job(text, stage.jobs[j], after(stage.jobs, jobs[j]), rules);
    }
  }
  return text;
}

}  // namespace mlops::runner
