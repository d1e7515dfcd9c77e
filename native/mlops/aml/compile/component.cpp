#include <fmt/format.h>

#include <algorithm>
#include <mlops/aml/compile/component.hpp>
#include <mlops/aml/json_access.hpp>
#include <mlops/aml/yaml.hpp>
#include <mlops/core/hash.hpp>
#include <mlops/core/text.hpp>

namespace mlops::aml {

namespace {

constexpr const char* k_anonymous_name = "azureml_anonymous";

const std::vector<std::string>& parameter_types() {
  static const std::vector<std::string> types = {"string", "number", "integer", "boolean"};
  return types;
}

Convert port_type(bool with_parameters) {
  std::vector<std::pair<std::string, std::string>> words = {{"uri_folder", "uri_folder"},
                                                            {"uri_file", "uri_file"},
                                                            {"mltable", "mltable"},
                                                            {"mlflow_model", "mlflow_model"},
                                                            {"custom_model", "custom_model"},
                                                            {"triton_model", "triton_model"},
                                                            {"path", "path"}};
  if (with_parameters) {
    for (const auto& type : parameter_types()) words.emplace_back(type, type);
  }
  return convert::choice(std::move(words));
}

// Defaults and limits go as texts; of a number in the way that Python writes a float.
json::value parameter_text(const Scope&, const Node& node) {
  return json::value(python_text(node.value()));
}

Convert lower_choice(const std::vector<std::pair<std::string, std::string>>& words) {
  std::vector<std::pair<std::string, std::string>> same;
  for (const auto& [word, rest] : words) same.emplace_back(word, word);
  return convert::choice(std::move(same));
}

const Table& input_table() {
  static const Table table = {
      {"type", "type", port_type(true), true},
      {"description", "description", convert::text},
      {"optional", "optional", convert::boolean},
      {"default", "default", parameter_text},
      {"min", "min", parameter_text},
      {"max", "max", parameter_text},
      {"enum", "enum", convert::text_list},
      {"mode", "mode", lower_choice(input_modes())},
  };
  return table;
}

const Table& output_table() {
  static const Table table = {
      {"type", "type", port_type(true), true},        {"description", "description", convert::text},
      {"mode", "mode", lower_choice(output_modes())}, {"early_available", "early_available", convert::boolean},
      {"is_control", "is_control", convert::boolean},
  };
  return table;
}

json::value component_input(const Scope& scope, const Node& node) {
  json::object body = filled(scope.as("a component's input"), node, input_table());
  const std::string type(body.at("type").get_string());
  for (const char* key : {"default", "min", "max"}) {
    const auto value = node.find(key);
    if (!value || type != "number") continue;
    body[key] = python_text(json::value(convert::number(scope, *value).to_number<double>()));
  }
  if (const auto* optional = body.if_contains("optional"); optional && !optional->get_bool()) body.erase("optional");
  return body;
}

// Keys that the componentSpec of a step's definition in place has as well.
const Table& shared_table() {
  static const Table table = {
      {"description", "description", convert::text},
      {"tags", "tags", convert::texts},
  };
  return table;
}

// What every component says beside its definition.
const Table& file_table() {
  static const Table table =
      joined({shared_table(),
              {
                  {"name", "", nullptr},
                  {"version", "", nullptr},
                  {"$schema", "$schema", convert::text},
                  {"type", "", nullptr},
                  {"display_name", "display_name", convert::text},
                  {"is_deterministic", "is_deterministic", convert::boolean},
                  {"inputs", "inputs", convert::named(component_input)},
                  {"outputs", "outputs", convert::named(convert::mapping(output_table(), "a component's output"))},
                  {"properties", "properties", convert::texts},
                  {"id", "", nullptr},
                  {"auto_delete_setting", "", convert::not_in_api},
                  {"creation_context", "", nullptr},
              }});
  return table;
}

ComponentInterface interface_of(const json::object& spec) {
  ComponentInterface interface;
  if (const auto* inputs = spec.if_contains("inputs")) {
    for (const auto& [name, input] : inputs->get_object()) {
      const json::object& settings = input.get_object();
      interface.inputs[name] = std::string(settings.at("type").get_string());
      if (settings.contains("optional") || settings.contains("default")) interface.optional_inputs.insert(name);
    }
  }
  if (const auto* outputs = spec.if_contains("outputs")) {
    for (const auto& [name, output] : outputs->get_object()) {
      interface.outputs[name] = std::string(output.get_object().at("type").get_string());
    }
  }
  return interface;
}

json::object without(json::object object, std::initializer_list<const char*> keys) {
  for (const char* key : keys) object.erase(key);
  return object;
}

Port port_of(const json::value& declared) {
  Port port;
  port.type = text_at(declared, "type");
  port.mode = text_at(declared, "mode");
  return port;
}

}  // namespace

std::string code_id(const Scope& scope, const Node& node, bool of_component) {
  const auto code = node.find("code");
  const auto includes = node.find("additional_includes");
  if (!code) {
    if (includes) throw includes->error("key-missing", "\"additional_includes\" needs \"code\" beside it.");
    return {};
  }
  const std::string text = code->as_string();
  if (AssetReference::parse(text)) return scope.resolver.asset(k_code, text, code->place());
  CodeSource source{resolve_path(scope.folder, text), code->place(), of_component, {}};
  if (includes) {
    for (const auto& include : includes->children()) {
      source.additional_includes.push_back(resolve_path(scope.folder, include.as_string()));
    }
  }
  return scope.resolver.code(source);
}

void drop_empty(json::object& spec) {
  std::vector<std::string> empty;
  for (const auto& member : spec) {
    const auto* object = member.value().if_object();
    if (object && object->empty()) empty.emplace_back(member.key());
  }
  for (const auto& key : empty) spec.erase(key);
}

Component component_in_place(const Scope& scope, const Node& step, const ComponentKind& kind) {
  Component component;
  component.kind = &kind;
  const Table table = joined({kind.definition, shared_table()});
  for (const auto& field : table) {
    json::value value = field.convert ? field_value(scope, step, table, field.key) : nullptr;
    if (value.is_null() && field.required) {
      throw step.error("key-missing", fmt::format("{} needs the key \"{}\".", scope.what, field.key));
    }
    if (!value.is_null()) component.spec[field.target] = std::move(value);
  }
  if (kind.complete) kind.complete(component.spec, scope, step);
  component.spec["type"] = kind.type;
  if (kind.runs_code) component.spec["is_deterministic"] = true;
  return component;
}

Component compile_component(const Scope& scope, const Node& node, const std::string& source,
                            const ComponentKind& untyped) {
  Component component;
  const ComponentKind& kind = component_kind(node, untyped);
  component.kind = &kind;
  Scope own = scope.as(kind.name);
  own.preview = nullptr;
  fill(component.spec, own, node, joined({kind.definition, file_table()}));
  if (kind.complete) kind.complete(component.spec, own, node);
  component.spec["type"] = kind.type;
  if (kind.runs_code) component.spec.emplace("is_deterministic", true);
  drop_empty(component.spec);
  component.spec["_source"] = source;
  component.interface = interface_of(component.spec);
  for (const auto& field : kind.settings) {
    json::value value = field_value(own, node, kind.settings, field.key);
    if (!value.is_null()) component.step_settings[field.target] = std::move(value);
  }
  Names inputs;
  Names outputs;
  for (const auto& [name, type] : component.interface.inputs) inputs.insert(name);
  for (const auto& [name, type] : component.interface.outputs) outputs.insert(name);
  if (kind.check) kind.check(node, inputs, outputs);
  return component;
}

Port component_input_port(const Scope& scope, const Node& node) {
  return port_of(component_input(scope, node));
}

Port component_output_port(const Scope& scope, const Node& node) {
  return port_of(filled(scope.as("a component's output"), node, output_table()));
}

json::object Component::properties() const {
  json::object properties{{"componentSpec", spec}, {"isArchived", false}};
  for (const char* key : {"description", "tags"}) {
    if (const auto* value = spec.if_contains(key)) properties[key] = *value;
  }
  // The service takes this list as a text that holds JSON; the SDK's hash is of the list.
  json::object& sent = properties["componentSpec"].get_object();
  if (auto* keys = sent.if_contains("partition_keys")) *keys = python_json(*keys);
  return properties;
}

std::string Component::anonymous_version() const {
  return uuid_of_hash(core::sha256_hex(python_json(without(spec, {"_source", "name", "version"}))));
}

std::string Component::client_hash(const std::string& name) const {
  json::object named = without(spec, {"_source", "version"});
  named["name"] = name;
  return uuid_of_hash(core::sha256_hex(python_json(named)));
}

std::string anonymous_component_id(const Scope& scope, const Component& component) {
  const std::string version = component.anonymous_version();
  json::object properties = component.properties();
  json::object& spec = properties["componentSpec"].get_object();
  spec["name"] = k_anonymous_name;
  spec["version"] = "1";
  properties["isAnonymous"] = true;
  return scope.resolver.anonymous(k_component, k_anonymous_name, version, {{"properties", properties}});
}

}  // namespace mlops::aml
