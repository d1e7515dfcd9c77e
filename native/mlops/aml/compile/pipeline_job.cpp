#include <fmt/format.h>

#include <mlops/aml/compile/compile.hpp>
#include <mlops/aml/compile/job_tables.hpp>
#include <mlops/aml/compile/pipeline_steps.hpp>
#include <mlops/aml/compile/step.hpp>
#include <mlops/aml/json_access.hpp>
#include <mlops/aml/yaml.hpp>

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

const Table& pipeline_table() {
  static const Table table =
      joined({job_table(),
              {{"inputs", "inputs", pipeline_inputs},
               {"outputs", "outputs", job_outputs},
               {"settings", "settings", convert::mapping(settings_table(), "the settings of a pipeline")},
               {"component", "", nullptr},
               {"jobs", "", nullptr}}});
  return table;
}

// A registered pipeline component, or one in a file, which is registered without a name.
void run_component(json::object& properties, const Scope& scope, const Node& node) {
  if (AssetReference::parse(node.as_string())) {
    properties["componentId"] = convert::asset(k_component)(scope, node);
    return;
  }
  const auto file = resolve_path(scope.folder, node.as_string());
  const document::Document document = scope.resolver.load(file, node.place());
  const Component component =
      compile_component({scope.resolver, file.parent_path(), "a component"}, document.root(), "YAML.COMPONENT");
  if (component.kind != &pipeline_component_kind()) {
    throw node.error("value-invalid",
                     fmt::format("\"{}\" is {}, not a pipeline component.", node.as_string(), component.kind->name),
                     "Make it a step below `jobs`.");
  }
  properties["componentId"] = anonymous_component_id(scope, component);
  for (const char* key : {"description", "tags"}) {
    if (const auto* words = component.spec.if_contains(key)) properties.emplace(key, *words);
  }
}

}  // namespace

json::object pipeline_properties(const Scope& scope, const Node& node) {
  json::object properties = filled(scope, node, pipeline_table());
  properties["jobType"] = "Pipeline";
  return properties;
}

Compiled compile_pipeline_job(const Scope& scope, const Node& node) {
  Compiled compiled;
  json::object properties = pipeline_properties(scope, node);
  const auto component = node.find("component");
  if (component) {
    if (const auto jobs = node.find("jobs")) {
      throw jobs->error("value-invalid", "a pipeline has either \"jobs\" or \"component\".");
    }
    run_component(properties, scope, *component);
  } else {
    properties["jobs"] = compile_steps(scope, PipelineSteps(scope, node, PipelineSteps::Frame::job));
  }
  json::value& settings = properties["settings"];
  if (!settings.is_object()) settings.emplace_object();
  settings.get_object()["_source"] = component ? "REMOTE.WORKSPACE.JOB" : "YAML.JOB";
  if (const auto name = node.find("name")) compiled.name = name->as_text();
  compiled.body["properties"] = std::move(properties);
  return compiled;
}

}  // namespace mlops::aml
