#pragma once
// model: an expanded pipeline in structs. Short forms are gone: a pipeline always has stages, a stage jobs, and every
// step is a task with inputs (`script:` is CmdLine@2, `publish:` is PublishPipelineArtifact@1), as in the service's own
// final form.

#include <map>
#include <mlops/core/text.hpp>
#include <mlops/runner/expanded.hpp>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace mlops::runner {

/// Whether a text is one of the words for true, or for false.
/// https://learn.microsoft.com/azure/devops/pipelines/yaml-schema/boolean
bool is_true(std::string_view text);
bool is_false(std::string_view text);

/// Names and values in the file's order.
using Pairs = std::vector<std::pair<std::string, std::string>>;

/// The value of a name, compared without regard to case.
std::optional<std::string> find_value(const Pairs& pairs, std::string_view name);

/// One entry of `variables:`: a variable, or a group of them.
struct VariableEntry {
  std::string name;
  std::string value;
  bool read_only = false;
  std::string group;  ///< not empty: the variables of that group
  Origin origin;
};

/// What steps, jobs and stages have in common. Texts may hold macros or runtime expressions.
struct Common {
  std::string name;
  std::string display_name;
  std::string condition;  ///< empty: succeeded()
  Origin condition_origin{};
  Origin origin;
};

struct Step : Common {
  std::string task;  ///< as in `task:`, with the version: "Bash@3"
  Pairs inputs;
  Pairs environment;
  std::string enabled = "true";
  std::string continue_on_error = "false";
  std::string timeout_minutes = "0";
  std::string retries = "0";
  bool restricted_commands = false;                            ///< target.commands: restricted
  std::optional<std::vector<std::string>> settable_variables;  ///< target.settableVariables; an empty list is `none`
};

/// A hook of a deployment's strategy.
struct Hook {
  std::string name;  ///< "preDeploy", "deploy", "routeTraffic", "postRouteTraffic", "success", "failure"
  std::vector<Step> steps;
  bool server = false;
};

/// How many instances of a job run, and with which variables each.
struct Strategy {
  std::vector<std::pair<std::string, Pairs>> matrix;
  std::string matrix_expression;  ///< `matrix: $[ ... ]`
  std::string parallel;
  std::string max_parallel;
};

struct Deployment {
  std::string strategy;  ///< "runOnce", "rolling", "canary"
  std::string environment;
  std::string resource;
  std::vector<std::string> increments;  ///< of a canary
  std::vector<Hook> hooks;
};

struct Job : Common {
  std::optional<std::vector<std::string>> depends_on;
  std::vector<VariableEntry> variables;
  std::vector<Step> steps;
  Strategy strategy;
  std::optional<Deployment> deployment;
  std::string continue_on_error = "false";
  std::string timeout_minutes = "60";
  std::string cancel_timeout_minutes = "5";
  std::string workspace_clean;
  bool server = false;  ///< `pool: server`, an agentless job
  std::string container;
};

struct Stage : Common {
  std::optional<std::vector<std::string>> depends_on;
  std::vector<VariableEntry> variables;
  std::vector<Job> jobs;
};

struct Pipeline {
  std::string number_format;  ///< `name:`
  bool append_commit_message = true;
  std::vector<VariableEntry> variables;
  std::vector<Stage> stages;
  bool single_stage = false;                                ///< `stages:` was not written
  std::vector<std::pair<std::string, Pairs>> repositories;  ///< resources.repositories by alias
  std::vector<std::pair<std::string, Pairs>> pipelines;     ///< resources.pipelines by alias
};

/// Reads an expanded pipeline. Throws core::Error with the place and the include chain.
Pipeline read_pipeline(const Expanded& expanded);

/// An error at the origin; the hint ends with the templates that led there.
core::Error error_at(const Origin& origin, std::string code, std::string message, std::string hint = {});

}  // namespace mlops::runner
