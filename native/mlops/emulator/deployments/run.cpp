#include <fmt/format.h>

#include <algorithm>
#include <mlops/core/hash.hpp>
#include <mlops/core/text.hpp>
#include <mlops/emulator/deployments/run.hpp>
#include <mlops/emulator/json_access.hpp>

namespace mlops::emulator::deployments {

namespace {

/// While a deployment runs, what it has not put yet is not there, even if an earlier one left it.
class Running : public Existing {
 public:
  Running(const Template& planned, const LocalClient& client, const std::set<std::string>& pending)
      : Existing(planned, client), m_pending(pending) {}

  json::value reference(const std::string& target, const std::string& api_version, bool full) override {
    const auto* planned = m_template.find(target);
    if (planned && m_pending.contains(core::to_lower(planned->id))) throw Unresolved(planned->id);
    return Existing::reference(target, api_version, full);
  }

 private:
  const std::set<std::string>& m_pending;
};

class Deployer {
 public:
  Deployer(const Template& planned, std::string id, const LocalClient& client, Records& records)
      : m_template(planned),
        m_id(std::move(id)),
        m_client(client),
        m_records(records),
        m_runtime(planned, client, m_pending) {
    for (const auto& resource : planned.resources()) m_pending.insert(core::to_lower(resource.id));
  }

  json::object run() {
    std::vector<PlannedResource> waiting = m_template.resources();
    for (bool progress = true; progress && !waiting.empty();) {
      progress = false;
      std::vector<PlannedResource> later;
      for (auto& resource : waiting) {
        if (m_records.is_canceled(m_id)) throw ServiceError(409, "DeploymentCanceled", "The deployment was canceled.");
        if (is_ready(resource) && put(resource)) {
          progress = true;
        } else {
          later.push_back(std::move(resource));
        }
      }
      waiting = std::move(later);
    }
    fail_if_any(waiting);
    try {
      return m_template.outputs(m_runtime);
    } catch (const Unresolved& missing) {
      throw ServiceError(404, "ResourceNotFound", missing.message());
    }
  }

 private:
  bool is_ready(const PlannedResource& resource) const {
    return std::none_of(resource.needs.begin(), resource.needs.end(),
                        [&](const std::string& id) { return m_pending.contains(id); });
  }

  // False when it refers to a resource of the template that is not there yet: that one comes first.
  bool put(PlannedResource& resource) {
    Operation operation{.id = core::random_uuid(),
                        .resource_id = resource.id,
                        .resource_type = resource.type,
                        .resource_name = resource.name.substr(resource.name.rfind('/') + 1)};
    try {
      json::object body = m_template.body_of(resource, m_runtime, false);
      if (resource.is_deployment()) {
        put_nested(resource, body);
      } else {
        m_client.put(resource.id, resource.api_version, body);
      }
      operation.succeeded = true;
      m_pending.erase(core::to_lower(resource.id));
    } catch (const Unresolved& missing) {
      if (m_template.find(missing.target())) {
        resource.needs.insert(core::to_lower(missing.target()));
        return false;
      }
      operation.code = "ResourceNotFound";
      operation.message = missing.message();
    } catch (const ServiceError& error) {
      operation.code = error.code();
      operation.message = error.message();
    }
    if (!operation.succeeded) m_failed.push_back(operation);
    m_records.add(m_id, operation);
    return true;
  }

  void put_nested(const PlannedResource& resource, const json::object& body) {
    const auto nested = nested_template(m_template, resource, body);
    m_records.begin(resource.id, *nested, body.at("properties").at("template").as_object());
    try {
      m_records.succeed(resource.id, deploy(*nested, resource.id, m_client, m_records));
    } catch (const ServiceError& error) {
      m_records.fail(resource.id, error);
      throw;
    }
  }

  void fail_if_any(const std::vector<PlannedResource>& waiting) const {
    if (m_failed.empty() && waiting.empty()) return;
    if (m_failed.empty()) {
      throw invalid_template(fmt::format("Circular dependency detected on resource '{}' {}", waiting.front().id,
                                         m_template.places()->text(waiting.front().pointer)));
    }
    std::vector<std::string> reasons;
    for (const auto& operation : m_failed) {
      reasons.push_back(fmt::format("{}: {}: {}", operation.resource_id, operation.code, operation.message));
    }
    throw ServiceError(409, "DeploymentFailed",
                       fmt::format("At least one resource deployment operation failed. {}", core::join(reasons, " ")));
  }

  const Template& m_template;
  std::string m_id;
  const LocalClient& m_client;
  Records& m_records;
  std::set<std::string> m_pending;  ///< ids in lower case
  std::vector<Operation> m_failed;
  Running m_runtime;
};

}  // namespace

json::value Existing::reference(const std::string& target, const std::string& api_version, bool full) {
  const auto* planned = m_template.find(target);
  const std::string id = planned ? planned->id : target;
  if (!id.starts_with('/')) throw ExpressionError(fmt::format("The template has no resource '{}'.", target));
  const auto found = m_client.find(id, planned && api_version.empty() ? planned->api_version : api_version);
  if (!found) throw Unresolved(id);
  if (full) return *found;
  const auto* properties = object_at(*found, "properties");
  return properties ? *properties : json::object();
}

json::value Existing::list(const std::string&, const std::string& target, const std::string& api_version) {
  throw ExpressionError(fmt::format("aml-emulator lists no keys, also not those of '{}' ({}).", target, api_version));
}

json::object deploy(const Template& planned, const std::string& id, const LocalClient& client, Records& records) {
  return Deployer(planned, id, client, records).run();
}

std::unique_ptr<Template> nested_template(const Template& outer, const PlannedResource& resource,
                                          const json::object& body) {
  const auto* properties = object_at(body, "properties");
  const auto* definition = properties ? object_at(*properties, "template") : nullptr;
  if (!definition) {
    throw invalid_template(
        fmt::format("The deployment '{}' {} has no template in it; aml-emulator fetches none from "
                    "elsewhere",
                    resource.name, outer.places()->text(resource.pointer)));
  }
  Surroundings inside = outer.surroundings();
  if (const std::string group = text_at(body, "resourceGroup"); !group.empty()) inside.group = group;
  inside.deployment = {{"name", resource.name}, {"properties", *properties}};
  const std::string pointer = resource.pointer + "/properties/template";
  const auto* options = object_at(*properties, "expressionEvaluationOptions");
  const bool inner = options && core::equals_ignoring_case(text_at(*options, "scope"), "inner");
  if (!inner) return std::make_unique<Template>(*definition, outer, std::move(inside), pointer);
  const auto* given = object_at(*properties, "parameters");
  return std::make_unique<Template>(*definition, given ? *given : json::object(), std::move(inside), outer.places(),
                                    pointer);
}

}  // namespace mlops::emulator::deployments
