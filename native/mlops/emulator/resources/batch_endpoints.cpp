#include <fmt/format.h>

#include <mlops/core/hash.hpp>
#include <mlops/core/text.hpp>
#include <mlops/emulator/execution/batch_job.hpp>
#include <mlops/emulator/resources/batch_endpoints.hpp>
#include <mlops/emulator/resources/computes.hpp>
#include <mlops/emulator/resources/jobs.hpp>
#include <mlops/emulator/resources/rendering.hpp>
#include <mlops/http/url.hpp>

namespace mlops::emulator {

namespace {

constexpr const char* k_type = "Microsoft.MachineLearningServices/workspaces/batchEndpoints";
constexpr const char* k_deployment_header = "azureml-model-deployment";
constexpr std::string_view k_bearer = "Bearer ";

ResourceKey endpoint_key(const Context& context, const Request& request) {
  return {context.workspaces.of(request).id, k_batch_endpoints_kind, request.parameter("endpoint")};
}

ResourceKey deployment_key(const Context& context, const Request& request) {
  return {context.workspaces.of(request).id, k_batch_deployments_kind, request.parameter("endpoint"),
          request.parameter("deployment")};
}

json::value shown_endpoint(const Context& context, const Resource& resource) {
  json::object object =
      render(context, resource, fmt::format("{}/batchEndpoints/{}", resource.key.workspace, resource.key.name), k_type);
  // Made anew each time: a restarted emulator may have another port.
  const auto workspace = context.workspaces.by_id(resource.key.workspace);
  ensure_object(object, "properties")["scoringUri"] =
      fmt::format("{}/batchendpoints/{}/{}/{}/jobs", context.base_url, http::encode(workspace->group),
                  http::encode(workspace->name), resource.key.name);
  return object;
}

json::value shown_deployment(const Context& context, const Resource& resource) {
  return render(context, resource,
                fmt::format("{}/batchEndpoints/{}/deployments/{}", resource.key.workspace, resource.key.name,
                            resource.key.version),
                std::string(k_type) + "/deployments");
}

Resource found(const Context& context, const ResourceKey& key) {
  if (auto resource = context.store.find(key)) return *resource;
  const bool endpoint = key.kind == k_batch_endpoints_kind;
  throw ServiceError(404, "ResourceNotFound",
                     endpoint ? fmt::format("There is no batch endpoint '{}'.", key.name)
                              : fmt::format("The batch endpoint '{}' has no deployment '{}'.", key.name, key.version));
}

using Show = json::value (*)(const Context&, const Resource&);

Response change(Context& context, Operations& operations, const Request& request, const ResourceKey& key,
                json::object body, Show show) {
  const Workspace workspace = context.workspaces.of(request);
  const bool existed = context.store.find(key).has_value();
  for (const char* member : {"tags", "properties"}) ensure_object(body, member);
  ensure_object(ensure_object(body, "properties"), "properties");
  ensure_object(body, "properties")["provisioningState"] = existed ? "Updating" : "Creating";
  const Resource resource = context.store.put(key, std::move(body));
  const std::string id = operations.start([&context, key] {
    context.store.update(key, [](Resource& changed) { changed.properties()["provisioningState"] = "Succeeded"; });
  });
  Response response = Response::of_json(existed ? 200 : 201, show(context, resource));
  operations.add_headers(response, workspace, id);
  return response;
}

Response put_endpoint(Context& context, Operations& operations, const Request& request) {
  const ResourceKey key = endpoint_key(context, request);
  check_asset_name("endpoint name", key.name);
  json::object body = request.json_object();
  const std::string mode = text_at(ensure_object(body, "properties"), "authMode");
  if (!core::equals_ignoring_case(mode, "AADToken")) {
    throw ServiceError(400, "BadArgument",
                       fmt::format("properties.authMode of a batch endpoint must be AADToken, not '{}'.", mode));
  }
  return change(context, operations, request, key, std::move(body), shown_endpoint);
}

Response put_deployment(Context& context, Operations& operations, const Request& request) {
  const ResourceKey key = deployment_key(context, request);
  check_asset_name("deployment name", key.version);
  found(context, endpoint_key(context, request));
  json::object body = request.json_object();
  check_compute(context, context.workspaces.of(request), text_at(ensure_object(body, "properties"), "compute"));
  return change(context, operations, request, key, std::move(body), shown_deployment);
}

Response remove_endpoint(Context& context, Operations& operations, const Request& request) {
  const ResourceKey key = endpoint_key(context, request);
  if (!context.store.find(key)) return Response::empty(204);
  return operations.accepted(context.workspaces.of(request), operations.start([&context, key] {
    context.store.remove_all(key.workspace, k_batch_deployments_kind, key.name);
    context.store.remove(key);
  }));
}

Response remove_deployment(Context& context, Operations& operations, const Request& request) {
  const ResourceKey key = deployment_key(context, request);
  if (!context.store.find(key)) return Response::empty(204);
  return operations.accepted(context.workspaces.of(request),
                             operations.start([&context, key] { context.store.remove(key); }));
}

Response list(const Context& context, const Request& request, const ResourceKey& key, Show show) {
  std::vector<json::value> items;
  const auto name = key.name.empty() ? std::nullopt : std::optional(key.name);
  for (const auto& resource : context.store.list({.workspace = key.workspace, .kind = key.kind, .name = name})) {
    items.push_back(show(context, resource));
  }
  return page_of(context, request, std::move(items));
}

Resource chosen(const Context& context, const Resource& endpoint, const Request& request) {
  std::string name = request.header(k_deployment_header);
  if (name.empty()) {
    const json::object* defaults = object_at(*endpoint.find_properties(), "defaults");
    name = defaults ? text_at(*defaults, "deploymentName") : "";
  }
  if (name.empty()) {
    throw ServiceError(400, "BadArgument",
                       fmt::format("The batch endpoint '{}' has no default deployment. Set defaults.deploymentName, or "
                                   "name a deployment in the header {}.",
                                   endpoint.key.name, k_deployment_header));
  }
  return found(context, {endpoint.key.workspace, k_batch_deployments_kind, endpoint.key.name, name});
}

Response invoke(Context& context, JobExecutor& executor, const Request& request) {
  const auto workspace = context.workspaces.find(context.workspaces.subscription(), request.parameter("group"),
                                                 request.parameter("workspace"));
  if (!workspace) throw ServiceError(404, "NotFound", "There is no such endpoint.");
  const std::string header = request.header("Authorization");
  const std::string token = header.rfind(k_bearer, 0) == 0 ? header.substr(k_bearer.size()) : std::string();
  if (context.tokens.check(token) != Tokens::Check::valid) {
    throw ServiceError(401, "Unauthorized", "The token of the request is missing or wrong.");
  }
  const Resource endpoint = found(context, {workspace->id, k_batch_endpoints_kind, request.parameter("endpoint")});
  const Resource deployment = chosen(context, endpoint, request);
  json::object body = request.json_object();
  const json::object& wanted = ensure_object(body, "properties");
  const std::string asked = text_at(wanted, "name");
  const std::string name = asked.empty() ? "batchjob-" + core::random_uuid() : asked;
  const Resource job = start_job(context, executor, *workspace, name,
                                 batch_job(context, *workspace, endpoint.key.name, deployment, wanted));
  return Response::of_json(
      201, {{"id", fmt::format("{}/jobs/{}", workspace->id, job.key.name)},
            {"name", job.key.name},
            {"type", std::string(k_type) + "/jobs"},
            {"properties", {{"name", job.key.name}, {"status", "Preparing"}, {"outputs", json::object()}}}});
}

}  // namespace

void add_batch_routes(Router& router, Context& context, Operations& operations, JobExecutor& executor) {
  const std::string endpoints = std::string(k_workspace_pattern) + "/batchEndpoints";
  const std::string endpoint = endpoints + "/{endpoint}";
  const std::string deployments = endpoint + "/deployments";
  const std::string deployment = deployments + "/{deployment}";
  router.add("list-batch-endpoints", "GET", endpoints, [&](const Request& request) {
    return list(context, request, {context.workspaces.of(request).id, k_batch_endpoints_kind}, shown_endpoint);
  });
  router.add("get-batch-endpoint", "GET", endpoint, [&](const Request& request) {
    return Response::of_json(200, shown_endpoint(context, found(context, endpoint_key(context, request))));
  });
  router.add("put-batch-endpoint", "PUT", endpoint,
             [&](const Request& request) { return put_endpoint(context, operations, request); });
  router.add("delete-batch-endpoint", "DELETE", endpoint,
             [&](const Request& request) { return remove_endpoint(context, operations, request); });
  router.add("list-batch-deployments", "GET", deployments, [&](const Request& request) {
    const Resource parent = found(context, endpoint_key(context, request));
    return list(context, request, {parent.key.workspace, k_batch_deployments_kind, parent.key.name}, shown_deployment);
  });
  router.add("get-batch-deployment", "GET", deployment, [&](const Request& request) {
    return Response::of_json(200, shown_deployment(context, found(context, deployment_key(context, request))));
  });
  router.add("put-batch-deployment", "PUT", deployment,
             [&](const Request& request) { return put_deployment(context, operations, request); });
  router.add("delete-batch-deployment", "DELETE", deployment,
             [&](const Request& request) { return remove_deployment(context, operations, request); });
  router.add(
      "post-batch-job", "POST", "/batchendpoints/{group}/{workspace}/{endpoint}/jobs",
      [&](const Request& request) { return invoke(context, executor, request); }, Access::open);
}

void restore_batch(Context& context) {
  for (const char* kind : {k_batch_endpoints_kind, k_batch_deployments_kind}) {
    for (const auto& resource : context.store.list({.workspace = "", .kind = kind})) {
      context.store.update(resource.key,
                           [](Resource& found) { found.properties()["provisioningState"] = "Succeeded"; });
    }
  }
}

}  // namespace mlops::emulator
