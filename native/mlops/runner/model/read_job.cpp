#include <fmt/format.h>

#include <array>
#include <mlops/runner/model/cursor.hpp>

namespace mlops::runner {

namespace {

const std::vector<std::string_view> k_job_keys{"job",
                                               "deployment",
                                               "phase",
                                               "displayName",
                                               "dependsOn",
                                               "condition",
                                               "continueOnError",
                                               "variables",
                                               "strategy",
                                               "pool",
                                               "container",
                                               "services",
                                               "workspace",
                                               "timeoutInMinutes",
                                               "uses",
                                               "steps",
                                               "templateContext",
                                               "environment",
                                               "cancelTimeoutInMinutes"};
constexpr std::array<std::string_view, 4> k_hooks{"preDeploy", "deploy", "routeTraffic", "postRouteTraffic"};
constexpr std::array<std::string_view, 2> k_end_hooks{"success", "failure"};

Strategy read_strategy(const Cursor& node) {
  node.require_keys({"matrix", "parallel", "maxParallel"}, "the strategy of a job");
  Strategy strategy{.parallel = node.text("parallel"), .max_parallel = node.text("maxParallel")};
  const auto matrix = node.find("matrix");
  if (!matrix) return strategy;
  if (node.has("parallel")) {
    throw node.error("strategy-invalid", "a strategy has a matrix or is parallel, not both.", "Remove one of the two.");
  }
  if (!matrix->is_mapping()) {
    strategy.matrix_expression = matrix->text();
    return strategy;
  }
  for (const auto& [name, value] : matrix->members()) {
    require_name(name, "a row of a matrix", value.origin());
    Pairs variables;
    for (const auto& [variable, text] : value.members()) variables.emplace_back(variable, text.text());
    strategy.matrix.emplace_back(name, std::move(variables));
  }
  return strategy;
}

void add_hook(Deployment& deployment, const Cursor& parent, std::string_view name) {
  const auto node = parent.find(name);
  if (!node) return;
  node->require_keys({"steps", "pool"}, fmt::format("the hook \"{}\"", name));
  deployment.hooks.push_back({.name = std::string(name),
                              .steps = read_steps(node->find("steps")),
                              .server = is_on_server(*node).value_or(false)});
}

void read_environment(Deployment& deployment, const Cursor& node) {
  const auto environment = node.find("environment");
  if (!environment) return;
  if (environment->is_mapping()) {
    environment->require_keys({"name", "resourceName", "resourceId", "resourceType", "tags"}, "the environment");
    deployment.environment = environment->text("name");
    deployment.resource = environment->text("resourceName");
    return;
  }
  // "environment.resource" is the short form of both.
  const auto text = environment->text();
  const auto dot = text.find('.');
  deployment.environment = text.substr(0, dot);
  if (dot != std::string::npos) deployment.resource = text.substr(dot + 1);
}

Deployment read_deployment(const Cursor& node) {
  Deployment deployment;
  read_environment(deployment, node);
  const auto strategy = node.find("strategy");
  if (!strategy) {
    throw node.error("key-missing", "a deployment job has no strategy.",
                     "Add strategy: runOnce: deploy: steps: [...].");
  }
  strategy->require_keys({"runOnce", "rolling", "canary"}, "the strategy of a deployment job");
  for (const auto& [name, hooks] : strategy->members()) {
    deployment.strategy = name;
    hooks.require_keys({"maxParallel", "increments", "preDeploy", "deploy", "routeTraffic", "postRouteTraffic", "on"},
                       fmt::format("the strategy \"{}\"", name));
    deployment.increments = hooks.list("increments").value_or(std::vector<std::string>());
    for (const auto hook : k_hooks) add_hook(deployment, hooks, hook);
    if (const auto end = hooks.find("on")) {
      end->require_keys({"success", "failure"}, "the hooks at the end");
      for (const auto hook : k_end_hooks) add_hook(deployment, *end, hook);
    }
  }
  return deployment;
}

std::string container_of(const Cursor& node) {
  const auto container = node.find("container");
  if (!container) return {};
  return container->is_mapping() ? container->text("image") : container->text();
}

// What a job and a pipeline of one job can both have.
void read_body(Job& job, const Cursor& node, bool on_server) {
  job.continue_on_error = node.text("continueOnError", job.continue_on_error);
  if (const auto workspace = node.find("workspace")) job.workspace_clean = workspace->text("clean");
  job.server = is_on_server(node).value_or(on_server);
  job.container = container_of(node);
  if (job.deployment) return;
  job.steps = read_steps(node.find("steps"));
  if (const auto strategy = node.find("strategy")) job.strategy = read_strategy(*strategy);
}

}  // namespace

Job read_implicit_job(const Cursor& root) {
  Job job;
  job.origin = root.origin();
  job.name = "Job";
  job.display_name = "Job";
  read_body(job, root, false);
  return job;
}

// `pool: server`; https://learn.microsoft.com/azure/devops/pipelines/yaml-schema/pool
std::optional<bool> is_on_server(const Cursor& node) {
  const auto pool = node.find("pool");
  if (!pool) return std::nullopt;
  return !pool->is_mapping() && core::equals_ignoring_case(pool->text(), "server");
}

Job read_job(const Cursor& node, std::size_t number, bool on_server) {
  node.require_keys(k_job_keys, "a job");
  Job job;
  job.origin = node.origin();
  const bool deployment = node.has("deployment");
  job.name = node.name(deployment ? "deployment" : node.has("phase") ? "phase" : "job", "a job");
  if (job.name.empty()) job.name = fmt::format("Job{}", number);
  job.display_name = node.text("displayName", job.name);
  job.condition = node.text("condition");
  job.condition_origin = node.origin_of("condition");
  job.depends_on = node.list("dependsOn");
  job.variables = read_variables(node.find("variables"));
  job.timeout_minutes = node.text("timeoutInMinutes", job.timeout_minutes);
  job.cancel_timeout_minutes = node.text("cancelTimeoutInMinutes", job.cancel_timeout_minutes);
  if (deployment) job.deployment = read_deployment(node);
  read_body(job, node, on_server);
  return job;
}

}  // namespace mlops::runner
