#include <fmt/format.h>

#include <mlops/aml/endpoints/compile.hpp>
#include <mlops/aml/endpoints/inline_assets.hpp>
#include <mlops/aml/json_access.hpp>

namespace mlops::aml {

namespace {

json::value registered_model(const Scope& scope, const Node& node) {
  if (node.is_string() && AssetReference::parse(node.as_string())) return convert::asset(k_model)(scope, node);
  throw node.error(
      "value-invalid", "the model of a deployment must be a registered one.",
      "Register it with MlopsModelRegister@1 and write azureml:<name>:<version>, or set the input modelName.");
}

const Table& probe_table() {
  static const Table table = {
      {"initial_delay", "initialDelay", convert::seconds},
      {"period", "period", convert::seconds},
      {"timeout", "timeout", convert::seconds},
      {"success_threshold", "successThreshold", convert::integer},
      {"failure_threshold", "failureThreshold", convert::integer},
  };
  return table;
}

const Table& request_table() {
  static const Table table = {
      {"request_timeout_ms", "requestTimeout", convert::milliseconds},
      {"max_concurrent_requests_per_instance", "maxConcurrentRequestsPerInstance", convert::integer},
      {"max_queue_wait_ms", "maxQueueWait", convert::milliseconds},
  };
  return table;
}

Convert scale_settings() {
  static const Table target = {
      {"min_instances", "minInstances", convert::integer},
      {"max_instances", "maxInstances", convert::integer},
      {"target_utilization_percentage", "targetUtilizationPercentage", convert::integer},
      {"polling_interval", "pollingInterval", convert::seconds},
  };
  return convert::variant("type", "scaleType",
                          {{"default", "Default", {}}, {"target_utilization", "TargetUtilization", target}},
                          "scale settings");
}

const Table& amounts_table() {
  static const Table table = {{"cpu", "cpu", convert::text},
                              {"memory", "memory", convert::text},
                              {"gpu", "gpu", convert::text},
                              {"nvidia.com/gpu", "gpu", convert::text}};
  return table;
}

const Table& resources_table() {
  static const Table table = {
      {"requests", "containerResourceRequests", convert::mapping(amounts_table(), "resource requests")},
      {"limits", "containerResourceLimits", convert::mapping(amounts_table(), "resource limits")},
  };
  return table;
}

// A share of one, as in the YAML: 1 is everything.
json::value sampling_rate(const Scope& scope, const Node& node) {
  const json::value rate = convert::number(scope, node);
  const double share = rate.to_number<double>();
  if (share < 0 || share > 1) {
    throw node.error("value-invalid", "the sampling rate is a number from 0 to 1.", "1 collects every request.");
  }
  return share == 1 || share == 0 ? json::value(static_cast<std::int64_t>(share)) : json::value(share);
}

// A reference, or what describes a registered data asset.
json::value collected_data(const Scope& scope, const Node& node) {
  if (!node.is_mapping()) return convert::asset(k_data)(scope, node);
  node.require_keys({"name", "version", "path", "data_id"}, "the data of a collection");
  if (const auto id = node.find("data_id")) return convert::asset(k_data)(scope, *id);
  if (const auto path = node.find("path")) {
    throw path->error("value-invalid", "the data asset of a collection must be a registered one.",
                      "Create it with MlopsAmlSubmit@1 and name it here, or leave `data` out for the default place.");
  }
  const auto version = node.find("version");
  const std::string name = node.at("name").as_text();
  return json::value(scope.resolver.asset(
      k_data, version ? fmt::format("azureml:{}:{}", name, version->as_text()) : fmt::format("azureml:{}@latest", name),
      node.place()));
}

const Table& collection_table() {
  static const Table table = {
      {"enabled", "dataCollectionMode", convert::choice({{"true", "Enabled"}, {"false", "Disabled"}}), true},
      {"data", "dataId", collected_data},
      {"client_id", "clientId", convert::text},
  };
  return table;
}

const Table& collector_table() {
  static const Table headers = {{"capture_headers", "captureHeaders", convert::text_list}};
  static const Table table = {
      {"collections", "collections", convert::named(convert::mapping(collection_table(), "a data collection")), true},
      {"rolling_rate", "rollingRate",
       convert::choice({{"minute", "Minute"}, {"hour", "Hour"}, {"day", "Day"}, {"month", "Month"}, {"year", "Year"}})},
      {"request_logging", "requestLogging", convert::mapping(headers, "request logging")},
      {"sampling_rate", "", sampling_rate},
  };
  return table;
}

// The YAML has one sampling rate for all collections, the service one for each.
json::value data_collector(const Scope& scope, const Node& node) {
  json::object body = filled(scope.as("a data collector"), node, collector_table());
  if (const auto rate = node.find("sampling_rate")) {
    for (auto& collection : body.at("collections").as_object()) {
      collection.value().as_object()["samplingRate"] = sampling_rate(scope, *rate);
    }
  }
  return body;
}

// The service collects into data assets only: where the YAML names none, they are made as the SDK makes them.
void add_collected_data(const Scope& scope, const Node& root, json::object& body) {
  if (!root.find("data_collector")) return;
  const std::string endpoint = root.at("endpoint_name").as_text();
  const std::string deployment = root.at("name").as_text();
  for (auto& collection : body.at("properties").at("dataCollector").at("collections").as_object()) {
    json::object& settings = collection.value().as_object();
    if (settings.contains("dataId")) continue;
    const std::string name(collection.key());
    const std::string place = fmt::format("modelDataCollector/{}/{}/{}", endpoint, deployment, name);
    const json::object properties{{"dataType", "uri_folder"}, {"dataUri", datastore_uri(k_blob_datastore, place)}};
    settings["dataId"] = scope.resolver.anonymous(k_data, fmt::format("{}-{}-{}", endpoint, deployment, name), "1",
                                                  {{"properties", properties}});
  }
}

json::value instance_count(const Scope& scope, const Node& node) {
  const json::value count = convert::integer(scope, node);
  if (count.get_int64() < 1) throw node.error("value-invalid", "a deployment needs at least 1 instance.");
  return count;
}

const Table& deployment_table() {
  static const Table table = {
      {"name", "", nullptr, true},
      {"endpoint_name", "", nullptr, true},
      {"model", "", nullptr},
      {"environment", "properties.environmentId", deployed_environment},
      {"code_configuration", "properties.codeConfiguration", code_configuration},
      {"environment_variables", "properties.environmentVariables", convert::texts},
      {"description", "properties.description", convert::text},
      {"properties", "properties.properties", convert::texts},
      {"app_insights_enabled", "properties.appInsightsEnabled", convert::boolean},
      {"instance_type", "properties.instanceType", convert::text},
      {"instance_count", "sku.capacity", instance_count},
      {"scale_settings", "properties.scaleSettings", scale_settings()},
      {"request_settings", "properties.requestSettings", convert::mapping(request_table(), "request settings")},
      {"liveness_probe", "properties.livenessProbe", convert::mapping(probe_table(), "a probe")},
      {"readiness_probe", "properties.readinessProbe", convert::mapping(probe_table(), "a probe")},
      {"model_mount_path", "properties.modelMountPath", convert::text},
      {"egress_public_network_access", "properties.egressPublicNetworkAccess",
       convert::choice({{"enabled", "Enabled"}, {"disabled", "Disabled"}})},
      {"data_collector", "properties.dataCollector", data_collector},
      {"resources", "properties.containerResourceRequirements", convert::mapping(resources_table(), "resources")},
      {"tags", "tags", convert::texts},
      {"private_network_connection", "", convert::not_in_api},
      {"type", "", convert::choice({{"managed", "Managed"}, {"kubernetes", "Kubernetes"}})},
      {"id", "", nullptr},
      {"provisioning_state", "", nullptr},
      {"creation_context", "", nullptr},
  };
  return table;
}

}  // namespace

CompiledDeployment compile_deployment(const YamlFile& file, Resolver& resolver, bool on_kubernetes,
                                      const std::string& model_reference) {
  return compile_deployment({resolver, file.folder(), kind_name(Kind::online_deployment)}, file.root(), on_kubernetes,
                            model_reference, registered_model);
}

CompiledDeployment compile_deployment(const Scope& scope, const Node& root, bool on_kubernetes,
                                      const std::string& model_reference, const Convert& convert_model) {
  if (!on_kubernetes && !root.find("instance_type")) {
    throw root.error("key-missing", "a deployment on a managed endpoint needs the key \"instance_type\".");
  }
  if (const auto resources = root.find("resources"); resources && !on_kubernetes) {
    throw core::Error("key-unknown", "\"resources\" is for deployments on Kubernetes; the endpoint is managed.",
                      resources->key_place(), "Choose an instance_type instead.");
  }
  CompiledDeployment compiled;
  const auto model = root.find("model");
  json::value id;
  if (!model_reference.empty()) {
    id = scope.resolver.asset(k_model, model_reference, model ? model->place() : root.place());
  } else if (model) {
    id = convert_model(scope, *model);
  }
  fill(compiled.body, scope, root, deployment_table());
  add_collected_data(scope, root, compiled.body);
  compiled.name = root.at("name").as_text();
  compiled.endpoint = root.at("endpoint_name").as_text();
  compiled.endpoint_place = root.at("endpoint_name").place();
  if (!id.is_null()) set_at(compiled.body, "properties.model", id);
  set_at(compiled.body, "properties.endpointComputeType", on_kubernetes ? "Kubernetes" : "Managed");
  set_at(compiled.body, "sku.name", "Default");
  // Without a count there is one instance, unless the load decides.
  if (!root.find("instance_count") && !root.find("scale_settings")) set_at(compiled.body, "sku.capacity", 1);
  compiled.body["location"] = scope.resolver.location();
  return compiled;
}

}  // namespace mlops::aml
