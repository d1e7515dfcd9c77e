#include <fmt/format.h>

#include <mlops/core/hash.hpp>
#include <mlops/core/text.hpp>
#include <mlops/emulator/workspaces.hpp>

namespace mlops::emulator {

namespace {

constexpr const char* k_kind = "workspaces";

Workspace workspace_of(const Resource& resource) {
  const auto text = [&](const char* name) { return std::string(resource.body.at(name).as_string()); };
  return {.id = resource.key.workspace,
          .subscription = text("subscription"),
          .group = text("group"),
          .name = resource.key.name,
          .guid = text("guid")};
}

}  // namespace

std::vector<Workspace> Workspaces::all() const {
  std::vector<Workspace> workspaces;
  for (const auto& resource : m_store.list({.workspace = "", .kind = k_kind, .order = Store::Order::oldest_first})) {
    workspaces.push_back(workspace_of(resource));
  }
  return workspaces;
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

Workspace Workspaces::of(const Request& request) const {
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
  const std::string id =
      fmt::format("/subscriptions/{}/resourceGroups/{}/providers/Microsoft.MachineLearningServices/workspaces/{}",
                  m_subscription, group, name);
  json::object body{{"subscription", m_subscription}, {"group", group}, {"guid", core::random_uuid()}};
  return workspace_of(m_store.put({id, k_kind, name}, std::move(body)));
}

}  // namespace mlops::emulator
