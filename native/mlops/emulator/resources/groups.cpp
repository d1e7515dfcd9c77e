#include <fmt/format.h>

#include <algorithm>
#include <mlops/core/text.hpp>
#include <mlops/emulator/resources/groups.hpp>
#include <mlops/emulator/resources/rendering.hpp>

namespace mlops::emulator {

namespace {

constexpr const char* k_kind = "resourceGroups";
constexpr const char* k_location = "local";

ResourceKey key_of(const std::string& name) {
  return {"", k_kind, core::to_lower(name)};
}

json::value render_group(const Context& context, const ResourceGroup& group) {
  return {{"id", fmt::format("/subscriptions/{}/resourceGroups/{}", context.workspaces.subscription(), group.name)},
          {"name", group.name},
          {"type", "Microsoft.Resources/resourceGroups"},
          {"location", group.location},
          {"tags", group.tags},
          {"properties", {{"provisioningState", "Succeeded"}}}};
}

ResourceGroup group_of(const Resource& resource) {
  const auto* tags = object_at(resource.body, "tags");
  return {text_at(resource.body, "name"), text_at(resource.body, "location"), tags ? *tags : json::object()};
}

Response put_group(Context& context, const Request& request) {
  check_subscription(context, request);
  const std::string& name = request.parameter("group");
  check_asset_name("resource group name", name);
  const json::object body = request.json_object();
  const auto existing = find_group(context, name);
  const std::string location = text_at(body, "location");
  if (location.empty()) {
    throw ServiceError(400, "LocationRequired", "The location property is required for this definition.");
  }
  if (existing && existing->location != k_location && existing->location != location) {
    throw ServiceError(
        409, "InvalidResourceGroupLocation",
        fmt::format("Invalid resource group location '{}'. The Resource group already exists in location "
                    "'{}'.",
                    location, existing->location));
  }
  ResourceGroup group{existing ? existing->name : name, location, {}};
  if (const auto* tags = object_at(body, "tags")) group.tags = *tags;
  context.store.put(key_of(name), {{"name", group.name}, {"location", group.location}, {"tags", group.tags}});
  return Response::of_json(existing ? 200 : 201, render_group(context, group));
}

Response list_groups(const Context& context, const Request& request) {
  check_subscription(context, request);
  std::vector<json::value> items;
  for (const auto& group : resource_groups(context)) items.push_back(render_group(context, group));
  return page_of(context, request, std::move(items));
}

}  // namespace

void check_subscription(const Context& context, const Request& request) {
  const std::string& id = request.parameter("subscription");
  if (core::equals_ignoring_case(id, context.workspaces.subscription())) return;
  throw ServiceError(404, "SubscriptionNotFound",
                     fmt::format("The subscription '{}' could not be found; aml-emulator serves '{}'.", id,
                                 context.workspaces.subscription()));
}

std::vector<ResourceGroup> resource_groups(const Context& context) {
  std::vector<ResourceGroup> groups;
  for (const auto& resource : context.store.list({.workspace = "", .kind = k_kind})) {
    groups.push_back(group_of(resource));
  }
  for (const auto& workspace : context.workspaces.all()) {
    const bool known = std::any_of(groups.begin(), groups.end(), [&](const ResourceGroup& group) {
      return core::equals_ignoring_case(group.name, workspace.group);
    });
    if (!known) groups.push_back({workspace.group, k_location, {}});
  }
  std::sort(groups.begin(), groups.end(), [](const auto& a, const auto& b) { return a.name < b.name; });
  return groups;
}

std::optional<ResourceGroup> find_group(const Context& context, const std::string& name) {
  for (auto& group : resource_groups(context)) {
    if (core::equals_ignoring_case(group.name, name)) return group;
  }
  return std::nullopt;
}

ResourceGroup group_of(const Context& context, const Request& request) {
  check_subscription(context, request);
  if (auto group = find_group(context, request.parameter("group"))) return *group;
  throw ServiceError(404, "ResourceGroupNotFound",
                     fmt::format("Resource group '{}' could not be found.", request.parameter("group")));
}

void add_group_routes(Router& router, Context& context) {
  const std::string collection = "/subscriptions/{subscription}/resourceGroups";
  router.add("list-resource-groups", "GET", collection,
             [&context](const Request& request) { return list_groups(context, request); });
  router.add("get-resource-group", "GET", collection + "/{group}", [&context](const Request& request) {
    return Response::of_json(200, render_group(context, group_of(context, request)));
  });
  router.add("head-resource-group", "HEAD", collection + "/{group}", [&context](const Request& request) {
    group_of(context, request);
    return Response::empty(204);
  });
  router.add("put-resource-group", "PUT", collection + "/{group}",
             [&context](const Request& request) { return put_group(context, request); });
}

}  // namespace mlops::emulator
