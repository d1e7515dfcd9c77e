#include <fmt/format.h>

#include <mlops/aml/compile/compile.hpp>
#include <mlops/aml/compile/job_tables.hpp>
#include <mlops/aml/compile/pipeline_steps.hpp>
#include <mlops/aml/json_access.hpp>

// A pipeline's own members are camelCase as in any job; what stands below `jobs` and `settings` is the pipeline
// service's own form and snake_case. Followed from what azure-ai-ml sends.

namespace mlops::aml {

namespace {

const Table& settings_table() {
  static const Table table = {
      {"default_compute", "default_compute", convert::compute},
      {"default_datastore", "default_datastore", convert::datastore},
      {"continue_on_step_failure", "continue_on_step_failure", convert::boolean},
      {"continue_run_on_step_failure", "continue_run_on_step_failure", convert::boolean},
      {"continue_run_on_failed_optional_input", "continue_run_on_failed_optional_input", convert::boolean},
      {"force_rerun", "force_rerun", convert::boolean},
      {"on_init", "on_init", convert::text},
      {"on_finalize", "on_finalize", convert::text},
  };
  return table;
}

// An empty text is no value for a pipeline's input, unlike a step's.
json::value pipeline_inputs(const Scope& scope, const Node& node) {
  const json::value inputs = job_inputs(scope, node);
  json::object given;
  for (const auto& input : inputs.get_object()) {
    if (text_at(input.value(), "value").empty() && !find_at(input.value(), "uri")) continue;
    given.insert(input);
  }
  return given;
}

json::value registered_component(const Scope& scope, const Node& node) {
  const std::string text = node.as_string();
  if (!AssetReference::parse(text)) {
    throw node.error("value-invalid",
                     fmt::format("\"{}\" is a file; a pipeline job's component must be registered.", text),
                     "Create it with its own file, and write azureml:<name>:<version>.");
  }
  return convert::asset(k_component)(scope, node);
}

const Table& pipeline_table() {
  static const Table table =
      joined({job_table(),
              {{"inputs", "inputs", pipeline_inputs},
               {"outputs", "outputs", job_outputs},
               {"settings", "settings", convert::mapping(settings_table(), "the settings of a pipeline")},
               {"component", "componentId", registered_component},
               {"jobs", "", nullptr}}});
  return table;
}

const Table& step_table() {
  static const Table table = {
      {"type", "", nullptr},
      {"name", "", nullptr},
      {"display_name", "display_name", convert::text},
      {"description", "", nullptr},
      {"comment", "comment", convert::text},
      {"tags", "tags", convert::texts},
      {"properties", "properties", convert::texts},
      {"compute", "computeId", convert::compute},
      {"resources", "resources", in_snake_case(resources())},
      {"distribution", "distribution", in_snake_case(distribution())},
      {"limits", "limits", in_snake_case(limits())},
      {"identity", "identity", in_snake_case(identity())},
      {"queue_settings", "queue_settings", in_snake_case(queue_settings())},
      {"services", "services", convert::named(in_snake_case(job_service()))},
      {"environment_variables", "environment_variables", convert::texts},
      {"component", "", nullptr},
      {"command", "", nullptr},
      {"code", "", nullptr},
      {"environment", "", nullptr},
      {"inputs", "", nullptr},
      {"outputs", "", nullptr},
      {"experiment_name", "", nullptr},
  };
  return table;
}

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
  output.erase("asset_name");
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
  Component component;
  component.spec = command_spec(scope, step.node);
  component.spec["inputs"] = steps.inline_inputs(step);
  component.spec["outputs"] = steps.inline_outputs(step);
  drop_empty(component.spec);
  component.spec["_source"] = step.source;
  return anonymous_component_id(scope, component);
}

json::object compile_step(const Scope& scope, const PipelineSteps& steps, const Step& step) {
  const Scope own{scope.resolver, scope.folder, fmt::format("the step \"{}\"", step.name)};
  json::object node = filled(own, step.node, step_table());
  if (step.component) {
    for (const auto& setting : step.component->step_settings) node.insert(setting);
  }
  node["name"] = step.name;
  node["type"] = "command";
  node["inputs"] = step_inputs(own, step);
  node["outputs"] = step_outputs(own, steps, step);
  node["_source"] = step.source;
  node["componentId"] = component_id(own, steps, step);
  return node;
}

}  // namespace

Compiled compile_pipeline_job(const Scope& scope, const Node& node) {
  Compiled compiled;
  json::object properties = filled(scope, node, pipeline_table());
  properties["jobType"] = "Pipeline";
  if (!node.find("component")) {
    const PipelineSteps steps(scope, node);
    json::object jobs;
    for (const auto& step : steps.steps()) jobs[step.name] = compile_step(scope, steps, step);
    properties["jobs"] = std::move(jobs);
  } else if (const auto jobs = node.find("jobs")) {
    throw jobs->error("value-invalid", "a pipeline has either \"jobs\" or \"component\".");
  }
  json::value& settings = properties["settings"];
  if (!settings.is_object()) settings.emplace_object();
  settings.get_object()["_source"] = "YAML.JOB";
  if (const auto name = node.find("name")) compiled.name = name->as_text();
  compiled.body["properties"] = std::move(properties);
  return compiled;
}

}  // namespace mlops::aml
