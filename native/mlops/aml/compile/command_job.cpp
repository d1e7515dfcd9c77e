#include <mlops/aml/compile/compile.hpp>
#include <mlops/aml/compile/component.hpp>
#include <mlops/aml/compile/data_flow.hpp>
#include <mlops/aml/compile/environment.hpp>
#include <mlops/aml/compile/job_tables.hpp>

namespace mlops::aml {

namespace {

const Table& command_job_table() {
  static const Table table = joined({job_table(),
                                     {{"command", "command", convert::text, true},
                                      {"code", "", nullptr},
                                      {"environment", "environmentId", environment_id, true},
                                      {"environment_variables", "environmentVariables", convert::texts},
                                      {"inputs", "inputs", job_inputs},
                                      {"outputs", "outputs", job_outputs},
                                      {"distribution", "distribution", distribution()},
                                      {"resources", "resources", resources()},
                                      {"limits", "limits", limits()},
                                      {"queue_settings", "queueSettings", queue_settings()},
                                      {"parent_job_name", "", convert::not_in_api},
                                      {"parameters", "", nullptr}}});
  return table;
}

}  // namespace

Compiled compile_command_job(const Scope& scope, const Node& node) {
  Compiled compiled;
  check_command(node.at("command"), names_of(node.find("inputs")), names_of(node.find("outputs")));
  json::object properties = filled(scope, node, command_job_table());
  properties["jobType"] = "Command";
  const std::string code = code_id(scope, node, false);
  if (!code.empty()) properties["codeId"] = code;
  if (const auto name = node.find("name")) compiled.name = name->as_text();
  compiled.body["properties"] = std::move(properties);
  return compiled;
}

}  // namespace mlops::aml
