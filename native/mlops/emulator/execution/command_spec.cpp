#include <fmt/format.h>

#include <mlops/core/error.hpp>
#include <mlops/core/text.hpp>
#include <mlops/document/document.hpp>
#include <mlops/emulator/execution/command_spec.hpp>
#include <mlops/emulator/execution/expressions.hpp>
#include <mlops/emulator/json_access.hpp>

namespace mlops::emulator {

namespace {

std::string first_text(const json::object& object, std::initializer_list<const char*> names) {
  for (const char* name : names) {
    if (std::string text = text_at(object, name); !text.empty()) return text;
  }
  return {};
}

}  // namespace

std::string literal_text(const json::value& value) {
  if (value.is_bool()) return value.get_bool() ? "True" : "False";  // as the service writes Python's
  return document::to_text(value);
}

JobInputs parse_inputs(const json::object* inputs) {
  JobInputs parsed;
  if (!inputs) return parsed;
  for (const auto& [name, value] : *inputs) {
    if (value.is_null()) continue;
    const json::object* object = value.if_object();
    if (!object) {
      parsed[std::string(name)] = {.value = literal_text(value)};
      continue;
    }
    JobInput input{.type = core::to_lower(first_text(*object, {"jobInputType", "job_input_type", "type"}))};
    const std::string uri = first_text(*object, {"uri", "path"});
    const json::value* literal = object->if_contains("value");
    if (!uri.empty()) {
      if (input.type.empty() || input.is_literal()) input.type = "uri_folder";
      input.value = uri;
    } else if (literal && !literal->is_null()) {
      input.type = "literal";
      input.value = literal_text(*literal);
    } else {
      continue;  // an optional input without a value
    }
    parsed[std::string(name)] = input;
  }
  return parsed;
}

JobOutputs parse_outputs(const json::object* outputs) {
  JobOutputs parsed;
  if (!outputs) return parsed;
  for (const auto& [name, value] : *outputs) {
    JobOutput output;
    if (const json::object* object = value.if_object()) {
      const std::string type = core::to_lower(first_text(*object, {"jobOutputType", "job_output_type", "type"}));
      if (!type.empty() && type != "literal") output.type = type;
      output.uri = first_text(*object, {"uri", "path"});
      output.asset_name = first_text(*object, {"assetName", "asset_name", "name"});
      output.asset_version = first_text(*object, {"assetVersion", "asset_version", "version"});
    }
    parsed[std::string(name)] = output;
  }
  return parsed;
}

std::chrono::seconds timeout_of(const json::object& properties) {
  const json::object* limits = object_at(properties, "limits");
  const json::value* timeout = limits ? limits->if_contains("timeout") : nullptr;
  if (!timeout || timeout->is_null()) return std::chrono::seconds(0);
  if (timeout->is_int64()) return std::chrono::seconds(timeout->get_int64());
  const auto duration = timeout->is_string() ? parse_duration(std::string(timeout->get_string())) : std::nullopt;
  if (duration) return *duration;
  throw core::Error("job-invalid", fmt::format("limits.timeout must be an ISO 8601 duration such as PT1H, not {}.",
                                               json::serialize(*timeout)));
}

CommandSpec parse_command_job(const json::object& properties) {
  CommandSpec spec{.command = text_at(properties, "command"),
                   .code = text_at(properties, "codeId"),
                   .environment = text_at(properties, "environmentId"),
                   .inputs = parse_inputs(object_at(properties, "inputs")),
                   .outputs = parse_outputs(object_at(properties, "outputs")),
                   .timeout = timeout_of(properties)};
  if (spec.command.empty()) throw core::Error("job-invalid", "The job has no command.");
  if (const json::object* variables = object_at(properties, "environmentVariables")) {
    for (const auto& [name, value] : *variables) spec.variables[std::string(name)] = literal_text(value);
  }
  return spec;
}

}  // namespace mlops::emulator
