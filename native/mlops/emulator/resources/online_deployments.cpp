#include <fmt/format.h>

#include <mlops/emulator/resources/online_endpoints.hpp>
#include <mlops/emulator/resources/rendering.hpp>

namespace mlops::emulator {

namespace {

constexpr const char* k_type = "Microsoft.MachineLearningServices/workspaces/onlineEndpoints/deployments";

std::string id_of(const Resource& resource) {
  return fmt::format("{}/onlineEndpoints/{}/deployments/{}", resource.key.workspace, resource.key.name,
                     resource.key.version);
}

json::value shown(const Context& context, const Resource& resource) {
  return render(context, resource, id_of(resource), k_type);
}

ResourceKey key_of(const Context& context, const Request& request) {
  return {context.workspaces.of(request).id, k_deployments_kind, request.parameter("endpoint"),
          request.parameter("deployment")};
}

Resource find(const Context& context, const Request& request) {
  find_endpoint(context, context.workspaces.of(request), request.parameter("endpoint"));
  if (auto resource = context.store.find(key_of(context, request))) return *resource;
  throw ServiceError(404, "ResourceNotFound",
                     fmt::format("The endpoint '{}' has no deployment '{}'.", request.parameter("endpoint"),
                                 request.parameter("deployment")));
}

bool is_in_transition(const std::string& state) {
  return state == "Creating" || state == "Updating" || state == "Deleting";
}

// While the endpoint itself is being changed, its traffic for example, its deployments are neither made nor deleted.
Resource endpoint_at_rest(const Context& context, const Workspace& workspace, const std::string& name) {
  Resource endpoint = find_endpoint(context, workspace, name);
  const std::string state = text_at(*endpoint.find_properties(), "provisioningState");
  if (!is_in_transition(state)) return endpoint;
  throw ServiceError(409, "Conflict", fmt::format("The endpoint '{}' is being changed ({}).", name, state));
}

// An asset id "<workspace>/models/<name>/versions/<version>" must name something the workspace has.
void check_asset(const Context& context, const Workspace& workspace, const std::string& collection,
                 const std::string& id) {
  const std::string prefix = "/" + collection + "/";
  const auto start = id.find(prefix);
  const auto versions = id.rfind("/versions/");
  if (start == std::string::npos || versions == std::string::npos) return;
  const std::string name = id.substr(start + prefix.size(), versions - start - prefix.size());
  const std::string version = id.substr(versions + 10);
  if (context.store.find({workspace.id, collection, name, version})) return;
  throw ServiceError(400, "UserError",
                     fmt::format("{}:{} does not exist among the {} of the workspace '{}'.", name, version, collection,
                                 workspace.name));
}

void complete(const Context& context, const Workspace& workspace, const Resource& endpoint, json::object& body) {
  json::object& properties = ensure_object(body, "properties");
  const bool on_kubernetes = !text_at(*endpoint.find_properties(), "compute").empty();
  const std::string wanted = on_kubernetes ? "Kubernetes" : "Managed";
  if (text_at(properties, "endpointComputeType") != wanted) {
    throw ServiceError(
        400, "BadArgument",
        fmt::format("The endpoint '{}' takes deployments with properties.endpointComputeType '{}', not '{}'.",
                    endpoint.key.name, wanted, text_at(properties, "endpointComputeType")));
  }
  check_asset(context, workspace, "models", text_at(properties, "model"));
  check_asset(context, workspace, "environments", text_at(properties, "environmentId"));
  if (const json::object* code = object_at(properties, "codeConfiguration")) {
    check_asset(context, workspace, "codes", text_at(*code, "codeId"));
  }
  if (!object_at(properties, "scaleSettings")) properties["scaleSettings"] = {{"scaleType", "Default"}};
  ensure_object(properties, "properties");
  ensure_object(body, "tags");
  json::object& sku = ensure_object(body, "sku");
  if (!sku.contains("capacity")) sku["capacity"] = 1;
  if (!sku.contains("name")) sku["name"] = "Default";
}

// Creating, then Succeeded when the scoring process answers, or Failed with its reason.
void start_scoring(Context& context, Scoring& scoring, const Workspace& workspace, const ResourceKey& key) {
  const auto set_state = [&](const char* state) {
    context.store.update(key, [&](Resource& found) { found.properties()["provisioningState"] = state; });
  };
  try {
    scoring.start(workspace, key.name, key.version);
    set_state("Succeeded");
  } catch (const std::exception&) {
    set_state("Failed");
    throw;
  }
}

Response change(Context& context, Operations& operations, Scoring& scoring, const Workspace& workspace,
                const ResourceKey& key, json::object body) {
  const auto existing = context.store.find(key);
  const std::string state = existing ? text_at(*existing->find_properties(), "provisioningState") : "";
  if (is_in_transition(state)) {
    throw ServiceError(409, "Conflict", fmt::format("The deployment '{}' is being changed ({}).", key.version, state));
  }
  ensure_object(body, "properties")["provisioningState"] = existing ? "Updating" : "Creating";
  const Resource resource = context.store.put(key, std::move(body));
  const std::string id =
      operations.start([&context, &scoring, workspace, key] { start_scoring(context, scoring, workspace, key); });
  Response response = Response::of_json(existing ? 200 : 201, shown(context, resource));
  operations.add_headers(response, workspace, id);
  return response;
}

Response put(Context& context, Operations& operations, Scoring& scoring, const Request& request) {
  const Workspace workspace = context.workspaces.of(request);
  check_asset_name("deployment name", request.parameter("deployment"));
  const Resource endpoint = endpoint_at_rest(context, workspace, request.parameter("endpoint"));
  json::object body = request.json_object();
  complete(context, workspace, endpoint, body);
  return change(context, operations, scoring, workspace, key_of(context, request), std::move(body));
}

// PartialMinimalTrackedResourceWithSku: tags and the number of instances.
Response patch(Context& context, const Request& request) {
  const Resource resource = find(context, request);
  const json::object body = request.json_object();
  const auto changed = context.store.update(resource.key, [&](Resource& found) {
    if (const json::object* tags = object_at(body, "tags")) found.body["tags"] = *tags;
    if (const json::object* sku = object_at(body, "sku")) {
      for (const auto& member : *sku) ensure_object(found.body, "sku")[member.key()] = member.value();
    }
  });
  return Response::of_json(200, shown(context, *changed));
}

Response remove(Context& context, Operations& operations, Scoring& scoring, const Request& request) {
  const Workspace workspace = context.workspaces.of(request);
  const ResourceKey key = key_of(context, request);
  if (!context.store.find(key)) return Response::empty(204);
  const Resource endpoint = endpoint_at_rest(context, workspace, key.name);
  const json::object* traffic = object_at(*endpoint.find_properties(), "traffic");
  const json::value* share = traffic ? traffic->if_contains(key.version) : nullptr;
  if (share && share->is_int64() && share->get_int64() > 0) {
    throw ServiceError(400, "BadRequest",
                       fmt::format("The deployment '{}' has {} % of the traffic and can't be deleted.", key.version,
                                   share->get_int64()));
  }
  context.store.update(key, [](Resource& found) { found.properties()["provisioningState"] = "Deleting"; });
  return operations.accepted(workspace, operations.start([&context, &scoring, workspace, key] {
    scoring.stop(workspace, key.name, key.version);
    context.store.remove(key);
    // A share of 0 percent goes with its deployment.
    context.store.update({key.workspace, k_endpoints_kind, key.name},
                         [&](Resource& found) { ensure_object(found.properties(), "traffic").erase(key.version); });
  }));
}

Response list(const Context& context, const Request& request) {
  const Workspace workspace = context.workspaces.of(request);
  const std::string& endpoint = request.parameter("endpoint");
  find_endpoint(context, workspace, endpoint);
  std::vector<json::value> items;
  for (const auto& resource :
       context.store.list({.workspace = workspace.id, .kind = k_deployments_kind, .name = endpoint})) {
    items.push_back(shown(context, resource));
  }
  return page_of(context, request, std::move(items));
}

Response logs(const Context& context, Scoring& scoring, const Request& request) {
  const Resource resource = find(context, request);
  const json::object body = request.json_object();
  const std::string container = text_at(body, "containerType");
  const json::value* tail = body.if_contains("tail");
  return Response::of_json(
      200, {{"content", scoring.logs(context.workspaces.of(request), resource.key.name, resource.key.version,
                                     container.empty() ? "InferenceServer" : container,
                                     tail && tail->is_int64() ? static_cast<int>(tail->get_int64()) : 0)}});
}

}  // namespace

void add_online_deployment_routes(Router& router, Context& context, Operations& operations, Scoring& scoring) {
  const std::string collection = std::string(k_workspace_pattern) + "/onlineEndpoints/{endpoint}/deployments";
  const std::string one = collection + "/{deployment}";
  router.add("list-deployments", "GET", collection, [&](const Request& request) { return list(context, request); });
  router.add("get-deployment", "GET", one,
             [&](const Request& request) { return Response::of_json(200, shown(context, find(context, request))); });
  router.add("put-deployment", "PUT", one,
             [&](const Request& request) { return put(context, operations, scoring, request); });
  router.add("patch-deployment", "PATCH", one, [&](const Request& request) { return patch(context, request); });
  router.add("delete-deployment", "DELETE", one,
             [&](const Request& request) { return remove(context, operations, scoring, request); });
  router.add("post-deployment-logs", "POST", one + "/getLogs",
             [&](const Request& request) { return logs(context, scoring, request); });
}

void restore_deployments(Context& context, Operations& operations, Scoring& scoring) {
  for (const auto& resource : context.store.list({.workspace = "", .kind = k_deployments_kind})) {
    const auto workspace = context.workspaces.by_id(resource.key.workspace);
    const std::string state = text_at(*resource.find_properties(), "provisioningState");
    if (!workspace || state == "Failed") continue;
    if (state == "Deleting") {
      context.store.remove(resource.key);
      continue;
    }
    operations.start([&context, &scoring, workspace = *workspace, key = resource.key] {
      start_scoring(context, scoring, workspace, key);
    });
  }
}

}  // namespace mlops::emulator
