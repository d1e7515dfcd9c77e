#include <fmt/format.h>

#include <mlops/aml/compile/compile.hpp>
#include <mlops/aml/compile/monitor.hpp>
#include <mlops/aml/compile/scheduled_job.hpp>
#include <mlops/aml/compile/trigger.hpp>
#include <mlops/aml/json_access.hpp>

namespace mlops::aml {

namespace {

const Table& schedule_table() {
  static const Table table = {
      {"name", "", nullptr, true},
      {"display_name", "displayName", convert::text},
      {"description", "description", convert::text},
      {"tags", "tags", convert::texts},
      {"properties", "properties", convert::texts},
      {"is_enabled", "isEnabled", convert::boolean},
      {"trigger", "trigger", trigger, true},
      {"create_job", "", nullptr},
      {"create_monitor", "", nullptr},
      {"import_data", "", nullptr},
      {"id", "", nullptr},
      {"creation_context", "", nullptr},
      {"provisioning_state", "", nullptr},
  };
  return table;
}

const Table& import_table() {
  static const Table source = {
      {"type", "sourceType", convert::choice({{"database", "database"}, {"file_system", "file_system"}}), true},
      {"connection", "connection", convert::text, true},
      {"query", "query", convert::text},
      {"path", "path", convert::text},
      {"stored_procedure", "", convert::not_in_api},
      {"stored_procedure_params", "", convert::not_in_api},
  };
  static const Table table = {
      {"name", "assetName", convert::text, true},
      {"version", "", nullptr},
      {"type", "", nullptr},
      {"description", "description", convert::text},
      {"tags", "tags", convert::texts},
      {"properties", "properties", convert::texts},
      {"path", "dataUri", convert::text, true},
      {"source", "source", convert::mapping(source, "the source of an import"), true},
  };
  return table;
}

json::value imported_data(const Scope& scope, const Node& node) {
  if (node.is_string()) {
    const auto file = resolve_path(scope.folder, node.as_string());
    const document::Document document = scope.resolver.load(file, node.place());
    return imported_data({scope.resolver, file.parent_path(), scope.what}, document.root());
  }
  json::object body = filled(scope.as("a data import"), node, import_table());
  body["dataType"] = "uri_folder";  // the only one that this version of the API knows of an import
  body["isAnonymous"] = false;
  body["isArchived"] = false;
  return body;
}

/// What a schedule does, by the key that says it.
struct Action {
  const char* key;
  const char* rest;
  const char* member;
  const char* api_version;
  json::value (*definition)(const Scope& scope, const Node& action, const Node& schedule);
};

constexpr Action k_actions[] = {
    {"create_job", "CreateJob", "jobDefinition", k_api_version,
     [](const Scope& scope, const Node& action, const Node&) { return scheduled_job(scope, action); }},
    {"create_monitor", "CreateMonitor", "monitorDefinition", k_monitor_api_version,
     [](const Scope& scope, const Node& action, const Node& schedule) {
       return monitor_definition(scope, action, schedule.at("trigger"));
     }},
    {"import_data", "ImportData", "dataImportDefinition", k_monitor_api_version,
     [](const Scope& scope, const Node& action, const Node&) { return imported_data(scope, action); }},
};

const Action& action_of(const Node& node) {
  const Action* found = nullptr;
  for (const auto& action : k_actions) {
    if (!node.find(action.key)) continue;
    if (found) {
      throw node.at(action.key)
          .error("value-invalid", fmt::format("a schedule has either \"{}\" or \"{}\".", found->key, action.key));
    }
    found = &action;
  }
  if (!found) throw node.error("key-missing", "a schedule needs the key \"create_job\".");
  return *found;
}

}  // namespace

Compiled compile_schedule(const Scope& scope, const Node& node) {
  const Action& action = action_of(node);
  Compiled compiled;
  json::object properties = filled(scope, node, schedule_table());
  read_asset_name(compiled, node);
  properties["action"] = {{"actionType", action.rest},
                          {action.member, action.definition(scope, node.at(action.key), node)}};
  compiled.body["properties"] = std::move(properties);
  compiled.api_version = action.api_version;
  return compiled;
}

}  // namespace mlops::aml
