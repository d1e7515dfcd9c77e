#include <algorithm>
#include <mlops/core/text.hpp>
#include <mlops/emulator/deployments/what_if.hpp>
#include <mlops/emulator/json_access.hpp>
#include <mlops/emulator/resources/provider_resources.hpp>

namespace mlops::emulator::deployments {

namespace {

class WhatIf {
 public:
  WhatIf(const Context& context, const LocalClient& client, bool ids_only)
      : m_context(context), m_client(client), m_ids_only(ids_only) {}

  void add(const Template& planned) {
    Existing runtime(planned, m_client);
    for (const auto& resource : planned.resources()) {
      const json::object body = planned.body_of(resource, runtime, true);
      if (resource.is_deployment()) {
        add(*nested_template(planned, resource, body));
      } else {
        add(resource, body);
      }
    }
  }

  void add_ignored(const std::string& group) {
    for (const auto& resource : resources_in_group(m_context, group)) {
      const std::string id = text_at(resource, "id");
      if (m_ids.contains(core::to_lower(id))) continue;
      json::object change{{"resourceId", id}, {"changeType", "Ignore"}};
      if (!m_ids_only) change["before"] = resource;
      m_changes.push_back(std::move(change));
    }
  }

  json::array changes() && {
    std::sort(m_changes.begin(), m_changes.end(), [](const json::object& a, const json::object& b) {
      return core::to_lower(text_at(a, "resourceId")) < core::to_lower(text_at(b, "resourceId"));
    });
    json::array result;
    for (auto& change : m_changes) result.push_back(std::move(change));
    return result;
  }

 private:
  void add(const PlannedResource& resource, const json::object& body) {
    m_ids.insert(core::to_lower(resource.id));
    const auto before = m_client.find(resource.id, resource.api_version);
    json::object change{{"resourceId", resource.id}};
    if (m_ids_only) {
      change["changeType"] = before ? "Deploy" : "Create";
      m_changes.push_back(std::move(change));
      return;
    }
    json::object after{{"id", resource.id},
                       {"name", resource.name.substr(resource.name.rfind('/') + 1)},
                       {"type", resource.type},
                       {"apiVersion", resource.api_version}};
    for (const auto& member : body) after[member.key()] = member.value();
    if (before) {
      const json::value put = declared_resource(m_context, resource.id);
      json::array delta = differences(*before, body, put.is_object() ? put.get_object() : json::object());
      change["changeType"] = delta.empty() ? "NoChange" : "Modify";
      change["before"] = *before;
      change["delta"] = std::move(delta);
    } else {
      change["changeType"] = "Create";
      change["before"] = nullptr;
      change["delta"] = nullptr;
    }
    change["after"] = std::move(after);
    m_changes.push_back(std::move(change));
  }

  const Context& m_context;
  const LocalClient& m_client;
  bool m_ids_only;
  std::set<std::string> m_ids;
  std::vector<json::object> m_changes;
};

}  // namespace

json::array what_if(const Template& planned, const Context& context, const LocalClient& client, bool ids_only) {
  WhatIf result(context, client, ids_only);
  result.add(planned);
  result.add_ignored(planned.surroundings().group);
  return std::move(result).changes();
}

}  // namespace mlops::emulator::deployments
