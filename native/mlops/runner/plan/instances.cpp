#include <fmt/format.h>

#include <array>
#include <mlops/document/document.hpp>
#include <mlops/runner/plan/instances.hpp>

namespace mlops::runner {

namespace {

constexpr int k_most_instances = 256;
constexpr std::array<std::string_view, 3> k_repeated_hooks{"deploy", "routeTraffic", "postRouteTraffic"};

JobInstance plain(const Stage& stage, const Job& job) {
  JobInstance instance{.stage = &stage, .job = &job, .steps = &job.steps};
  instance.server = job.server;
  return instance;
}

core::Error wrong(const Job& job, const std::string& what, const std::string& text) {
  return error_at(
      job.origin, "strategy-invalid", fmt::format("{} of the job \"{}\" is \"{}\".", what, job.name, text),
      what == "parallel" ? "Use a number from 1 to 256." : "Use a mapping of names to mappings of variables.");
}

// JSON, or with single quotes, as in the documentation's own examples, which YAML's flow style allows.
boost::json::value json_or_yaml(const std::string& text) {
  boost::json::error_code failure;
  auto value = boost::json::parse(text, failure);
  return failure ? document::Document::parse(text, "matrix", document::Scalars::as_written).value() : value;
}

// `matrix: $[ dependencies.a.outputs['b.c'] ]`: what an earlier job has made.
std::vector<std::pair<std::string, Pairs>> parse_matrix(const Job& job, const std::string& text) {
  std::vector<std::pair<std::string, Pairs>> rows;
  try {
    const auto matrix = json_or_yaml(text);
    if (!matrix.is_object()) throw wrong(job, "the matrix", text);
    for (const auto& row : matrix.get_object()) {
      if (!row.value().is_object()) throw wrong(job, "the matrix", text);
      Pairs variables;
      for (const auto& cell : row.value().get_object()) {
        variables.emplace_back(cell.key(), document::to_text(cell.value()));
      }
      rows.emplace_back(row.key(), std::move(variables));
    }
  } catch (const core::Error&) {
    throw wrong(job, "the matrix", text);
  }
  return rows;
}

int parse_count(const Job& job, const std::string& text) {
  const bool digits = !text.empty() && text.size() < 4 && text.find_first_not_of("0123456789") == std::string::npos;
  const int count = digits ? std::stoi(text) : 0;
  if (count < 1 || count > k_most_instances) throw wrong(job, "parallel", text);
  return count;
}

void number(std::vector<JobInstance>& instances) {
  for (std::size_t i = 0; i < instances.size(); ++i) {
    instances[i].position = static_cast<int>(i + 1);
    instances[i].total = static_cast<int>(instances.size());
  }
}

JobInstance hook_instance(const Stage& stage, const Job& job, const Hook& hook, const std::string& increment) {
  JobInstance instance{.stage = &stage, .job = &job, .steps = &hook.steps};
  instance.server = hook.server || job.server;
  instance.checkout = false;  // a deployment takes artifacts, not sources
  instance.download = hook.name == "deploy" && !instance.server;
  instance.name = increment.empty() ? hook.name : hook.name + "_" + increment;
  const auto& deployment = *job.deployment;
  const bool once = deployment.strategy == "runOnce";
  // The names that the service gives: the job's for runOnce, else that of the hook.
  instance.output_name = once && deployment.resource.empty() ? job.name : instance.name;
  if (!deployment.resource.empty()) instance.output_name = fmt::format("{}_{}", instance.name, deployment.resource);
  instance.variables = {{"Strategy.CycleName", hook.name}, {"strategy.name", deployment.strategy}};
  if (!increment.empty()) {
    instance.variables.emplace_back("strategy.increment", increment);
  }
  if (deployment.strategy == "canary") {
    const auto* action = hook.name == "success" ? "promote" : hook.name == "failure" ? "reject" : "deploy";
    instance.variables.emplace_back("strategy.action", action);
  }
  return instance;
}

const Hook* find_hook(const Job& job, std::string_view name) {
  const auto& hooks = job.deployment->hooks;
  const auto found = std::find_if(hooks.begin(), hooks.end(), [&](const Hook& hook) { return hook.name == name; });
  return found == hooks.end() || found->steps.empty() ? nullptr : &*found;
}

}  // namespace

std::vector<JobInstance> job_instances(const Stage& stage, const Job& job,
                                       const std::function<std::string(const std::string&)>& evaluate) {
  std::vector<JobInstance> result;
  const auto& strategy = job.strategy;
  auto rows = strategy.matrix;
  if (!strategy.matrix_expression.empty()) rows = parse_matrix(job, evaluate(strategy.matrix_expression));
  for (const auto& [name, variables] : rows) {
    result.push_back(plain(stage, job));
    result.back().name = name;
    result.back().output_name = name;
    result.back().variables = variables;
  }
  if (!strategy.parallel.empty()) {
    const int count = parse_count(job, evaluate(strategy.parallel));
    for (int i = 1; i <= count; ++i) {
      result.push_back(plain(stage, job));
      result.back().name = fmt::format("Job{}", i);
      result.back().output_name = result.back().name;
    }
  }
  if (rows.empty() && strategy.parallel.empty()) result.push_back(plain(stage, job));
  number(result);
  return result;
}

std::size_t most_parallel(const Job& job) {
  const auto& most = job.strategy.max_parallel;
  return most.empty() || most == "0" ? 0 : static_cast<std::size_t>(parse_count(job, most));
}

std::vector<JobInstance> deployment_instances(const Stage& stage, const Job& job) {
  std::vector<JobInstance> result;
  if (const auto* hook = find_hook(job, "preDeploy")) result.push_back(hook_instance(stage, job, *hook, ""));
  auto increments = job.deployment->increments;
  if (increments.empty()) increments.emplace_back();
  for (const auto& increment : increments) {
    for (const auto name : k_repeated_hooks) {
      if (const auto* hook = find_hook(job, name)) result.push_back(hook_instance(stage, job, *hook, increment));
    }
  }
  number(result);
  return result;
}

std::optional<JobInstance> end_hook(const Stage& stage, const Job& job, bool succeeded) {
  const auto* hook = find_hook(job, succeeded ? "success" : "failure");
  if (!hook) return std::nullopt;
  return hook_instance(stage, job, *hook, "");
}

}  // namespace mlops::runner
