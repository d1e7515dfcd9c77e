#include <fmt/format.h>

#include <mlops/aml/compile/step_kind.hpp>

// Steps that bring data in from a database or file system, or out into a database. They run components that Azure ML
// publishes. Followed from what azure-ai-ml sends.

namespace mlops::aml {

namespace {

constexpr std::string_view k_builtin = "azureml://registries/azureml/components/{}/versions/0.0.1";

const Table& procedure_parameter() {
  static const Table table = {
      {"name", "name", convert::text, true},
      {"value", "value", convert::text, true},
      {"type", "type", convert::text, true},
  };
  return table;
}

const Table& database() {
  static const Table table = {
      {"type", "type", convert::choice({{"database", "database"}}), true},
      {"connection", "connection", convert::text, true},
      {"query", "query", convert::text},
      {"table_name", "table_name", convert::text},
      {"stored_procedure", "stored_procedure", convert::text},
      {"stored_procedure_params", "stored_procedure_params",
       convert::list_of(convert::mapping(procedure_parameter(), "a parameter of a stored procedure"))},
  };
  return table;
}

const Table& file_system() {
  static const Table table = {
      {"type", "type", convert::choice({{"file_system", "file_system"}}), true},
      {"connection", "connection", convert::text, true},
      {"path", "path", convert::text},
  };
  return table;
}

bool is_file_system(const Node& place) {
  const auto type = place.is_mapping() ? place.find("type") : std::nullopt;
  return type && type->as_string() == "file_system";
}

json::value source(const Scope& scope, const Node& node) {
  const Table& table = is_file_system(node) ? file_system() : database();
  return convert::mapping(table, "the source of an import")(scope, node);
}

json::value sink(const Scope& scope, const Node& node) {
  if (is_file_system(node)) {
    throw node.at("type").error("value-invalid", "data can't be exported to a file system by a step.",
                                "Export to a database, or copy with `task: copy_data`.");
  }
  return convert::mapping(database(), "the sink of an export")(scope, node);
}

// Such a step has one port of a fixed name, on one side.
Convert only_port(const char* name, const char* mapping) {
  return [name, mapping](const Scope&, const Node& node) -> json::value {
    const auto members = node.members();
    if (members.size() != 1 || members.front().first != name) {
      throw node.error("value-invalid",
                       fmt::format("such a step has one member in `{}`, named \"{}\".", mapping, name));
    }
    return nullptr;
  };
}

Convert no_ports(const char* mapping, const char* instead) {
  return [mapping, instead](const Scope&, const Node& node) -> json::value {
    throw node.error("key-unknown", fmt::format("such a step has no `{}`.", mapping),
                     fmt::format("It is described by `{}`.", instead));
  };
}

}  // namespace

Table import_data_keys() {
  return {
      {"task", "task", convert::choice({{"import_data", "import_data"}}), true},
      {"source", "source", source, true},
      {"inputs", "", no_ports("inputs", "source")},
      {"outputs", "", only_port("sink", "outputs"), true},
  };
}

Table export_data_keys() {
  return {
      {"task", "task", convert::choice({{"export_data", "export_data"}}), true},
      {"sink", "sink", sink, true},
      {"inputs", "", only_port("source", "inputs"), true},
      {"outputs", "", no_ports("outputs", "sink")},
  };
}

std::string import_data_component(const Node& step) {
  return fmt::format(k_builtin, is_file_system(step.at("source")) ? "import_data_file_system" : "import_data_database");
}

std::string export_data_component(const Node&) {
  return fmt::format(k_builtin, "export_data_database");
}

}  // namespace mlops::aml
