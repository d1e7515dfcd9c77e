#include <fmt/format.h>

#include <mlops/core/hash.hpp>
#include <mlops/core/text.hpp>
#include <mlops/emulator/workspaces.hpp>

namespace mlops::emulator {

namespace {

constexpr const char* k_kind = "workspaces";
constexpr const char* k_registries = "registries";

Workspace workspace_of(const Resource& resource) {
  const auto text = [&](const char* name) { return std::string(resource.body.at(name).as_string()); };
  return {.id = resource.key.workspace,
          .subscription = text("subscription"),
          .group = text("group"),
          .name = resource.key.name,
          .guid = text("guid")};
}

std::vector<Workspace> all_of(const Store& store, const char* kind) {
  std::vector<Workspace> workspaces;
  for (const auto& resource : store.list({.workspace = "", .kind = kind, .order = Store::Order::oldest_first})) {
    workspaces.push_back(workspace_of(resource));
  }
  return workspaces;
}

std::optional<Workspace> registry_named(const Store& store, const std::string& name) {
  for (auto& registry : all_of(store, k_registries)) {
    if (core::equals_ignoring_case(registry.name, name)) return registry;
  }
  return std::nullopt;
}

}  // namespace

std::optional<Workspace> owner_of(const Store& store, const Workspace& workspace, const std::string& reference) {
  const auto parts = core::split(reference, '/');
  for (std::size_t i = 0; i + 1 < parts.size(); ++i) {
    if (core::equals_ignoring_case(parts[i], "registries")) return registry_named(store, parts[i + 1]);
  }
  return workspace;
}

std::vector<Workspace> Workspaces::all() const {
  return all_of(m_store, k_kind);
}

std::optional<Workspace> Workspaces::find(const std::string& subscription, const std::string& group,
                                          const std::string& name) const {
  for (auto& workspace : all()) {
    if (core::equals_ignoring_case(workspace.subscription, subscription) &&
        core::equals_ignoring_case(workspace.group, group) && core::equals_ignoring_case(workspace.name, name)) {
      return workspace;
    }
  }
  return std::nullopt;
}

std::optional<Workspace> Workspaces::find_registry(const std::string& name) const {
  return registry_named(m_store, name);
}

Workspace Workspaces::registry_of(const Request& request) const {
  const auto& name = request.parameter("registry");
  const auto found = find_registry(name);
  if (found && core::equals_ignoring_case(found->group, request.parameter("group"))) return *found;
  throw ServiceError(
      404, "ResourceNotFound",
      fmt::format("The registry '{}' was not found in the resource group '{}'.", name, request.parameter("group")));
}

Workspace Workspaces::of(const Request& request) const {
  if (request.parameters.contains("registry")) return registry_of(request);
  const auto& name = request.parameter("workspace");
  if (auto found = find(request.parameter("subscription"), request.parameter("group"), name)) return *found;
  std::vector<std::string> known;
  for (const auto& workspace : all()) known.push_back(workspace.group + "/" + workspace.name);
  throw ServiceError(
      404, "ResourceNotFound",
      fmt::format(
          "The Resource 'Microsoft.MachineLearningServices/workspaces/{}' under resource group '{}' was not found "
          "in subscription '{}'. This emulator has {} in subscription '{}'.",
          name, request.parameter("group"), request.parameter("subscription"), core::join(known, ", "),
          m_subscription));
}

std::optional<Workspace> Workspaces::by_id(const std::string& id) const {
  for (auto& workspace : all()) {
    if (core::equals_ignoring_case(workspace.id, id)) return workspace;
  }
  return std::nullopt;
}

Workspace Workspaces::ensure(const std::string& group, const std::string& name) {
  if (auto found = find(m_subscription, group, name)) return *found;
  return ensure_one(k_kind, group, name);
}

void Workspaces::declare(const Workspace& workspace, json::object body) {
  m_store.update({workspace.id, k_kind, workspace.name},
                 [&body](Resource& resource) { resource.body["declared"] = std::move(body); });
}

json::object Workspaces::declared(const Workspace& workspace) const {
  const auto resource = m_store.find({workspace.id, k_kind, workspace.name});
  const auto* body = resource ? resource->body.if_contains("declared") : nullptr;
  return body ? body->as_object() : json::object();
}

Workspace Workspaces::ensure_registry(const std::string& group, const std::string& name) {
  if (auto found = find_registry(name)) return *found;
  return ensure_one(k_registries, group, name);
}

Workspace Workspaces::ensure_one(const char* kind, const std::string& group, const std::string& name) {
  const std::string id =
      fmt::format("/subscriptions/{}/resourceGroups/{}/providers/Microsoft.MachineLearningServices/{}/{}",
                  m_subscription, group, kind, name);
  json::object body{{"subscription", m_subscription}, {"group", group}, {"guid", core::random_uuid()}};
  return workspace_of(m_store.put({id, kind, name}, std::move(body)));
}

}  // namespace mlops::emulator
