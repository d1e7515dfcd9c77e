#include <fmt/format.h>

#include <mlops/core/text.hpp>
#include <mlops/emulator/resources/rendering.hpp>
#include <mlops/emulator/resources/schedules.hpp>
#include <set>

namespace mlops::emulator {

namespace {

constexpr const char* k_kind = "schedules";
constexpr const char* k_type = "Microsoft.MachineLearningServices/workspaces/schedules";

json::value shown(const Context& context, const Resource& resource) {
  return render(context, resource, fmt::format("{}/schedules/{}", resource.key.workspace, resource.key.name), k_type);
}

Resource find(const Context& context, const Request& request) {
  const Workspace workspace = context.workspaces.of(request);
  if (auto resource = context.store.find({workspace.id, k_kind, request.parameter("name")})) return *resource;
  throw not_found("schedule", request.parameter("name"), workspace.name);
}

void require_word(const json::object& properties, const char* object, const char* member,
                  const std::set<std::string>& words) {
  const json::object* found = object_at(properties, object);
  const std::string word = found ? text_at(*found, member) : "";
  if (words.count(word) != 0) return;
  throw ServiceError(400, "UserError",
                     fmt::format("properties.{}.{} '{}' is none of {}.", object, member, word, fmt::join(words, ", ")));
}

Response put(Context& context, Operations& operations, const Request& request) {
  const Workspace workspace = context.workspaces.of(request);
  const std::string& name = request.parameter("name");
  check_asset_name("schedule name", name);
  json::object body = request.json_object();
  json::object& properties = ensure_object(body, "properties");
  require_word(properties, "trigger", "triggerType", {"Cron", "Recurrence"});
  require_word(properties, "action", "actionType", {"CreateJob", "CreateMonitor", "ImportData", "InvokeBatchEndpoint"});
  const ResourceKey key{workspace.id, k_kind, name};
  const bool existed = context.store.find(key).has_value();
  if (!properties.contains("isEnabled")) properties["isEnabled"] = true;
  properties["provisioningState"] = existed ? "Updating" : "Creating";
  const Resource resource = context.store.put(key, std::move(body));
  const std::string id = operations.start([&context, key] {
    context.store.update(key, [](Resource& found) { found.properties()["provisioningState"] = "Succeeded"; });
  });
  Response response = Response::of_json(existed ? 200 : 201, shown(context, resource));
  operations.add_headers(response, workspace, id);
  return response;
}

Response remove(Context& context, Operations& operations, const Request& request) {
  const Workspace workspace = context.workspaces.of(request);
  const ResourceKey key{workspace.id, k_kind, request.parameter("name")};
  if (!context.store.find(key)) return Response::empty(204);
  return operations.accepted(workspace, operations.start([&context, key] { context.store.remove(key); }));
}

// listViewType is EnabledOnly by default.
bool is_listed_as(const std::string& view, bool enabled) {
  if (core::equals_ignoring_case(view, "All")) return true;
  return enabled != core::equals_ignoring_case(view, "DisabledOnly");
}

Response list(const Context& context, const Request& request) {
  const std::string view = request.query_value("listViewType").value_or("EnabledOnly");
  std::vector<json::value> items;
  for (const auto& resource : context.store.list({.workspace = context.workspaces.of(request).id, .kind = k_kind})) {
    if (is_listed_as(view, flag_at(*resource.find_properties(), "isEnabled"))) {
      items.push_back(shown(context, resource));
    }
  }
  return page_of(context, request, std::move(items));
}

}  // namespace

void add_schedule_routes(Router& router, Context& context, Operations& operations) {
  const std::string collection = std::string(k_workspace_pattern) + "/schedules";
  const std::string one = collection + "/{name}";
  router.add("list-schedules", "GET", collection, [&](const Request& request) { return list(context, request); });
  router.add("get-schedule", "GET", one,
             [&](const Request& request) { return Response::of_json(200, shown(context, find(context, request))); });
  router.add("put-schedule", "PUT", one, [&](const Request& request) { return put(context, operations, request); });
  router.add("delete-schedule", "DELETE", one,
             [&](const Request& request) { return remove(context, operations, request); });
}

}  // namespace mlops::emulator
