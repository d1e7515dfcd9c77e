#include <fmt/format.h>

#include <mlops/runner/model/cursor.hpp>
#include <set>

namespace mlops::runner {

namespace {

constexpr const char* k_single = "__default";  // as the service names a stage that was not written

template <typename Named>
void require_unique(const std::vector<Named>& all, std::string_view what) {
  std::set<std::string> seen;
  for (const auto& one : all) {
    if (seen.insert(core::to_lower(one.name)).second) continue;
    throw error_at(one.origin, "name-duplicate", fmt::format("the {} \"{}\" stands twice.", what, one.name),
                   "Give each a name of its own.");
  }
}

// The jobs of a stage or a pipeline, `owner`, whose pool is that of those without one.
std::vector<Job> read_jobs(const Cursor& owner, const Cursor& jobs) {
  const bool on_server = is_on_server(owner).value_or(false);
  std::vector<Job> result;
  for (const auto& node : jobs.elements()) result.push_back(read_job(node, result.size() + 1, on_server));
  require_unique(result, "job");
  return result;
}

// The whole pipeline is one job when only `steps:` was written.
std::vector<Job> implicit_jobs(const Cursor& root) {
  if (const auto jobs = root.find("jobs")) return read_jobs(root, *jobs);
  if (const auto phases = root.find("phases")) return read_jobs(root, *phases);
  if (!root.has("steps")) {
    const std::vector<std::string_view> wanted{"extends", "stages", "jobs", "steps"};
    for (const auto& [key, value] : root.members()) {
      if (const auto meant = core::nearest(key, wanted)) {
        throw value.error("key-unknown", fmt::format("unknown key \"{}\"{}", key, core::did_you_mean(meant)));
      }
    }
    throw root.error("pipeline-empty", "the pipeline has no stages, no jobs and no steps.",
                     "Write steps: [...] for a pipeline of one job.");
  }
  return {read_implicit_job(root)};
}

// What would be left out without a word otherwise.
void require_one_body(const Cursor& root) {
  root.require_keys({"name",
                     "appendCommitMessageToRunName",
                     "trigger",
                     "pr",
                     "schedules",
                     "resources",
                     "variables",
                     "parameters",
                     "lockBehavior",
                     "pool",
                     "container",
                     "services",
                     "workspace",
                     "strategy",
                     "continueOnError",
                     "stages",
                     "jobs",
                     "phases",
                     "steps",
                     "extends",
                     "queue",
                     "server"},
                    "the pipeline");
  std::string_view first;
  for (const std::string_view body : {"stages", "jobs", "phases", "steps"}) {
    if (!root.has(body)) continue;
    if (!first.empty()) {
      throw error_at(root.origin_of(body), "key-unknown",
                     fmt::format("a pipeline has {} or {}, not both.", first, body));
    }
    first = body;
  }
}

Stage read_stage(const Cursor& node, std::size_t number) {
  node.require_keys({"stage", "group", "displayName", "pool", "dependsOn", "condition", "variables", "jobs",
                     "lockBehavior", "trigger", "isSkippable", "templateContext", "checks"},
                    "a stage");
  Stage stage;
  stage.origin = node.origin();
  stage.name = node.name("stage", "a stage");
  if (stage.name.empty()) stage.name = fmt::format("Stage{}", number);
  stage.display_name = node.text("displayName", stage.name);
  stage.condition = node.text("condition");
  stage.condition_origin = node.origin_of("condition");
  stage.depends_on = node.list("dependsOn");
  stage.variables = read_variables(node.find("variables"));
  if (const auto jobs = node.find("jobs")) stage.jobs = read_jobs(node, *jobs);
  return stage;
}

// Each entry of a list of resources by its alias, with its plain members.
std::vector<std::pair<std::string, Pairs>> read_resources(const Cursor& root, std::string_view kind,
                                                          std::string_view alias) {
  std::vector<std::pair<std::string, Pairs>> result;
  const auto resources = root.find("resources");
  const auto list = resources && resources->is_mapping() ? resources->find(kind) : std::nullopt;
  if (!list) return result;
  for (const auto& node : list->elements()) {
    Pairs members;
    for (const auto& [name, value] : node.members()) {
      if (!value.is_mapping() && !value.is_sequence()) members.emplace_back(name, value.text());
    }
    result.emplace_back(node.text(alias), std::move(members));
  }
  return result;
}

}  // namespace

Pipeline read_pipeline(const Expanded& expanded) {
  const Cursor root(expanded, expanded.root, "");
  if (!root.is_mapping()) throw root.error("pipeline-empty", "a pipeline is a mapping with stages, jobs or steps.");
  Pipeline pipeline;
  require_one_body(root);
  pipeline.number_format = root.text("name");
  pipeline.variables = read_variables(root.find("variables"));
  pipeline.repositories = read_resources(root, "repositories", "repository");
  pipeline.pipelines = read_resources(root, "pipelines", "pipeline");
  if (const auto stages = root.find("stages")) {
    for (const auto& node : stages->elements()) {
      pipeline.stages.push_back(read_stage(node, pipeline.stages.size() + 1));
    }
    require_unique(pipeline.stages, "stage");
    return pipeline;
  }
  pipeline.single_stage = true;
  Stage stage;
  stage.name = k_single;
  stage.display_name = k_single;
  stage.origin = root.origin();
  stage.jobs = implicit_jobs(root);
  pipeline.stages.push_back(std::move(stage));
  return pipeline;
}

}  // namespace mlops::runner
