#include <fmt/format.h>

#include <mlops/aml/compile/compute.hpp>
#include <mlops/aml/compile/trigger.hpp>
#include <mlops/aml/json_access.hpp>

namespace mlops::aml {

namespace {

constexpr const char* k_default_size = "STANDARD_DS3_V2";  // as the CLI and the SDK

constexpr std::size_t k_date_length = 10;  // of 2024-12-31 12:00:00

// The trigger of a schedule, in the form that a compute's schedules have.
json::value start_stop(const Scope& scope, const Node& node) {
  static const Table table = {
      {"action", "action", convert::choice({{"start", "Start"}, {"stop", "Stop"}}), true},
      {"state", "status", convert::choice({{"enabled", "Enabled"}, {"disabled", "Disabled"}})},
      {"trigger", "trigger", trigger, true},
      {"schedule_id", "", nullptr},
      {"provisioning_state", "", nullptr},
  };
  json::object body = filled(scope.as("a schedule of a compute"), node, table);
  json::object when = std::move(body.at("trigger").get_object());
  body.erase("trigger");
  body.emplace("status", "Enabled");
  body["triggerType"] = when.at("triggerType");
  const bool cron = when.at("triggerType") == "Cron";
  for (const char* member : {"triggerType", "endTime"}) when.erase(member);
  if (!node.at("trigger").find("schedule")) when.erase("schedule");
  if (json::value* start = when.if_contains("startTime")) start->get_string()[k_date_length] = 'T';
  body[cron ? "cron" : "recurrence"] = std::move(when);
  return body;
}

json::value script_timeout(const Scope& scope, const Node& node) {
  return json::value(fmt::format("{}m", convert::integer(scope, node).get_int64()));
}

json::value script(const Scope& scope, const Node& node) {
  static const Table table = {
      {"path", "scriptData", convert::text},
      {"command", "scriptArguments", convert::text},
      {"timeout_minutes", "timeout", script_timeout},
  };
  json::object body = filled(scope.as("a set-up script"), node, table);
  body["scriptSource"] = "workspaceStorage";
  return body;
}

Convert setup_scripts() {
  static const Table table = {{"creation_script", "scripts.creationScript", script},
                              {"startup_script", "scripts.startupScript", script}};
  return convert::mapping(table, "the set-up scripts of a compute instance");
}

json::value application_endpoint(const Scope& scope, const Node& node) {
  static const Table table = {{"target", "target", convert::integer, true},
                              {"published", "published", convert::integer, true}};
  json::object body = filled(scope.as("the endpoint of an application"), node, table);
  body["name"] = "connect";
  body["protocol"] = "http";
  return body;
}

json::value bind_mount(const Scope& scope, const Node& node) {
  static const Table table = {{"source", "source", convert::text, true}, {"target", "target", convert::text, true}};
  json::object body = filled(scope.as("a bind mount"), node, table);
  body["type"] = "bind";
  body["readOnly"] = false;
  return body;
}

json::value local_variable(const Scope& scope, const Node& node) {
  return {{"type", "local"}, {"value", convert::text(scope, node)}};
}

json::value application_image(const Scope& scope, const Node& node) {
  static const Table table = {{"reference", "reference", convert::text, true}};
  json::object body = filled(scope.as("the image of an application"), node, table);
  body["type"] = "docker";
  return body;
}

json::value application(const Scope& scope, const Node& node) {
  static const Table table = {
      {"name", "name", convert::text, true},
      {"type", "type", convert::choice({{"docker", "docker"}})},
      {"image", "image", application_image, true},
      {"endpoints", "endpoints", convert::list_of(application_endpoint)},
      {"environment_variables", "environmentVariables", convert::named(local_variable)},
      {"bind_mounts", "volumes", convert::list_of(bind_mount)},
  };
  json::object body = filled(scope.as("an application of a compute instance"), node, table);
  body.emplace("type", "docker");
  body["docker"] = {{"privileged", true}};
  return body;
}

Convert schedules() {
  static const Table table = {{"compute_start_stop", "computeStartStop", convert::list_of(start_stop)}};
  return convert::mapping(table, "the schedules of a compute instance");
}

}  // namespace

const Table& compute_instance_table() {
  static const Table owner = {{"user_tenant_id", "tenantId", convert::text, true},
                              {"user_object_id", "objectId", convert::text, true}};
  static const Table ssh = {
      {"ssh_key_value", "adminPublicKey", convert::text}, {"admin_username", "", nullptr}, {"ssh_port", "", nullptr}};
  static const Table table = {
      {"size", "properties.properties.vmSize", convert::text},
      {"ssh_settings", "properties.properties.sshSettings", convert::mapping(ssh, "SSH settings")},
      {"ssh_public_access_enabled", "properties.properties.sshSettings.sshPublicAccess", enabled()},
      {"create_on_behalf_of", "properties.properties.personalComputeInstanceSettings.assignedUser",
       convert::mapping(owner, "the user of a compute instance")},
      {"network_settings", "properties.properties.subnet", subnet},
      {"enable_node_public_ip", "properties.properties.enableNodePublicIp", convert::boolean},
      {"idle_time_before_shutdown", "properties.properties.idleTimeBeforeShutdown", convert::text},
      {"idle_time_before_shutdown_minutes", "properties.properties.idleTimeBeforeShutdown", convert::minutes},
      {"enable_sso", "properties.properties.enableSSO", convert::boolean},
      {"schedules", "properties.properties.schedules", schedules()},
      {"setup_scripts", "properties.properties.setupScripts", setup_scripts()},
      {"custom_applications", "properties.properties.customServices", convert::list_of(application)},
      {"enable_root_access", "", convert::not_in_api},
      {"release_quota_on_stop", "", convert::not_in_api},
      {"enable_os_patching", "", convert::not_in_api},
      {"state", "", nullptr},
      {"last_operation", "", nullptr},
      {"services", "", nullptr},
      {"os_image_metadata", "", nullptr},
  };
  return table;
}

void finish_compute_instance(json::object& body) {
  constexpr const char* k_size = "properties.properties.vmSize";
  if (!find_at(json::value(body), k_size)) set_at(body, k_size, k_default_size);
  set_at(body, "properties.disableLocalAuth",
         text_at(body, "properties.properties.sshSettings.sshPublicAccess") != "Enabled");
}

}  // namespace mlops::aml
