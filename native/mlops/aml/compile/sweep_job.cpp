#include <mlops/aml/compile/compile.hpp>
#include <mlops/aml/compile/component.hpp>
#include <mlops/aml/compile/data_flow.hpp>
#include <mlops/aml/compile/environment.hpp>
#include <mlops/aml/compile/job_tables.hpp>
#include <mlops/aml/compile/sweep_tables.hpp>

namespace mlops::aml {

namespace {

// The command that every trial runs: the keys of a command job that make sense below a sweep.
json::value trial(const Scope& scope, const Node& node) {
  static const Table table = {
      {"command", "command", convert::text, true},
      {"code", "", nullptr},
      {"environment", "environmentId", environment_id, true},
      {"environment_variables", "environmentVariables", convert::texts},
      {"distribution", "distribution", distribution()},
      {"resources", "resources", resources()},
      {"queue_settings", "", convert::not_in_api},
  };
  json::object body = filled(scope.as("the trial of a sweep"), node, table);
  const std::string code = code_id(scope, node, false);
  if (!code.empty()) body["codeId"] = code;
  return body;
}

const Table& sweep_job_table() {
  static const Table table = joined({job_table(),
                                     {{"trial", "trial", trial, true},
                                      {"inputs", "inputs", job_inputs},
                                      {"outputs", "outputs", job_outputs},
                                      {"sampling_algorithm", "samplingAlgorithm", sampling_algorithm, true},
                                      {"search_space", "searchSpace", search_space, true},
                                      {"objective", "objective", sweep_objective(), true},
                                      {"early_termination", "earlyTermination", early_termination()},
                                      {"limits", "limits", sweep_limits(), true},
                                      {"queue_settings", "queueSettings", queue_settings()},
                                      {"resources", "resources", convert::preview(resources())}}});
  return table;
}

}  // namespace

Compiled compile_sweep_job(const Scope& scope, const Node& node) {
  Compiled compiled;
  if (const auto trial = node.find("trial"); trial && trial->is_mapping()) {
    check_command(trial->at("command"), names_of(node.find("inputs")), names_of(node.find("outputs")));
  }
  json::object properties = filled(scope, node, sweep_job_table());
  properties["jobType"] = "Sweep";
  if (const auto name = node.find("name")) compiled.name = name->as_text();
  compiled.body["properties"] = std::move(properties);
  return compiled;
}

}  // namespace mlops::aml
