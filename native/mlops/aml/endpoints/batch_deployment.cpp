#include <fmt/format.h>

#include <mlops/aml/compile/compile.hpp>
#include <mlops/aml/compile/component.hpp>
#include <mlops/aml/compile/data_flow.hpp>
#include <mlops/aml/endpoints/inline_assets.hpp>
#include <mlops/aml/json_access.hpp>
#include <mlops/core/text.hpp>

// Batch deployments of a model, and of a pipeline component. Followed from what azure-ai-ml sends.

namespace mlops::aml {

namespace {

Convert retry_settings() {
  static const Table table = {{"max_retries", "maxRetries", convert::integer},
                              {"timeout", "timeout", convert::seconds}};
  return convert::mapping(table, "retry settings");
}

// How a model is run over its input; below `settings`, in older files beside the model.
const Table& run_table() {
  static const Table table = {
      {"mini_batch_size", "miniBatchSize", convert::integer},
      {"max_concurrency_per_instance", "maxConcurrencyPerInstance", convert::integer},
      {"output_action", "outputAction",
       convert::choice({{"append_row", "AppendRow"}, {"summary_only", "SummaryOnly"}})},
      {"output_file_name", "outputFileName", convert::text},
      {"error_threshold", "errorThreshold", convert::integer},
      {"retry_settings", "retrySettings", retry_settings()},
      {"logging_level", "loggingLevel",
       convert::choice({{"info", "Info"}, {"warning", "Warning"}, {"debug", "Debug"}})},
      {"environment_variables", "environmentVariables", convert::texts},
  };
  return table;
}

json::value asset_reference(const json::value& id) {
  return json::object{{"assetId", id}, {"referenceType", "Id"}};
}

json::value model(const Scope& scope, const Node& node) {
  return asset_reference(deployed_model(scope, node));
}

Convert resources() {
  static const Table table = {{"instance_count", "instanceCount", convert::integer},
                              {"instance_type", "instanceType", convert::text},
                              {"properties", "properties", convert::anything}};
  return convert::mapping(table, "the resources of a batch deployment");
}

const Table& shared_table() {
  static const Table table = {
      {"name", "", nullptr, true},
      {"endpoint_name", "", nullptr, true},
      {"description", "properties.description", convert::text},
      {"tags", "tags", convert::texts},
      {"type", "", nullptr},
      {"id", "", nullptr},
      {"provisioning_state", "", nullptr},
      {"creation_context", "", nullptr},
  };
  return table;
}

Table below_properties(Table table) {
  for (auto& field : table) field.target = "properties." + field.target;
  return table;
}

const Table& model_table() {
  static const Table table =
      joined({shared_table(),
              below_properties(joined({run_table(),
                                       {{"model", "model", model},
                                        {"code_configuration", "codeConfiguration", code_configuration},
                                        {"environment", "environmentId", deployed_environment},
                                        {"compute", "compute", convert::compute},
                                        {"properties", "properties", convert::texts},
                                        {"resources", "resources", resources()}}})),
              {{"settings", "", nullptr}}});
  return table;
}

// A pipeline's settings are texts in the REST schema.
json::value pipeline_settings(const Scope&, const Node& node) {
  json::object settings;
  for (const auto& [key, member] : node.members()) settings[key] = python_text(member.value());
  return settings;
}

json::value pipeline_component(const Scope& scope, const Node& node) {
  if (AssetReference::parse(node.as_string())) return asset_reference(convert::asset(k_component)(scope, node));
  const auto file = resolve_path(scope.folder, node.as_string());
  const document::Document document = scope.resolver.load(file, node.place());
  const Component component =
      compile_component({scope.resolver, file.parent_path(), "a component"}, document.root(), "YAML.COMPONENT");
  return asset_reference(json::value(anonymous_component_id(scope, component)));
}

const Table& pipeline_table() {
  static const Table table =
      joined({shared_table(),
              {{"component", "properties.deploymentConfiguration.componentId", pipeline_component, true},
               {"settings", "properties.deploymentConfiguration.settings", pipeline_settings},
               {"properties", "properties.properties", convert::texts},
               {"job_definition", "", convert::not_in_api}}});
  return table;
}

bool is_pipeline(const Node& node) {
  const auto type = node.find("type");
  return type ? core::equals_ignoring_case(type->as_string(), "pipeline") : node.find("component").has_value();
}

json::object pipeline_body(const Scope& scope, const Node& node) {
  json::object body = filled(scope.as("a batch deployment of a pipeline"), node, pipeline_table());
  json::object& properties = body["properties"].get_object();
  properties["deploymentConfiguration"].get_object()["deploymentConfigurationType"] = "PipelineComponent";
  // What the SDK sends of a model's deployment, and the service wants.
  properties["errorThreshold"] = -1;
  properties["maxConcurrencyPerInstance"] = 1;
  properties["miniBatchSize"] = 10;
  properties["outputFileName"] = "predictions.csv";
  return body;
}

json::object model_body(const Scope& scope, const Node& node) {
  static const Table settings_table =
      joined({run_table(), {{"instance_count", "resources.instanceCount", convert::integer}}});
  json::object body = filled(scope, node, model_table());
  if (const auto settings = node.find("settings")) {
    json::object& properties = body.emplace("properties", json::object()).first->value().get_object();
    fill(properties, scope.as("the settings of a batch deployment"), *settings, settings_table);
  }
  return body;
}

}  // namespace

Compiled compile_batch_deployment(const Scope& scope, const Node& node) {
  Compiled compiled;
  compiled.body = is_pipeline(node) ? pipeline_body(scope, node) : model_body(scope, node);
  compiled.name = node.at("name").as_text();
  const Node endpoint = node.at("endpoint_name");
  scope.resolver.require_endpoint(k_batch_endpoint, endpoint.as_text(), endpoint.place());
  compiled.parent = resource_path("", k_batch_endpoint, endpoint.as_text()).substr(1);
  compiled.body["location"] = scope.resolver.location();
  return compiled;
}

}  // namespace mlops::aml
