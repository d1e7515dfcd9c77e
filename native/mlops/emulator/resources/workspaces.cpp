#include <fmt/format.h>

#include <mlops/core/text.hpp>
#include <mlops/emulator/resources/rendering.hpp>
#include <mlops/emulator/resources/workspaces.hpp>
#include <set>

namespace mlops::emulator {

namespace {

constexpr const char* k_location = "local";

std::string provider_id(const Workspace& workspace, const std::string& rest) {
  return fmt::format("/subscriptions/{}/resourceGroups/{}/providers/{}", workspace.subscription, workspace.group, rest);
}

json::value render_workspace(const Context& context, const Workspace& workspace) {
  const std::string host = context.base_url.substr(context.base_url.find("://") + 3);
  return {{"id", workspace.id},
          {"name", workspace.name},
          {"type", "Microsoft.MachineLearningServices/workspaces"},
          {"location", k_location},
          {"kind", "Default"},
          {"sku", {{"name", "Basic"}, {"tier", "Basic"}}},
          {"identity",
           {{"type", "SystemAssigned"}, {"principalId", workspace.guid}, {"tenantId", context.settings.tenant}}},
          {"tags", json::object()},
          {"properties",
           {{"workspaceId", workspace.guid},
            {"friendlyName", workspace.name},
            {"description", ""},
            {"discoveryUrl", context.base_url + "/discovery"},
            {"mlFlowTrackingUri", fmt::format("azureml://{}/mlflow/v1.0{}", host, workspace.id)},
            {"storageAccount",
             provider_id(workspace, fmt::format("Microsoft.Storage/storageAccounts/{}", k_storage_account))},
            {"keyVault", provider_id(workspace, "Microsoft.KeyVault/vaults/emulator")},
            {"applicationInsights", provider_id(workspace, "Microsoft.Insights/components/emulator")},
            {"publicNetworkAccess", "Enabled"},
            {"provisioningState", "Succeeded"},
            {"tenantId", context.settings.tenant}}}};
}

json::value render_group(const Context& context, const std::string& group) {
  return {{"id", fmt::format("/subscriptions/{}/resourceGroups/{}", context.workspaces.subscription(), group)},
          {"name", group},
          {"type", "Microsoft.Resources/resourceGroups"},
          {"location", k_location},
          {"properties", {{"provisioningState", "Succeeded"}}}};
}

json::value render_subscription(const Context& context) {
  const std::string& id = context.workspaces.subscription();
  return {{"id", "/subscriptions/" + id},
          {"subscriptionId", id},
          {"tenantId", context.settings.tenant},
          {"displayName", "aml-emulator"},
          {"state", "Enabled"}};
}

void check_subscription(const Context& context, const Request& request) {
  const std::string& id = request.parameter("subscription");
  if (core::equals_ignoring_case(id, context.workspaces.subscription())) return;
  throw ServiceError(404, "SubscriptionNotFound",
                     fmt::format("The subscription '{}' could not be found; aml-emulator serves '{}'.", id,
                                 context.workspaces.subscription()));
}

std::set<std::string> groups_of(const Context& context) {
  std::set<std::string> groups;
  for (const auto& workspace : context.workspaces.all()) groups.insert(workspace.group);
  return groups;
}

Response get_group(const Context& context, const Request& request) {
  check_subscription(context, request);
  for (const auto& group : groups_of(context)) {
    if (core::equals_ignoring_case(group, request.parameter("group"))) {
      return Response::of_json(200, render_group(context, group));
    }
  }
  throw ServiceError(404, "ResourceGroupNotFound",
                     fmt::format("Resource group '{}' could not be found.", request.parameter("group")));
}

Response list_workspaces(const Context& context, const Request& request) {
  check_subscription(context, request);
  const auto group = request.parameters.find("group");
  std::vector<json::value> items;
  for (const auto& workspace : context.workspaces.all()) {
    if (group != request.parameters.end() && !core::equals_ignoring_case(group->second, workspace.group)) continue;
    items.push_back(render_workspace(context, workspace));
  }
  return page_of(context, request, std::move(items));
}

Response put_workspace(Context& context, const Request& request) {
  check_subscription(context, request);
  check_asset_name("workspace name", request.parameter("workspace"));
  check_asset_name("resource group name", request.parameter("group"));
  const bool existed =
      context.workspaces
          .find(request.parameter("subscription"), request.parameter("group"), request.parameter("workspace"))
          .has_value();
  const Workspace workspace = create_workspace(context, request.parameter("group"), request.parameter("workspace"));
  return Response::of_json(existed ? 200 : 201, render_workspace(context, workspace));
}

Response discovery(const Context& context, const Request&) {
  json::object services;
  for (const char* name : {"api", "history", "experimentation", "pipelines", "modelmanagement", "metrics", "studio",
                           "hyperdrive", "catalog", "notebooks"}) {
    services[name] = context.base_url;
  }
  return Response::of_json(200, services);
}

}  // namespace

Workspace create_workspace(Context& context, const std::string& group, const std::string& name) {
  Workspace workspace = context.workspaces.ensure(group, name);
  context.blobs.create_container(workspace.blob_container());
  context.blobs.create_container(workspace.artifact_container());
  return workspace;
}

void add_workspace_routes(Router& router, Context& context) {
  const auto get = [&](const char* name, const std::string& pattern, auto answer, Access access = Access::bearer) {
    router.add(
        name, "GET", pattern, [&context, answer](const Request& request) { return answer(context, request); }, access);
  };
  const std::string subscription = "/subscriptions/{subscription}";
  const std::string collection = "/providers/Microsoft.MachineLearningServices/workspaces";
  get("list-subscriptions", "/subscriptions",
      [](const Context& c, const Request& request) { return page_of(c, request, {render_subscription(c)}); });
  get("get-subscription", subscription, [](const Context& c, const Request& request) {
    check_subscription(c, request);
    return Response::of_json(200, render_subscription(c));
  });
  get("list-resource-groups", subscription + "/resourceGroups", [](const Context& c, const Request& request) {
    check_subscription(c, request);
    std::vector<json::value> items;
    for (const auto& group : groups_of(c)) items.push_back(render_group(c, group));
    return page_of(c, request, std::move(items));
  });
  get("get-resource-group", subscription + "/resourceGroups/{group}", get_group);
  get("list-workspaces", subscription + collection, list_workspaces);
  get("list-workspaces", subscription + "/resourceGroups/{group}" + collection, list_workspaces);
  get("get-workspace", k_workspace_pattern, [](const Context& c, const Request& request) {
    return Response::of_json(200, render_workspace(c, c.workspaces.of(request)));
  });
  router.add("put-workspace", "PUT", k_workspace_pattern,
             [&context](const Request& request) { return put_workspace(context, request); });
  get("get-discovery", "/discovery", discovery, Access::open);
  get("get-discovery", "/discovery/{*rest}", discovery, Access::open);
}

}  // namespace mlops::emulator
