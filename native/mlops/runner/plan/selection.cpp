#include <fmt/format.h>

#include <mlops/core/error.hpp>
#include <mlops/core/text.hpp>
#include <mlops/runner/plan/selection.hpp>

namespace mlops::runner {

namespace {

using Names = std::vector<std::string>;

struct Known {
  Names stages;
  Names jobs;
  Names approvals;    ///< environments of deployments, agentless jobs
  bool more = false;  ///< an environment's name is known only when its job runs
};

Known known_names(const Pipeline& pipeline, const std::set<std::string>& stages) {
  Known known;
  for (const auto& stage : pipeline.stages) {
    known.stages.push_back(stage.name);
    const bool selected = is_selected(stages, stage.name);
    for (const auto& job : stage.jobs) {
      if (selected) known.jobs.push_back(job.name);
      if (job.server) known.approvals.push_back(job.name);
      if (!job.deployment) continue;
      known.approvals.push_back(job.deployment->environment);
      known.more = known.more || job.deployment->environment.find('$') != std::string::npos;
    }
  }
  return known;
}

bool holds(const Names& names, const std::string& name) {
  return std::any_of(names.begin(), names.end(),
                     [&](const auto& one) { return core::equals_ignoring_case(one, name); });
}

Names without_repetition(const Names& names) {
  Names result;
  for (const auto& name : names) {
    if (!holds(result, name)) result.push_back(name);
  }
  return result;
}

void require(const std::set<std::string>& wanted, const Names& names, std::string_view option, std::string_view what) {
  for (const auto& name : wanted) {
    if (holds(names, name)) continue;
    const auto there =
        names.empty() ? "There is none." : fmt::format("There is: {}.", core::join(without_repetition(names), ", "));
    throw core::Error("name-unknown",
                      fmt::format("{} {}: the pipeline has no such {}{}", option, name, what,
                                  core::did_you_mean(core::nearest(name, names))),
                      {}, there);
  }
}

}  // namespace

bool is_selected(const std::set<std::string>& selection, const std::string& name) {
  return selection.empty() || std::any_of(selection.begin(), selection.end(),
                                          [&](const auto& one) { return core::equals_ignoring_case(one, name); });
}

void check_names(const Pipeline& pipeline, const Settings& settings) {
  const auto known = known_names(pipeline, settings.stages);
  if (!pipeline.single_stage || !settings.stages.empty()) require(settings.stages, known.stages, "--stage", "stage");
  require(settings.jobs, known.jobs, "--job", settings.stages.empty() ? "job" : "job in those stages");
  if (known.more) return;
  auto approvals = known.approvals;
  approvals.emplace_back("all");
  require(settings.approve, approvals, "--approve", "environment or validation");
  require(settings.reject, approvals, "--reject", "environment or validation");
}

}  // namespace mlops::runner
