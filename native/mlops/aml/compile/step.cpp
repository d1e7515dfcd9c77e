#include <fmt/format.h>

#include <mlops/aml/compile/job_tables.hpp>
#include <mlops/aml/compile/step.hpp>

// One step of a pipeline, as azure-ai-ml sends it: snake_case, but for the ids.

namespace mlops::aml {

namespace {

// "rw_mount" -> "ReadWriteMount"
json::value rest_mode(const std::vector<std::pair<std::string, std::string>>& modes, const std::string& mode) {
  for (const auto& [word, rest] : modes) {
    if (word == mode) return json::value(rest);
  }
  return nullptr;
}

json::object step_inputs(const Scope& scope, const Step& step) {
  json::object inputs;
  const auto mapping = step.node.find("inputs");
  if (!mapping) return inputs;
  for (const auto& [name, node] : mapping->members()) {
    if (node.is_null()) continue;
    json::value input = to_snake_case(job_input(scope, node));
    const Port& port = step.inputs.at(name);
    if (port.binding && !port.mode.empty()) input.get_object()["mode"] = rest_mode(input_modes(), port.mode);
    inputs[name] = std::move(input);
  }
  return inputs;
}

json::value bound_output(const Port& port, const Node& node) {
  json::object output{{"value", port.binding->canonical()}, {"type", "literal"}};
  if (!port.mode.empty()) output["mode"] = rest_mode(output_modes(), port.mode);
  for (const char* key : {"name", "version"}) {
    if (const auto value = node.find(key)) output[key] = value->as_text();
  }
  return output;
}

// A step's output says the asset it becomes by `name` and `version`.
json::value own_output(const Scope& scope, const Node& node, const std::string& type) {
  json::object output = to_snake_case(job_output(scope, node)).get_object();
  for (const char* key : {"asset_name", "asset_version"}) output.erase(key);
  for (const char* key : {"name", "version"}) {
    if (const auto value = node.find(key)) output[key] = value->as_text();
  }
  output["job_output_type"] = type;
  return output;
}

json::object step_outputs(const Scope& scope, const PipelineSteps& steps, const Step& step) {
  json::object outputs;
  const auto mapping = step.node.find("outputs");
  if (!mapping) return outputs;
  for (const auto& [name, node] : mapping->members()) {
    if (node.is_null()) continue;  // as its component says
    const Port& port = step.outputs.at(name);
    outputs[name] = port.binding ? bound_output(port, node) : own_output(scope, node, steps.output_type(step, name));
  }
  return outputs;
}

std::string component_id(const Scope& scope, const PipelineSteps& steps, const Step& step) {
  if (!step.reference.empty()) return step.reference;
  if (step.component) return anonymous_component_id(scope, *step.component);
  Component component = component_in_place(scope, step.node, *step.kind->component);
  component.spec["inputs"] = steps.inline_inputs(step);
  component.spec["outputs"] = steps.inline_outputs(step);
  drop_empty(component.spec);
  component.spec["_source"] = step.source;
  return anonymous_component_id(scope, component);
}

void set_unless_empty(json::object& node, const char* key, json::object members) {
  if (!members.empty()) node[key] = std::move(members);
}

json::object compile_step(const Scope& scope, const PipelineSteps& steps, const Step& step) {
  Scope own = scope.as(fmt::format("the step \"{}\"", step.name));
  const StepKind& kind = *step.kind;
  own.bindable = true;
  own.preview = nullptr;
  json::object node = kind.compile ? kind.compile(own, step.node) : filled(own, step.node, kind.keys);
  const bool is_trial = kind.component_key && std::string_view(kind.component_key) == "trial";
  if (step.component && !is_trial) {
    for (const auto& setting : step.component->step_settings) node.insert(setting);
  }
  if (kind.add_defaults) kind.add_defaults(node, step.node);
  node["name"] = step.name;
  node["type"] = kind.type;
  set_unless_empty(node, "inputs", step_inputs(own, step));
  set_unless_empty(node, "outputs", step_outputs(own, steps, step));
  if (!kind.component && step.reference.empty()) return node;
  if (kind.component && step.reference.empty()) {
    for (const auto& setting : kind.component->default_settings) node.insert(setting);
  }
  node["_source"] = step.source;
  const std::string id = component_id(own, steps, step);
  if (is_trial) {
    node["trial"] = {{"componentId", id}};
  } else {
    node["componentId"] = id;
  }
  return node;
}

}  // namespace

json::object compile_steps(const Scope& scope, const PipelineSteps& steps) {
  json::object jobs;
  for (const auto& step : steps.steps()) jobs[step.name] = compile_step(scope, steps, step);
  return jobs;
}

}  // namespace mlops::aml
