#include <fmt/format.h>

#include <mlops/aml/compile/compile.hpp>
#include <mlops/aml/compile/component.hpp>
#include <mlops/aml/compile/data_flow.hpp>
#include <mlops/aml/compile/environment.hpp>
#include <mlops/aml/compile/job_tables.hpp>
#include <mlops/aml/compile/spark_tables.hpp>

namespace mlops::aml {

namespace {

// Members of a job are camelCase.
Table in_camel_case(Table table) {
  for (auto& field : table) {
    if (field.target == "py_files") field.target = "pyFiles";
  }
  return table;
}

const Table& spark_job_table() {
  static const Table table = joined({job_table(),
                                     in_camel_case(spark_files()),
                                     {{"entry", "entry", spark_entry, true},
                                      {"conf", "conf", spark_conf, true},
                                      {"code", "", nullptr},
                                      {"environment", "environmentId", environment_id},
                                      {"inputs", "inputs", job_inputs},
                                      {"outputs", "outputs", job_outputs},
                                      {"resources", "resources", spark_resources()}}});
  return table;
}

void require_place(const Node& node) {
  const auto compute = node.find("compute");
  const auto resources = node.find("resources");
  if (compute && resources) {
    throw resources->error("value-invalid", "a Spark job has either \"compute\" or \"resources\".",
                           "`compute` is an attached Synapse pool, `resources` are serverless.");
  }
  if (!compute && !resources) {
    throw node.error(
        "key-missing", "a Spark job needs \"compute\" or \"resources\".",
        "Write resources: {instance_type: standard_e4s_v3, runtime_version: \"3.4\"} for serverless Spark.");
  }
}

void require_direct(const std::optional<Node>& mapping) {
  if (!mapping) return;
  for (const auto& [name, member] : mapping->members()) check_direct_mode(member);
}

}  // namespace

Compiled compile_spark_job(const Scope& scope, const Node& node) {
  require_place(node);
  require_direct(node.find("inputs"));
  require_direct(node.find("outputs"));
  if (const auto args = node.find("args")) {
    check_command(*args, names_of(node.find("inputs")), names_of(node.find("outputs")));
  }
  Compiled compiled;
  json::object properties = filled(scope, node, spark_job_table());
  properties.emplace("identity", default_spark_identity(node));
  properties["jobType"] = "Spark";
  const std::string code = code_id(scope, node, false);
  if (!code.empty()) properties["codeId"] = code;
  if (const auto name = node.find("name")) compiled.name = name->as_text();
  compiled.body["properties"] = std::move(properties);
  return compiled;
}

}  // namespace mlops::aml
