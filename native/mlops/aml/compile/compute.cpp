#include <fmt/format.h>

#include <mlops/aml/compile/compile.hpp>
#include <mlops/aml/compile/compute.hpp>
#include <mlops/aml/json_access.hpp>
#include <mlops/core/files.hpp>
#include <mlops/core/text.hpp>

namespace mlops::aml {

Convert enabled() {
  return [](const Scope& scope, const Node& node) -> json::value {
    return json::value(convert::boolean(scope, node).get_bool() ? "Enabled" : "Disabled");
  };
}

json::value subnet(const Scope& scope, const Node& node) {
  static const Table table = {{"vnet_name", "vnet", convert::text},
                              {"subnet", "subnet", convert::text},
                              {"public_ip_address", "", nullptr},
                              {"private_ip_address", "", nullptr}};
  const json::value settings = filled(scope.as("network settings"), node, table);
  const std::string name = text_at(settings, "subnet");
  const std::string network = text_at(settings, "vnet");
  if (name.empty()) return nullptr;
  if (name.rfind("/subscriptions/", 0) == 0) return {{"id", name}};
  if (network.empty()) {
    throw node.error("key-missing", "a subnet given by its name needs \"vnet_name\" beside it.",
                     "Or give the subnet's full ARM id.");
  }
  const std::string& workspace = scope.resolver.workspace_id();
  const std::string group = workspace.substr(0, workspace.find("/providers/"));
  return {{"id", fmt::format("{}/providers/Microsoft.Network/virtualNetworks/{}/subnets/{}", group, network, name)}};
}

namespace {

// A list of {resource_id: ...} becomes an object with the ids as its keys.
json::value assigned_identities(const Scope&, const Node& node) {
  json::object identities;
  for (const auto& child : node.children()) identities[child.at("resource_id").as_string()] = json::object();
  return identities;
}

Convert compute_identity() {
  static const Table table = {
      {"type", "type",
       convert::choice({{"system_assigned", "SystemAssigned"},
                        {"user_assigned", "UserAssigned"},
                        {"system_assigned,user_assigned", "SystemAssigned,UserAssigned"},
                        {"none", "None"}}),
       true},
      {"user_assigned_identities", "userAssignedIdentities", assigned_identities},
      {"principal_id", "", nullptr},
      {"tenant_id", "", nullptr},
  };
  return convert::mapping(table, "the identity of a compute");
}

const Table& common_table() {
  static const Table table = {
      {"name", "", nullptr, true},
      {"type", "", nullptr},
      {"location", "location", convert::text},
      {"description", "properties.description", convert::text},
      {"tags", "tags", convert::texts},
      {"identity", "identity", compute_identity()},
      {"resource_id", "properties.resourceId", convert::text},
      {"id", "", nullptr},
      {"created_on", "", nullptr},
      {"provisioning_state", "", nullptr},
      {"provisioning_errors", "", nullptr},
  };
  return table;
}

const Table& cluster_table() {
  static const Table ssh = {{"admin_username", "adminUserName", convert::text, true},
                            {"ssh_key_value", "adminUserSshPublicKey", convert::text},
                            {"admin_password", "adminUserPassword", convert::secret}};
  static const Table table = {
      {"size", "properties.properties.vmSize", convert::text},
      {"tier", "properties.properties.vmPriority",
       convert::choice({{"dedicated", "Dedicated"}, {"low_priority", "LowPriority"}})},
      {"min_instances", "properties.properties.scaleSettings.minNodeCount", convert::integer},
      {"max_instances", "properties.properties.scaleSettings.maxNodeCount", convert::integer},
      {"idle_time_before_scale_down", "properties.properties.scaleSettings.nodeIdleTimeBeforeScaleDown",
       convert::seconds},
      {"ssh_public_access_enabled", "properties.properties.remoteLoginPortPublicAccess", enabled()},
      {"ssh_settings", "properties.properties.userAccountCredentials", convert::mapping(ssh, "SSH settings")},
      {"network_settings", "properties.properties.subnet", subnet},
      {"enable_node_public_ip", "properties.properties.enableNodePublicIp", convert::boolean},
  };
  return table;
}

void finish_cluster(json::object& body) {
  constexpr const char* k_scale = "properties.properties.scaleSettings";
  json::object scale = object_at(json::value(body), k_scale);
  if (!scale.contains("minNodeCount")) scale["minNodeCount"] = 0;
  if (!scale.contains("maxNodeCount")) scale["maxNodeCount"] = 4;  // as the CLI and the SDK
  set_at(body, k_scale, scale);
  set_at(body, "properties.properties.osType", "Linux");
  // Signing in by key is off unless keys are given.
  set_at(body, "properties.disableLocalAuth", !find_at(body, "properties.properties.userAccountCredentials"));
}

void finish_kubernetes(json::object& body) {
  constexpr const char* k_namespace = "properties.properties.namespace";
  if (!find_at(json::value(body), k_namespace)) set_at(body, k_namespace, "default");
  set_at(body, "properties.computeLocation", body.at("location"));
}

const Table& kubernetes_table() {
  static const Table table = {
      {"properties", "properties.properties", convert::anything},
      {"namespace", "properties.properties.namespace", convert::text},
  };
  return table;
}

const Table& synapse_table() {
  static const Table table = {
      {"node_family", "", nullptr},   {"node_size", "", nullptr},      {"node_count", "", nullptr},
      {"spark_version", "", nullptr}, {"scale_settings", "", nullptr}, {"auto_pause_settings", "", nullptr},
  };
  return table;
}

json::value private_key(const Scope& scope, const Node& node) {
  const auto file = resolve_path(scope.folder, node.as_string());
  if (!std::filesystem::is_regular_file(file)) {
    throw node.error("file-missing", fmt::format("there is no key file \"{}\".", file.string()),
                     "Paths count from the folder of the YAML file.");
  }
  const std::string key = core::read_file(file);
  scope.resolver.keep_secret(key);
  return json::value(key);
}

json::value machine_access(const Scope& scope, const Node& node) {
  static const Table table = {
      {"admin_username", "administratorAccount.username", convert::text},
      {"admin_password", "administratorAccount.password", convert::secret},
      {"ssh_private_key_file", "administratorAccount.privateKeyData", private_key},
      {"ssh_port", "sshPort", convert::integer},
  };
  json::object body = filled(scope.as("SSH settings"), node, table);
  body.emplace("sshPort", 22);
  return body;
}

const Table& machine_table() {
  static const Table table = {
      {"ssh_settings", "properties.properties", machine_access, true},
      {"compute_location", "", nullptr},
  };
  return table;
}

void finish_attached(json::object&) {}

struct ComputeType {
  const char* type;
  const char* rest;
  const Table& (*table)();
  void (*finish)(json::object&);
  bool attached = false;  ///< is there already: its id is needed
};

constexpr ComputeType k_types[] = {
    {"amlcompute", "AmlCompute", cluster_table, finish_cluster},
    {"kubernetes", "Kubernetes", kubernetes_table, finish_kubernetes, true},
    {"computeinstance", "ComputeInstance", compute_instance_table, finish_compute_instance},
    {"virtualmachine", "VirtualMachine", machine_table, finish_attached, true},
    {"synapsespark", "SynapseSpark", synapse_table, finish_attached, true},
};

const ComputeType& type_of(const Scope& scope, const Node& node) {
  std::vector<std::pair<std::string, std::string>> words;
  for (const auto& type : k_types) words.emplace_back(type.type, type.rest);
  const std::string rest(convert::choice(words)(scope, node.at("type")).get_string());
  for (const auto& type : k_types) {
    if (rest == type.rest) return type;
  }
  return k_types[0];
}

}  // namespace

Compiled compile_compute(const Scope& scope, const Node& node) {
  const ComputeType& type = type_of(scope, node);
  if (type.attached) node.at("resource_id");
  Compiled compiled;
  fill(compiled.body, scope, node, joined({common_table(), type.table()}));
  set_at(compiled.body, "properties.computeType", type.rest);
  const auto location = node.find("location");
  const bool free = type.table == cluster_table;
  if (location && !free) {
    scope.resolver.warn("only clusters may stand in another region than the workspace; the location is left out.",
                        location->place());
  }
  if (!location || !free) compiled.body["location"] = scope.resolver.location();
  type.finish(compiled.body);
  compiled.name = node.at("name").as_text();
  return compiled;
}

}  // namespace mlops::aml
