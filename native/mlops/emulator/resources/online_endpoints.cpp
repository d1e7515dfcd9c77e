#include <fmt/format.h>

#include <mlops/core/hash.hpp>
#include <mlops/emulator/resources/computes.hpp>
#include <mlops/emulator/resources/online_endpoints.hpp>
#include <mlops/emulator/resources/rendering.hpp>
#include <mlops/http/url.hpp>
#include <regex>

namespace mlops::emulator {

namespace {

constexpr const char* k_type = "Microsoft.MachineLearningServices/workspaces/onlineEndpoints";
constexpr auto k_token_lifetime = std::chrono::hours(12);

json::value shown(const Context& context, const Resource& resource) {
  json::object object = render(context, resource,
                               fmt::format("{}/onlineEndpoints/{}", resource.key.workspace, resource.key.name), k_type);
  // Made anew each time: a restarted emulator may have another port.
  const auto workspace = context.workspaces.by_id(resource.key.workspace);
  ensure_object(object, "properties")["scoringUri"] = scoring_address(context, *workspace, resource.key.name);
  return object;
}

// https://learn.microsoft.com/azure/machine-learning/how-to-manage-quotas: endpoint names.
void check_name(const std::string& name) {
  static const std::regex k_name("[a-zA-Z][a-zA-Z0-9-]{1,30}[a-zA-Z0-9]");
  if (std::regex_match(name, k_name)) return;
  throw ServiceError(400, "BadArgument",
                     fmt::format("The endpoint name '{}' is invalid: 3 to 32 letters, digits and '-', beginning with a "
                                 "letter and ending with a letter or digit.",
                                 name));
}

void check_traffic(const Context& context, const ResourceKey& endpoint, const json::object& properties) {
  const json::object* traffic = object_at(properties, "traffic");
  if (!traffic) return;
  std::int64_t sum = 0;
  for (const auto& share : *traffic) {
    const std::int64_t percent = share.value().is_int64() ? share.value().get_int64() : -1;
    if (percent < 0 || percent > 100) {
      throw ServiceError(
          400, "BadArgument",
          fmt::format("The traffic of '{}' must be a whole number from 0 to 100.", std::string(share.key())));
    }
    if (!context.store.find({endpoint.workspace, k_deployments_kind, endpoint.name, share.key()})) {
      throw ServiceError(400, "BadArgument",
                         fmt::format("The traffic names the deployment '{}', which the endpoint '{}' does not have.",
                                     std::string(share.key()), endpoint.name));
    }
    sum += percent;
  }
  if (sum != 0 && sum != 100) {
    throw ServiceError(400, "BadArgument", fmt::format("The traffic must add up to 0 or 100 percent, not {}.", sum));
  }
}

void complete(const Context& context, const Workspace& workspace, json::object& body) {
  json::object& properties = ensure_object(body, "properties");
  const std::string mode = text_at(properties, "authMode");
  if (mode != "Key" && mode != "AMLToken" && mode != "AADToken") {
    throw ServiceError(400, "BadArgument",
                       fmt::format("properties.authMode must be Key, AMLToken or AADToken, not '{}'.", mode));
  }
  check_compute(context, workspace, text_at(properties, "compute"));
  for (const char* member : {"traffic", "mirrorTraffic", "properties"}) ensure_object(properties, member);
  ensure_object(body, "tags");
  properties["swaggerUri"] = nullptr;
  properties["publicNetworkAccess"] = "Enabled";
  body["kind"] = text_at(properties, "compute").empty() ? "Managed" : "K8S";
}

Response change(Context& context, Operations& operations, const Workspace& workspace, const ResourceKey& key,
                json::object body) {
  const auto existing = context.store.find(key);
  body["keys"] = existing ? existing->body.at("keys")
                          : json::value{{"primaryKey", core::base64url(core::random_uuid())},
                                        {"secondaryKey", core::base64url(core::random_uuid())}};
  ensure_object(body, "properties")["provisioningState"] = existing ? "Updating" : "Creating";
  const Resource resource = context.store.put(key, std::move(body));
  const std::string id = operations.start([&context, key] {
    context.store.update(key, [](Resource& found) { found.properties()["provisioningState"] = "Succeeded"; });
  });
  Response response = Response::of_json(existing ? 200 : 201, shown(context, resource));
  operations.add_headers(response, workspace, id);
  return response;
}

Response put(Context& context, Operations& operations, const Request& request) {
  const Workspace workspace = context.workspaces.of(request);
  const ResourceKey key{workspace.id, k_endpoints_kind, request.parameter("endpoint")};
  check_name(key.name);
  json::object body = request.json_object();
  complete(context, workspace, body);
  check_traffic(context, key, body.at("properties").as_object());
  return change(context, operations, workspace, key, std::move(body));
}

// PartialMinimalTrackedResourceWithIdentity: tags and identity only.
Response patch(Context& context, Operations& operations, const Request& request) {
  const Workspace workspace = context.workspaces.of(request);
  Resource resource = find_endpoint(context, workspace, request.parameter("endpoint"));
  for (const auto& member : request.json_object()) {
    if (member.key() == "tags" || member.key() == "identity") resource.body[member.key()] = member.value();
  }
  return change(context, operations, workspace, resource.key, std::move(resource.body));
}

Response remove(Context& context, Operations& operations, Scoring& scoring, const Request& request) {
  const Workspace workspace = context.workspaces.of(request);
  const ResourceKey key{workspace.id, k_endpoints_kind, request.parameter("endpoint")};
  const auto found =
      context.store.update(key, [](Resource& endpoint) { endpoint.properties()["provisioningState"] = "Deleting"; });
  if (!found) return Response::empty(204);
  return operations.accepted(workspace, operations.start([&context, &scoring, workspace, key] {
    for (const auto& deployment :
         context.store.list({.workspace = key.workspace, .kind = k_deployments_kind, .name = key.name})) {
      scoring.stop(workspace, key.name, deployment.key.version);
    }
    context.store.remove_all(key.workspace, k_deployments_kind, key.name);
    context.store.remove(key);
  }));
}

Response list(const Context& context, const Request& request) {
  std::vector<json::value> items;
  for (const auto& resource :
       context.store.list({.workspace = context.workspaces.of(request).id, .kind = k_endpoints_kind})) {
    items.push_back(shown(context, resource));
  }
  return page_of(context, request, std::move(items));
}

Response list_keys(const Context& context, const Request& request) {
  const Resource resource = find_endpoint(context, context.workspaces.of(request), request.parameter("endpoint"));
  if (text_at(*resource.find_properties(), "authMode") != "Key") {
    throw ServiceError(400, "BadArgument",
                       fmt::format("The endpoint '{}' does not work with keys.", resource.key.name));
  }
  return Response::of_json(200, resource.body.at("keys"));
}

Response regenerate_keys(Context& context, Operations& operations, const Request& request) {
  const Workspace workspace = context.workspaces.of(request);
  const Resource resource = find_endpoint(context, workspace, request.parameter("endpoint"));
  const json::object body = request.json_object();
  const std::string type = text_at(body, "keyType");
  if (type != "Primary" && type != "Secondary")
    throw ServiceError(400, "BadArgument", "keyType must be Primary or Secondary.");
  const std::string given = text_at(body, "keyValue");
  context.store.update(resource.key, [&](Resource& found) {
    ensure_object(found.body, "keys")[type == "Primary" ? "primaryKey" : "secondaryKey"] =
        given.empty() ? core::base64url(core::random_uuid()) : given;
  });
  return operations.accepted(workspace, operations.start([] {}));
}

Response token(const Context& context, const Request& request) {
  const Resource resource = find_endpoint(context, context.workspaces.of(request), request.parameter("endpoint"));
  const auto expires =
      std::chrono::duration_cast<std::chrono::seconds>((context.clock.now() + k_token_lifetime).time_since_epoch());
  return Response::of_json(
      200, {{"accessToken", context.tokens.issue("https://ml.azure.com", context.base_url, k_token_lifetime)},
            {"expiryTimeUtc", expires.count()},
            {"refreshAfterTimeUtc", expires.count() - 3600},
            {"tokenType", "Bearer"}});
}

}  // namespace

Resource find_endpoint(const Context& context, const Workspace& workspace, const std::string& endpoint) {
  if (auto resource = context.store.find({workspace.id, k_endpoints_kind, endpoint})) return *resource;
  throw ServiceError(404, "ResourceNotFound",
                     fmt::format("There is no online endpoint '{}' in the workspace '{}'.", endpoint, workspace.name));
}

std::string scoring_address(const Context& context, const Workspace& workspace, const std::string& endpoint) {
  return fmt::format("{}/endpoints/{}/{}/{}/score", context.base_url, http::encode(workspace.group),
                     http::encode(workspace.name), endpoint);
}

void add_online_endpoint_routes(Router& router, Context& context, Operations& operations, Scoring& scoring) {
  const std::string collection = std::string(k_workspace_pattern) + "/onlineEndpoints";
  const std::string one = collection + "/{endpoint}";
  router.add("list-endpoints", "GET", collection, [&](const Request& request) { return list(context, request); });
  router.add("get-endpoint", "GET", one, [&](const Request& request) {
    return Response::of_json(
        200, shown(context, find_endpoint(context, context.workspaces.of(request), request.parameter("endpoint"))));
  });
  router.add("put-endpoint", "PUT", one, [&](const Request& request) { return put(context, operations, request); });
  router.add("patch-endpoint", "PATCH", one,
             [&](const Request& request) { return patch(context, operations, request); });
  router.add("delete-endpoint", "DELETE", one,
             [&](const Request& request) { return remove(context, operations, scoring, request); });
  router.add("post-list-keys", "POST", one + "/listKeys",
             [&](const Request& request) { return list_keys(context, request); });
  router.add("post-regenerate-keys", "POST", one + "/regenerateKeys",
             [&](const Request& request) { return regenerate_keys(context, operations, request); });
  router.add("post-endpoint-token", "POST", one + "/token",
             [&](const Request& request) { return token(context, request); });
}

void restore_endpoints(Context& context) {
  for (const auto& resource : context.store.list({.workspace = "", .kind = k_endpoints_kind})) {
    const std::string state = text_at(*resource.find_properties(), "provisioningState");
    if (state == "Deleting") {
      context.store.remove_all(resource.key.workspace, k_deployments_kind, resource.key.name);
      context.store.remove(resource.key);
    } else if (state != "Succeeded") {
      context.store.update(resource.key,
                           [](Resource& found) { found.properties()["provisioningState"] = "Succeeded"; });
    }
  }
}

}  // namespace mlops::emulator
