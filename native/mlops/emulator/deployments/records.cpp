#include <fmt/format.h>

#include <mlops/core/hash.hpp>
#include <mlops/core/text.hpp>
#include <mlops/emulator/deployments/records.hpp>
#include <mlops/emulator/json_access.hpp>

namespace mlops::emulator::deployments {

namespace {

constexpr const char* k_deployments = "armDeployments";
constexpr const char* k_operations = "armOperations";

ResourceKey key_of(const std::string& id) {
  const std::string lower = core::to_lower(id);
  return {lower.substr(0, lower.find("/providers/")), k_deployments, lower};
}

ResourceKey operation_key(const std::string& id, const std::string& operation) {
  const ResourceKey key = key_of(id);
  return {key.workspace, k_operations, key.name, operation};
}

std::string state_of(const json::object& body) {
  return text_at(body.at("shown").as_object().at("properties").as_object(), "provisioningState");
}

void end(json::object& body, const std::string& state) {
  ensure_object(ensure_object(body, "shown"), "properties")["provisioningState"] = state;
}

}  // namespace

std::string Records::begin(const std::string& id, const Template& planned, const json::object& definition) {
  const std::string correlation = core::random_uuid();
  json::array resources;
  for (const auto& resource : planned.resources()) resources.push_back(json::object{{"id", resource.id}});
  json::object properties{{"provisioningState", "Running"},
                          {"correlationId", correlation},
                          {"timestamp", core::to_iso8601(m_context.clock.now(), true)},
                          {"duration", "PT0S"},
                          {"mode", "Incremental"},
                          {"templateHash", core::sha256_hex(json::serialize(definition))},
                          {"parameters", planned.shown_parameters()},
                          {"outputResources", std::move(resources)}};
  json::object shown{{"id", id},
                     {"name", id.substr(id.rfind('/') + 1)},
                     {"type", "Microsoft.Resources/deployments"},
                     {"properties", std::move(properties)}};
  m_context.database.transaction([&] {
    const auto before = m_context.store.find(key_of(id));
    if (before && state_of(before->body) == "Running") {
      throw ServiceError(409, "DeploymentActive",
                         fmt::format("Unable to edit or replace deployment '{}': the deployment is still running.",
                                     text_at(shown, "name")));
    }
    remove(id);
    m_context.store.put(key_of(id), {{"shown", std::move(shown)}, {"template", definition}});
  });
  return correlation;
}

void Records::succeed(const std::string& id, json::object outputs) {
  m_context.store.update(key_of(id), [&](Resource& record) {
    if (state_of(record.body) != "Running") return;
    end(record.body, "Succeeded");
    ensure_object(ensure_object(record.body, "shown"), "properties")["outputs"] = std::move(outputs);
  });
}

void Records::fail(const std::string& id, const ServiceError& error) {
  m_context.store.update(key_of(id), [&](Resource& record) {
    if (state_of(record.body) != "Running") return;
    end(record.body, "Failed");
    ensure_object(ensure_object(record.body, "shown"), "properties")["error"] = {{"code", error.code()},
                                                                                 {"message", error.message()}};
  });
}

bool Records::cancel(const std::string& id) {
  bool canceled = false;
  m_context.store.update(key_of(id), [&](Resource& record) {
    canceled = state_of(record.body) == "Running";
    if (canceled) end(record.body, "Canceled");
  });
  return canceled;
}

bool Records::is_canceled(const std::string& id) const {
  const auto record = m_context.store.find(key_of(id));
  return record && state_of(record->body) == "Canceled";
}

void Records::add(const std::string& id, const Operation& operation) {
  json::object properties{{"provisioningOperation", "Create"},
                          {"provisioningState", operation.succeeded ? "Succeeded" : "Failed"},
                          {"timestamp", core::to_iso8601(m_context.clock.now(), true)},
                          {"duration", "PT0S"},
                          {"statusCode", operation.succeeded ? "OK" : "Conflict"},
                          {"targetResource",
                           {{"id", operation.resource_id},
                            {"resourceType", operation.resource_type},
                            {"resourceName", operation.resource_name}}}};
  if (!operation.succeeded) {
    properties["statusMessage"] = {{"error", {{"code", operation.code}, {"message", operation.message}}}};
  }
  m_context.store.put(operation_key(id, operation.id), {{"id", id + "/operations/" + operation.id},
                                                        {"operationId", operation.id},
                                                        {"properties", std::move(properties)}});
}

std::optional<json::object> Records::find(const std::string& id) const {
  const auto record = m_context.store.find(key_of(id));
  if (!record) return std::nullopt;
  return record->body.at("shown").as_object();
}

std::optional<json::object> Records::definition(const std::string& id) const {
  const auto record = m_context.store.find(key_of(id));
  if (!record) return std::nullopt;
  return record->body.at("template").as_object();
}

std::vector<json::object> Records::list(const std::string& group_id) const {
  std::vector<json::object> result;
  for (const auto& record : m_context.store.list({.workspace = core::to_lower(group_id), .kind = k_deployments})) {
    result.push_back(record.body.at("shown").as_object());
  }
  return result;
}

std::vector<json::object> Records::operations(const std::string& id) const {
  const ResourceKey key = key_of(id);
  std::vector<json::object> result;
  for (const auto& record : m_context.store.list(
           {.workspace = key.workspace, .kind = k_operations, .name = key.name, .order = Store::Order::oldest_first})) {
    result.push_back(record.body);
  }
  return result;
}

bool Records::remove(const std::string& id) {
  const ResourceKey key = key_of(id);
  m_context.store.remove_all(key.workspace, k_operations, key.name);
  return m_context.store.remove(key);
}

void Records::restore() {
  for (const auto& record : m_context.store.list({.workspace = "", .kind = k_deployments})) {
    fail(record.key.name, {409, "DeploymentFailed", "aml-emulator was stopped meanwhile."});
  }
}

}  // namespace mlops::emulator::deployments
