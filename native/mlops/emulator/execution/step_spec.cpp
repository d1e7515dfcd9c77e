#include <fmt/format.h>

#include <mlops/core/error.hpp>
#include <mlops/core/hash.hpp>
#include <mlops/core/text.hpp>
#include <mlops/emulator/execution/assets.hpp>
#include <mlops/emulator/execution/step_spec.hpp>
#include <mlops/emulator/json_access.hpp>

namespace mlops::emulator {

namespace {

std::string either(const json::object& object, const char* snake, const char* camel) {
  const std::string text = text_at(object, snake);
  return text.empty() ? text_at(object, camel) : text;
}

// "azureml:/subscriptions/..." as jobs have it: without the prefix.
std::string plain_id(const std::string& reference) {
  return reference.starts_with("azureml:/subscriptions/") ? reference.substr(8) : reference;
}

void find_component(const Context& context, const Workspace& workspace, const PipelineStep& step, StepSpec& spec) {
  if (const json::object* own = object_at(step.node, "component")) {
    spec.component = *own;
    return;
  }
  std::string reference = text_at(step.node, "componentId");
  if (reference.empty()) reference = text_at(step.node, "component");
  if (reference.empty()) {
    throw core::Error("job-invalid", fmt::format("Step '{}' names no component (componentId).", step.name));
  }
  const Resource version = find_asset(context, workspace, "components", reference);
  spec.component_id = fmt::format("{}/components/{}/versions/{}", workspace.id, version.key.name, version.key.version);
  if (const json::object* component = object_at(*version.find_properties(), "componentSpec"))
    spec.component = *component;
}

void bind_outputs(const PipelineStep& step, const JobOutputs& pipeline_outputs, StepSpec& spec) {
  spec.outputs = parse_outputs(object_at(spec.component, "outputs"));
  for (auto& [name, output] : spec.outputs) output = {.type = output.type};  // a component's name is no asset's
  for (auto& [name, output] : parse_outputs(object_at(step.node, "outputs"))) {
    const std::string type = spec.outputs[name].type;
    const std::string bound = bound_pipeline_output(step, name);
    if (bound.empty()) {
      spec.outputs[name] = output;
      if (output.type == "uri_folder") spec.outputs[name].type = type;
      continue;
    }
    const auto place = pipeline_outputs.find(bound);
    if (place == pipeline_outputs.end()) {
      throw core::Error("job-invalid",
                        fmt::format("Output '{}' of step '{}' is bound to the pipeline's output '{}', which "
                                    "there is not.",
                                    name, step.name, bound));
    }
    spec.outputs[name] = {.type = type, .uri = place->second.uri};
  }
}

json::object inputs_json(const JobInputs& inputs) {
  json::object object;
  for (const auto& [name, input] : inputs) {
    object[name] = {{input.is_literal() ? "value" : "uri", input.value}, {"jobInputType", input.type}};
  }
  return object;
}

json::object outputs_json(const JobOutputs& outputs) {
  json::object object;
  for (const auto& [name, output] : outputs) {
    json::object entry{{"jobOutputType", output.type}, {"mode", "ReadWriteMount"}};
    if (!output.uri.empty()) entry["uri"] = output.uri;
    if (!output.asset_name.empty()) entry["assetName"] = output.asset_name;
    object[name] = std::move(entry);
  }
  return object;
}

json::object variables_json(const CommandSpec& command) {
  json::object object;
  for (const auto& [name, value] : command.variables) object[name] = value;
  return object;
}

}  // namespace

StepSpec specify_step(const Context& context, const Workspace& workspace, const PipelineStep& step,
                      const JobInputs& pipeline_inputs, const StepOutputs& step_outputs,
                      const JobOutputs& pipeline_outputs) {
  StepSpec spec{.node = step.node};
  find_component(context, workspace, step, spec);
  const std::string type = core::to_lower(text_at(spec.component, "type"));
  spec.is_pipeline = type == "pipeline" || type == "pipeline_component";
  if (!spec.is_pipeline && type != "command" && !type.empty()) {
    throw core::Error("job-invalid",
                      fmt::format("Step '{}' has a component of type '{}'; aml-emulator runs command and "
                                  "pipeline components.",
                                  step.name, type));
  }
  spec.display_name = either(step.node, "display_name", "displayName");
  if (spec.display_name.empty()) spec.display_name = step.name;
  spec.inputs =
      complete_inputs(step.name, object_at(spec.component, "inputs"), bind_inputs(step, pipeline_inputs, step_outputs));
  bind_outputs(step, pipeline_outputs, spec);
  return spec;
}

CommandSpec command_of(const StepSpec& step) {
  CommandSpec command{.command = text_at(step.component, "command"),
                      .code = plain_id(text_at(step.component, "code")),
                      .environment = plain_id(text_at(step.component, "environment")),
                      .inputs = step.inputs,
                      .outputs = step.outputs,
                      .timeout = timeout_of(step.node)};
  if (command.command.empty()) throw core::Error("job-invalid", "The component has no command.");
  for (const json::object* source : {&step.component, &step.node}) {
    const std::string environment = either(*source, "environmentId", "environment_id");
    if (!environment.empty()) command.environment = plain_id(environment);
    for (const char* member : {"environment_variables", "environmentVariables"}) {
      const json::object* variables = object_at(*source, member);
      if (!variables) continue;
      for (const auto& [name, value] : *variables) command.variables[std::string(name)] = literal_text(value);
    }
  }
  return command;
}

json::object child_body(const JobId& parent, const json::object& parent_properties, const std::string& step_name,
                        const StepSpec& step) {
  const json::object* above = object_at(parent_properties, "properties");
  std::string root = above ? text_at(*above, "azureml.rootpipelinerunid") : "";
  if (root.empty()) root = parent.name;
  const std::string component_name = text_at(step.component, "name");
  json::object properties{{"jobType", step.is_pipeline ? "Pipeline" : "Command"},
                          {"displayName", step.display_name},
                          {"experimentName", text_at(parent_properties, "experimentName")},
                          {"componentId", step.component_id},
                          {"isArchived", false},
                          {"inputs", inputs_json(step.inputs)},
                          {"outputs", outputs_json(step.outputs)},
                          {"properties",
                           {{"azureml.runsource", step.is_pipeline ? "azureml.PipelineRun" : "azureml.StepRun"},
                            {"azureml.nodeid", core::sha256_hex(parent.name + '/' + step_name).substr(0, 8)},
                            {"azureml.moduleName", component_name.empty() ? step_name : component_name},
                            {"azureml.moduleid", step.component_id},
                            {"azureml.pipelinerunid", parent.name},
                            {"azureml.rootpipelinerunid", root},
                            {"azureml.pipeline", root},
                            {"azureml.isreused", "False"},
                            {"StepType", step.is_pipeline ? "SubPipeline" : "PythonScriptStep"},
                            {"ComputeTargetType", "AmlCompute"}}}};
  if (const json::object* tags = object_at(step.node, "tags")) properties["tags"] = *tags;
  const json::object* settings = object_at(parent_properties, "settings");
  std::string compute = either(step.node, "computeId", "compute");
  if (compute.empty() && settings) compute = text_at(*settings, "default_compute");
  if (!compute.empty()) properties["computeId"] = compute;
  if (!step.is_pipeline) {
    const CommandSpec command = command_of(step);
    properties["command"] = command.command;
    properties["environmentVariables"] = variables_json(command);
    if (!command.code.empty()) properties["codeId"] = command.code;
    if (!command.environment.empty()) properties["environmentId"] = command.environment;
    if (const json::object* limits = object_at(step.node, "limits")) properties["limits"] = *limits;
  } else {
    if (const json::object* jobs = object_at(step.component, "jobs")) properties["jobs"] = *jobs;
    if (settings) properties["settings"] = *settings;
  }
  return {{"properties", std::move(properties)}};
}

}  // namespace mlops::emulator
