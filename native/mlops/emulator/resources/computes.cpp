#include <fmt/format.h>

#include <mlops/emulator/resources/computes.hpp>
#include <mlops/emulator/resources/rendering.hpp>
#include <set>

namespace mlops::emulator {

namespace {

constexpr const char* k_kind = "computes";
constexpr const char* k_type = "Microsoft.MachineLearningServices/workspaces/computes";

// Microsoft.MachineLearningServices resource schema, definitions/Compute.
const std::set<std::string>& compute_types() {
  static const std::set<std::string> k_types = {
      "AKS",        "AmlCompute", "ComputeInstance", "DataFactory",  "DataLakeAnalytics",
      "Databricks", "HDInsight",  "Kubernetes",      "SynapseSpark", "VirtualMachine"};
  return k_types;
}

json::value shown(const Context& context, const Resource& resource) {
  return render(context, resource, fmt::format("{}/computes/{}", resource.key.workspace, resource.key.name), k_type);
}

Resource find(const Context& context, const Request& request) {
  const Workspace workspace = context.workspaces.of(request);
  if (auto resource = context.store.find({workspace.id, k_kind, request.parameter("name")})) return *resource;
  throw ServiceError(
      404, "ResourceNotFound",
      fmt::format("There is no compute '{}' in the workspace '{}'.", request.parameter("name"), workspace.name));
}

void check_body(json::object& body) {
  json::object& properties = ensure_object(body, "properties");
  const std::string type = text_at(properties, "computeType");
  if (compute_types().count(type) == 0) {
    throw ServiceError(400, "UserError", fmt::format("properties.computeType '{}' is not a type of compute.", type));
  }
  const json::object* details = object_at(properties, "properties");
  if (type == "AmlCompute" && (!details || text_at(*details, "vmSize").empty())) {
    throw ServiceError(400, "UserError", "An AmlCompute needs properties.properties.vmSize.");
  }
}

Response change(Context& context, Operations& operations, const Workspace& workspace, const std::string& name,
                json::object body) {
  const ResourceKey key{workspace.id, k_kind, name};
  const bool existed = context.store.find(key).has_value();
  json::object& properties = ensure_object(body, "properties");
  properties["provisioningState"] = existed ? "Updating" : "Creating";
  properties["computeLocation"] = "local";
  properties["isAttachedCompute"] = text_at(properties, "computeType") == "Kubernetes";
  const Resource resource = context.store.put(key, std::move(body));
  const std::string id = operations.start([&context, key] {
    context.store.update(key, [](Resource& found) { found.properties()["provisioningState"] = "Succeeded"; });
  });
  Response response = Response::of_json(existed ? 200 : 201, shown(context, resource));
  operations.add_headers(response, workspace, id);
  return response;
}

Response put(Context& context, Operations& operations, const Request& request) {
  const Workspace workspace = context.workspaces.of(request);
  check_asset_name("compute name", request.parameter("name"));
  json::object body = request.json_object();
  check_body(body);
  return change(context, operations, workspace, request.parameter("name"), std::move(body));
}

// An update names scale settings only; the rest of the compute stays.
Response patch(Context& context, Operations& operations, const Request& request) {
  Resource resource = find(context, request);
  const json::object body = request.json_object();
  if (const json::object* update = object_at(body, "properties")) {
    json::object& details = ensure_object(resource.properties(), "properties");
    const json::object* nested = object_at(*update, "properties");
    for (const auto& member : nested ? *nested : *update) details[member.key()] = member.value();
  }
  return change(context, operations, context.workspaces.of(request), resource.key.name, std::move(resource.body));
}

Response remove(Context& context, Operations& operations, const Request& request) {
  const Workspace workspace = context.workspaces.of(request);
  const ResourceKey key{workspace.id, k_kind, request.parameter("name")};
  if (!context.store.find(key)) return Response::empty(204);
  return operations.accepted(workspace, operations.start([&context, key] { context.store.remove(key); }));
}

Response list(const Context& context, const Request& request) {
  std::vector<json::value> items;
  for (const auto& resource : context.store.list({.workspace = context.workspaces.of(request).id, .kind = k_kind})) {
    items.push_back(shown(context, resource));
  }
  return page_of(context, request, std::move(items));
}

}  // namespace

void check_compute(const Context& context, const Workspace& workspace, const std::string& compute_id) {
  if (compute_id.empty()) return;
  const std::string name = compute_id.substr(compute_id.rfind('/') + 1);
  if (name == "serverless" || context.store.find({workspace.id, k_kind, name})) return;
  throw ServiceError(400, "UserError",
                     fmt::format("The compute '{}' does not exist in the workspace '{}'.", name, workspace.name));
}

void add_compute_routes(Router& router, Context& context, Operations& operations) {
  const std::string collection = std::string(k_workspace_pattern) + "/computes";
  const std::string one = collection + "/{name}";
  router.add("list-computes", "GET", collection, [&](const Request& request) { return list(context, request); });
  router.add("get-compute", "GET", one,
             [&](const Request& request) { return Response::of_json(200, shown(context, find(context, request))); });
  router.add("put-compute", "PUT", one, [&](const Request& request) { return put(context, operations, request); });
  router.add("patch-compute", "PATCH", one,
             [&](const Request& request) { return patch(context, operations, request); });
  router.add("delete-compute", "DELETE", one,
             [&](const Request& request) { return remove(context, operations, request); });
}

}  // namespace mlops::emulator
