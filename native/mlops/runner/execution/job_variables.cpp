#include <fmt/format.h>

#include <mlops/runner/execution/predefined.hpp>
#include <mlops/runner/execution/step_runner.hpp>

namespace mlops::runner {

namespace {

// counter('prefix', seed), both optional.
expression::Value count(RunContext& run, const expression::Arguments& arguments) {
  const auto prefix = arguments.size() == 0 ? std::string() : expression::text_of(arguments[0]);
  const auto seed = arguments.size() < 2 ? expression::Decimal() : arguments[1].to_number();
  const auto* whole = seed ? seed->to_json().if_int64() : nullptr;
  if (!whole) throw core::Error("expression-type", "the seed of a counter is a whole number.");
  return expression::Decimal(run.counters.once("counter " + prefix, static_cast<long>(*whole)));
}

// https://learn.microsoft.com/azure/devops/pipelines/process/resources#resources-metadata-as-template-expressions
boost::json::object resources_context(const RunContext& run) {
  const auto name = run.source.folder.filename().string();
  const auto folder = run.source.folder.string();
  boost::json::object repositories{{"self",
                                    {{"id", stable_guid(folder)},
                                     {"name", name},
                                     {"ref", run.source.branch},
                                     {"type", "Git"},
                                     {"url", "file://" + folder},
                                     {"version", run.source.commit}}}};
  for (const auto& [alias, members] : run.pipeline.repositories) {
    boost::json::object repository{{"ref", "refs/heads/main"}};
    for (const auto& [member, value] : members) {
      if (!core::equals_ignoring_case(member, "repository")) repository[member] = value;
    }
    repositories[alias] = std::move(repository);
  }
  return {{"repositories", std::move(repositories)}};
}

std::string evaluated(RunContext& run, const std::string& value, const Variables& variables,
                      const boost::json::object& contexts, const Origin& origin) {
  const auto expression = runtime_expression(value);
  if (expression.empty()) return value;
  Scope scope{.contexts = contexts};
  scope.contexts["variables"] = variables_context(variables);
  scope.contexts["resources"] = resources_context(run);
  scope.functions["counter"] = {0, 2, [&run](const auto& arguments) { return count(run, arguments); }};
  see_start_time(scope, run.record.started);
  return run.evaluator.text(expression, scope, origin);
}

void add_group(RunContext& run, Variables& variables, const VariableEntry& entry) {
  for (const auto& variable : require_group(run.groups, entry)) variables.provide(variable);
}

// A variable that takes the value of a secret output is a secret as well: the mask knows it.
void add_entry(RunContext& run, Variables& variables, const VariableEntry& entry, const boost::json::object& contexts) {
  if (!entry.group.empty()) return add_group(run, variables, entry);
  const auto value = evaluated(run, entry.value, variables, contexts, entry.origin);
  const bool secret = value != entry.value && run.masker.hides(value);
  variables.provide({.name = entry.name, .value = value, .secret = secret, .read_only = entry.read_only});
}

}  // namespace

const std::vector<Variable>& require_group(const std::map<std::string, std::vector<Variable>>& groups,
                                           const VariableEntry& entry) {
  const auto found = groups.find(core::to_lower(entry.group));
  if (found != groups.end()) return found->second;
  throw error_at(entry.origin, "group-missing", fmt::format("there is no variable group \"{}\".", entry.group),
                 fmt::format("Give its variables with --variables-file \"{}=FILE\".", entry.group));
}

Variables variables_of(RunContext& run, const std::vector<const std::vector<VariableEntry>*>& levels,
                       const boost::json::object& contexts) {
  Variables variables;
  provide_run_variables(variables, run);
  for (const auto& [name, value] : run.settings.variables) variables.provide(name, value);
  for (const auto* level : levels) {
    for (const auto& entry : *level) add_entry(run, variables, entry, contexts);
  }
  provide_run_variables(variables, run);
  return variables;
}

void set_variables(JobState& job) {
  const auto& instance = job.instance;
  job.variables = variables_of(
      job.run, {&job.run.pipeline.variables, &instance.stage->variables, &instance.job->variables}, instance.contexts);
  for (const auto& [name, value] : instance.variables) job.variables.provide({.name = name, .value = value});
  provide_variables(job);
  expand_variables(job);
}

void expand_variables(JobState& job) {
  for (const auto& secret : job.variables.expand_all()) job.run.masker.add(secret);
}

}  // namespace mlops::runner
