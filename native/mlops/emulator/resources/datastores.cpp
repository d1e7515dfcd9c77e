#include <fmt/format.h>

#include <mlops/core/text.hpp>
#include <mlops/emulator/blob/sas.hpp>
#include <mlops/emulator/resources/datastores.hpp>
#include <mlops/emulator/resources/rendering.hpp>

namespace mlops::emulator {

namespace {

constexpr const char* k_kind = "datastores";
constexpr const char* k_type = "Microsoft.MachineLearningServices/workspaces/datastores";
constexpr const char* k_default = "workspaceblobstore";
constexpr const char* k_artifacts = "workspaceartifactstore";
constexpr auto k_sas_lifetime = std::chrono::hours(24);

// The account's name holds our host and port: "https://{accountName}.blob.{endpoint}/{container}", as clients put it
// together, then leads to this server without a name in DNS.
json::object built_in_properties(const Context& context, const std::string& container, bool is_default) {
  const auto scheme_end = context.base_url.find("://");
  return {{"datastoreType", "AzureBlob"},
          {"accountName", fmt::format("{}/{}", context.base_url.substr(scheme_end + 3), k_storage_account)},
          {"containerName", container},
          {"endpoint", "localhost"},
          {"protocol", context.base_url.substr(0, scheme_end)},
          {"isDefault", is_default},
          {"credentials", {{"credentialsType", "Sas"}}},
          {"serviceDataAccessAuthIdentity", "None"},
          {"description", nullptr},
          {"tags", json::object()},
          {"properties", json::object()}};
}

std::optional<Resource> built_in(const Context& context, const Workspace& workspace, const std::string& name) {
  const bool is_default = core::equals_ignoring_case(name, k_default);
  if (!is_default && !core::equals_ignoring_case(name, k_artifacts)) return std::nullopt;
  Resource resource;
  resource.key = {workspace.id, k_kind, is_default ? k_default : k_artifacts};
  resource.body["properties"] = built_in_properties(
      context, is_default ? workspace.blob_container() : workspace.artifact_container(), is_default);
  resource.created = resource.modified = "2024-01-01T00:00:00Z";
  return resource;
}

Resource find(const Context& context, const Workspace& workspace, const std::string& name) {
  if (auto resource = built_in(context, workspace, name)) return *resource;
  if (auto resource = context.store.find({workspace.id, k_kind, name})) return *resource;
  throw not_found("datastore", name, workspace.name);
}

json::value shown(const Context& context, const Resource& resource) {
  json::object object = render(context, resource, resource.key.workspace + "/datastores/" + resource.key.name, k_type);
  if (json::object* credentials = object["properties"].as_object()["credentials"].if_object()) {
    credentials->erase("secrets");
  }
  return object;
}

Response list(const Context& context, const Request& request) {
  const Workspace workspace = context.workspaces.of(request);
  std::vector<Resource> all{*built_in(context, workspace, k_default), *built_in(context, workspace, k_artifacts)};
  for (auto& resource : context.store.list({.workspace = workspace.id, .kind = k_kind}))
    all.push_back(std::move(resource));
  const std::string only_default = core::to_lower(request.query_value("isDefault").value_or(""));
  std::vector<json::value> items;
  for (const auto& resource : all) {
    const bool is_default = flag_at(*resource.find_properties(), "isDefault");
    if (only_default.empty() || (only_default == "true") == is_default) items.push_back(shown(context, resource));
  }
  return page_of(context, request, std::move(items));
}

Response put(Context& context, const Request& request) {
  const Workspace workspace = context.workspaces.of(request);
  const std::string& name = request.parameter("name");
  check_asset_name("datastore name", name);
  if (built_in(context, workspace, name)) {
    throw ServiceError(400, "UserError",
                       fmt::format("The datastore '{}' belongs to the workspace and can't be changed.", name));
  }
  json::object body = request.json_object();
  const json::object* properties = object_at(body, "properties");
  if (!properties || text_at(*properties, "datastoreType").empty()) {
    throw ServiceError(400, "UserError", "properties.datastoreType is required.");
  }
  ensure_object(body, "properties")["isDefault"] = false;
  const bool existed = context.store.find({workspace.id, k_kind, name}).has_value();
  return Response::of_json(existed ? 200 : 201,
                           shown(context, context.store.put({workspace.id, k_kind, name}, std::move(body))));
}

Response remove(Context& context, const Request& request) {
  const Workspace workspace = context.workspaces.of(request);
  if (built_in(context, workspace, request.parameter("name"))) {
    throw ServiceError(400, "UserError", "A datastore that belongs to the workspace can't be deleted.");
  }
  return Response::empty(context.store.remove({workspace.id, k_kind, request.parameter("name")}) ? 200 : 204);
}

Response list_secrets(const Context& context, const Request& request) {
  const Workspace workspace = context.workspaces.of(request);
  const Resource resource = find(context, workspace, request.parameter("name"));
  if (const auto container = container_of_datastore(context.store, workspace, resource.key.name)) {
    return Response::of_json(200, {{"secretsType", "Sas"},
                                   {"sasToken", service_sas(context.secrets.account_key, *container, "", "racwdl",
                                                            context.clock.now() + k_sas_lifetime)}});
  }
  const json::object* credentials = object_at(*resource.find_properties(), "credentials");
  const json::object* secrets = credentials ? object_at(*credentials, "secrets") : nullptr;
  if (!secrets) throw ServiceError(400, "UserError", fmt::format("Datastore '{}' has no secrets.", resource.key.name));
  return Response::of_json(200, *secrets);
}

}  // namespace

std::optional<std::string> container_of_datastore(const Store& store, const Workspace& workspace,
                                                  const std::string& datastore) {
  if (core::equals_ignoring_case(datastore, k_default)) return workspace.blob_container();
  if (core::equals_ignoring_case(datastore, k_artifacts)) return workspace.artifact_container();
  const auto resource = store.find({workspace.id, k_kind, datastore});
  const json::object* properties = resource ? resource->find_properties() : nullptr;
  if (!properties || text_at(*properties, "datastoreType") != "AzureBlob") return std::nullopt;
  const std::string account = text_at(*properties, "accountName");
  if (account.substr(account.rfind('/') + 1) != k_storage_account) return std::nullopt;
  return text_at(*properties, "containerName");
}

void add_datastore_routes(Router& router, Context& context) {
  const std::string collection = std::string(k_workspace_pattern) + "/datastores";
  const std::string one = collection + "/{name}";
  router.add("list-datastores", "GET", collection, [&](const Request& request) { return list(context, request); });
  router.add("get-datastore", "GET", one, [&](const Request& request) {
    return Response::of_json(200,
                             shown(context, find(context, context.workspaces.of(request), request.parameter("name"))));
  });
  router.add("put-datastore", "PUT", one, [&](const Request& request) { return put(context, request); });
  router.add("delete-datastore", "DELETE", one, [&](const Request& request) { return remove(context, request); });
  router.add("post-list-secrets", "POST", one + "/listSecrets",
             [&](const Request& request) { return list_secrets(context, request); });
}

}  // namespace mlops::emulator
