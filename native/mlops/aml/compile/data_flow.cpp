#include <fmt/format.h>

#include <algorithm>
#include <mlops/aml/compile/data_flow.hpp>
#include <mlops/aml/yaml.hpp>
#include <mlops/core/text.hpp>

namespace mlops::aml {

namespace fs = std::filesystem;

namespace {

using Words = std::vector<std::pair<std::string, std::string>>;

constexpr const char* k_default_type = "uri_folder";

Convert type_choice() {
  return convert::choice({{"uri_folder", "uri_folder"},
                          {"uri_file", "uri_file"},
                          {"mltable", "mltable"},
                          {"custom_model", "custom_model"},
                          {"mlflow_model", "mlflow_model"},
                          {"triton_model", "triton_model"}});
}

bool is_model(const std::string& type) {
  return type.size() > 6 && type.compare(type.size() - 6, 6, "_model") == 0;
}

const Table& input_table() {
  static const Table table = {
      {"type", "jobInputType", type_choice()},
      {"mode", "mode", convert::choice(input_modes())},
      {"path", "", nullptr},
      {"datastore", "", nullptr},
      {"description", "description", convert::text},
      {"path_on_compute", "", nullptr},
  };
  return table;
}

const Table& output_table() {
  static const Table table = {
      {"type", "jobOutputType", type_choice()},
      {"mode", "mode", convert::choice(output_modes())},
      {"path", "uri", convert::text},
      {"name", "assetName", convert::text},
      {"version", "assetVersion", convert::preview(convert::text)},
      {"description", "description", convert::text},
  };
  return table;
}

bool is_remote(const std::string& path) {
  return path.find("://") != std::string::npos && path.rfind("file:", 0) != 0;
}

void require_form(const Node& path, const fs::path& local, const std::string& type) {
  if (type == "uri_file" && fs::is_directory(local)) {
    throw path.error("value-invalid", fmt::format("\"{}\" is a folder, but the input is a uri_file.", local.string()),
                     "Write `type: uri_folder`.");
  }
  if (type == "uri_folder" && fs::is_regular_file(local)) {
    throw path.error("value-invalid", fmt::format("\"{}\" is a file, but the input is a uri_folder.", local.string()),
                     "Write `type: uri_file`.");
  }
}

// Where the data is, as the job's definition says it.
std::string input_uri(const Scope& scope, const Node& node, const std::string& type) {
  const Node path = node.at("path");
  const std::string text = path.as_string();
  if (AssetReference::parse(text)) return scope.resolver.asset(is_model(type) ? k_model : k_data, text, path.place());
  if (is_remote(text)) return text;
  const fs::path local = resolve_path(scope.folder, text);
  require_form(path, local, type);
  const auto datastore = node.find("datastore");
  const Uploaded uploaded =
      scope.resolver.upload(local, path.place(), local.filename().string(), datastore ? datastore->as_string() : "");
  return uploaded.uri() + (type == k_default_type ? "/" : "");
}

json::value literal(const std::string& value) {
  return {{"value", value}, {"jobInputType", "literal"}};
}

Port literal_port(const Node& node) {
  if (node.is_sequence()) throw node.error("type-wrong", "an input is a value or a mapping, not a list.");
  Port port;
  port.literal = true;
  port.value = python_text(node.value());
  port.type = node.value().is_bool()     ? "boolean"
              : node.value().is_int64()  ? "integer"
              : node.value().is_double() ? "number"
                                         : "string";
  return port;
}

Port port_of(const Scope& scope, const Node& node, const Table& table, const std::string& type_member,
             const std::string& what) {
  Port port;
  port.binding = whole_expression(node);
  if (port.binding || node.is_null()) return port;
  const json::object settings = filled(scope.as(what), node, table);
  if (const auto* type = settings.if_contains(type_member)) port.type = std::string(type->get_string());
  if (const auto mode = node.find("mode")) port.mode = core::to_lower(mode->as_string());
  if (const auto path = node.find("path")) port.binding = whole_expression(*path);
  return port;
}

void collect_names(Names& names, const std::string& prefix, const Node& mapping) {
  for (const auto& [key, member] : mapping.members()) {
    // A mapping without any of the keys of an input is a group of inputs.
    const bool group = member.is_mapping() && !member.value().get_object().empty() && !member.find("path") &&
                       !member.find("type") && !member.find("value") && !member.find("mode") && !member.find("name");
    if (group) {
      collect_names(names, prefix + key + ".", member);
    } else {
      names.insert(prefix + key);
    }
  }
}

}  // namespace

const Words& input_modes() {
  static const Words words = {
      {"ro_mount", "ReadOnlyMount"},    {"rw_mount", "ReadWriteMount"}, {"mount", "ReadOnlyMount"},
      {"download", "Download"},         {"direct", "Direct"},           {"eval_mount", "EvalMount"},
      {"eval_download", "EvalDownload"}};
  return words;
}

const Words& output_modes() {
  static const Words words = {
      {"rw_mount", "ReadWriteMount"}, {"mount", "ReadWriteMount"}, {"upload", "Upload"}, {"direct", "Direct"}};
  return words;
}

std::string python_text(const json::value& value) {
  if (value.is_bool()) return value.get_bool() ? "True" : "False";
  return document::to_text(value);
}

Port input_port(const Scope& scope, const Node& node) {
  if (!node.is_mapping() && !whole_expression(node)) return literal_port(node);
  if (const auto value = node.find("value")) {
    node.require_keys({"value", "type"}, "an input with a value");
    return literal_port(*value);
  }
  return port_of(scope, node, input_table(), "jobInputType", "an input");
}

Port output_port(const Scope& scope, const Node& node) {
  return port_of(scope, node, output_table(), "jobOutputType", "an output");
}

json::value job_input(const Scope& scope, const Node& node) {
  const Port port = input_port(scope, node);
  if (port.literal) return literal(port.value);
  if (port.binding) return literal(port.binding->canonical());
  json::object body = filled(scope.as("an input"), node, input_table());
  const std::string type = port.type.empty() ? k_default_type : port.type;
  body["jobInputType"] = type;
  body["uri"] = input_uri(scope, node, type);
  return body;
}

json::value job_output(const Scope& scope, const Node& node) {
  if (node.is_null()) return {{"jobOutputType", k_default_type}};
  json::object body = filled(scope.as("an output"), node, output_table());
  if (!body.contains("jobOutputType")) body["jobOutputType"] = k_default_type;
  if (const auto path = node.find("path")) expressions_in(*path);
  return body;
}

json::value job_inputs(const Scope& scope, const Node& node) {
  json::object body;
  for (const auto& [name, member] : node.members()) {
    if (member.is_null()) continue;
    body[name] = job_input(scope, member);
  }
  return body;
}

json::value job_outputs(const Scope& scope, const Node& node) {
  json::object body;
  for (const auto& [name, member] : node.members()) body[name] = job_output(scope, member);
  return body;
}

Names names_of(const std::optional<Node>& mapping) {
  Names names;
  if (mapping) collect_names(names, "", *mapping);
  return names;
}

}  // namespace mlops::aml
