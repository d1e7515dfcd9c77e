#include <fmt/format.h>

#include <mlops/core/text.hpp>
#include <mlops/emulator/resources/groups.hpp>
#include <mlops/emulator/resources/rendering.hpp>
#include <mlops/emulator/resources/workspaces.hpp>

namespace mlops::emulator {

namespace {

constexpr const char* k_location = "local";

std::string provider_id(const Workspace& workspace, const std::string& rest) {
  return fmt::format("/subscriptions/{}/resourceGroups/{}/providers/{}", workspace.subscription, workspace.group, rest);
}

json::object default_workspace(const Context& context, const Workspace& workspace) {
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

// What was put stands over what a workspace has by itself.
void lay_over(json::object& shown, const json::object& declared) {
  for (const auto& member : declared) {
    if (member.key() == "properties" || member.value().is_null()) continue;
    shown[member.key()] = member.value();
  }
  const json::object* properties = object_at(declared, "properties");
  if (!properties) return;
  for (const auto& member : *properties) {
    if (!member.value().is_null()) ensure_object(shown, "properties")[member.key()] = member.value();
  }
}

json::value render_subscription(const Context& context) {
  const std::string& id = context.workspaces.subscription();
  return {{"id", "/subscriptions/" + id},
          {"subscriptionId", id},
          {"tenantId", context.settings.tenant},
          {"displayName", "aml-emulator"},
          {"state", "Enabled"}};
}

Response list_workspaces(const Context& context, const Request& request) {
  check_subscription(context, request);
  const auto group = request.parameters.find("group");
  std::vector<json::value> items;
  for (const auto& workspace : context.workspaces.all()) {
    if (group != request.parameters.end() && !core::equals_ignoring_case(group->second, workspace.group)) continue;
    items.push_back(show_workspace(context, workspace));
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
  json::object declared = request.json_object();
  for (const char* told : {"id", "name", "type"}) declared.erase(told);
  const Workspace workspace = create_workspace(context, request.parameter("group"), request.parameter("workspace"));
  context.workspaces.declare(workspace, std::move(declared));
  return Response::of_json(existed ? 200 : 201, show_workspace(context, workspace));
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

json::object show_workspace(const Context& context, const Workspace& workspace) {
  json::object shown = default_workspace(context, workspace);
  lay_over(shown, context.workspaces.declared(workspace));
  return shown;
}

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
  get("list-workspaces", subscription + collection, list_workspaces);
  get("list-workspaces", subscription + "/resourceGroups/{group}" + collection, list_workspaces);
  get("get-workspace", k_workspace_pattern, [](const Context& c, const Request& request) {
    return Response::of_json(200, show_workspace(c, c.workspaces.of(request)));
  });
  router.add("put-workspace", "PUT", k_workspace_pattern,
             [&context](const Request& request) { return put_workspace(context, request); });
  get("get-discovery", "/discovery", discovery, Access::open);
  get("get-discovery", "/discovery/{*rest}", discovery, Access::open);
}

}  // namespace mlops::emulator
