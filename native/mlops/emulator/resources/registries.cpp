#include <fmt/format.h>

#include <mlops/emulator/resources/registries.hpp>
#include <mlops/emulator/resources/rendering.hpp>

namespace mlops::emulator {

namespace {

constexpr const char* k_location = "local";

json::value render_registry(const Context& context, const Workspace& registry) {
  return {{"id", registry.id},
          {"name", registry.name},
          {"type", "Microsoft.MachineLearningServices/registries"},
          {"location", k_location},
          {"tags", json::object()},
          {"properties",
           {{"discoveryUrl",
             fmt::format("{}/registrymanagement/v1.0/registries/{}/discovery", context.base_url, registry.name)},
            {"mlFlowRegistryUri", ""},
            {"provisioningState", "Succeeded"}}}};
}

Response put(Context& context, const Request& request) {
  const std::string& name = request.parameter("registry");
  check_asset_name("registry name", name);
  const bool existed = context.workspaces.find_registry(name).has_value();
  const Workspace registry = context.workspaces.ensure_registry(request.parameter("group"), name);
  return Response::of_json(existed ? 200 : 201, render_registry(context, registry));
}

Response discover(const Context& context, const Request& request) {
  const auto registry = context.workspaces.find_registry(request.parameter("registry"));
  if (!registry) {
    throw ServiceError(404, "ResourceNotFound",
                       fmt::format("There is no registry '{}'.", request.parameter("registry")));
  }
  return Response::of_json(200, {{"registryName", registry->name},
                                 {"subscriptionId", registry->subscription},
                                 {"resourceGroup", registry->group},
                                 {"location", k_location},
                                 {"primaryRegion", k_location},
                                 {"regions", json::array{k_location}},
                                 {"primaryRegionResourceProviderUri", context.base_url + "/"}});
}

}  // namespace

void add_registry_routes(Router& router, Context& context) {
  router.add("get-registry", "GET", k_registry_pattern, [&](const Request& request) {
    return Response::of_json(200, render_registry(context, context.workspaces.of(request)));
  });
  router.add("put-registry", "PUT", k_registry_pattern, [&](const Request& request) { return put(context, request); });
  router.add("get-registry-discovery", "GET", "/registrymanagement/v1.0/registries/{registry}/discovery",
             [&](const Request& request) { return discover(context, request); });
}

}  // namespace mlops::emulator
