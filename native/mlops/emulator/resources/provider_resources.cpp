#include <fmt/format.h>

#include <mlops/core/text.hpp>
#include <mlops/emulator/resources/groups.hpp>
#include <mlops/emulator/resources/provider_answers.hpp>
#include <mlops/emulator/resources/provider_resources.hpp>
#include <mlops/emulator/resources/rendering.hpp>
#include <mlops/emulator/resources/workspaces.hpp>

namespace mlops::emulator {

namespace {

constexpr const char* k_kind = "providerResources";
constexpr const char* k_assignments = "Microsoft.Authorization/roleAssignments";

/// What the path of a request names. An extension stands below the resource it belongs to.
struct Named {
  std::string id;
  std::string type;    ///< "Microsoft.Storage/storageAccounts/blobServices"
  std::string name;    ///< "account/default"
  std::string parent;  ///< id of the resource it is a part or an extension of; empty for one directly in the group
  bool is_collection = false;
};

std::string group_key(const std::string& id) {
  const auto end = id.find('/', id.find("/resourceGroups/") + std::string_view("/resourceGroups/").size());
  return core::to_lower(id.substr(0, end));
}

ResourceKey key_of(const std::string& id) {
  return {group_key(id), k_kind, core::to_lower(id)};
}

[[noreturn]] void refuse_unknown(const Request& request) {
  throw ServiceError(404, "NotFound", fmt::format("aml-emulator knows no resource at '{}'.", request.path));
}

Named named(const Request& request) {
  const auto parts = core::split(request.parameter("rest"), '/');
  std::size_t provider = 0;
  for (std::size_t i = 0; i + 1 < parts.size(); ++i) {
    if (core::equals_ignoring_case(parts[i], "providers")) provider = i + 1;
  }
  const std::string& space = parts[provider];
  // These are modelled: what has no route there does not exist.
  const bool modelled = core::equals_ignoring_case(space, "Microsoft.MachineLearningServices") ||
                        core::equals_ignoring_case(space, "Microsoft.Resources");
  if (modelled || parts.size() < provider + 2) refuse_unknown(request);
  const std::string root = fmt::format("/subscriptions/{}/resourceGroups/{}/providers/",
                                       request.parameter("subscription"), request.parameter("group"));
  Named result{.id = root + request.parameter("rest"), .type = space};
  for (std::size_t i = provider + 1; i < parts.size(); i += 2) {
    result.type += '/' + parts[i];
    if (i + 1 < parts.size()) result.name += (result.name.empty() ? "" : "/") + parts[i + 1];
  }
  result.is_collection = (parts.size() - provider) % 2 == 0;
  const auto id_of = [&](std::size_t count) {
    return root + core::join({parts.begin(), parts.begin() + static_cast<std::ptrdiff_t>(count)}, "/");
  };
  if (provider > 0) {
    result.parent = id_of(provider - 1);
  } else if (parts.size() > 3) {
    result.parent = id_of(3);
  }
  return result;
}

json::object shown(const Resource& resource) {
  json::object object{{"id", text_at(resource.body, "id")},
                      {"name", text_at(resource.body, "name")},
                      {"type", text_at(resource.body, "type")}};
  const auto* declared = object_at(resource.body, "declared");
  for (const auto& member : *declared) object[member.key()] = member.value();
  json::object& properties = ensure_object(object, "properties");
  for (const auto& member : *object_at(resource.body, "answers")) properties[member.key()] = member.value();
  return object;
}

bool exists(const Context& context, const std::string& id) {
  return context.store.find(key_of(id)) || context.workspaces.by_id(id);
}

void check_parent(const Context& context, const Named& resource) {
  if (resource.parent.empty() || exists(context, resource.parent)) return;
  throw ServiceError(404, "ParentResourceNotFound",
                     fmt::format("Failed to perform 'write' on resource(s) of type '{}', because the parent resource "
                                 "'{}' could not be found.",
                                 resource.type, resource.parent));
}

// Two assignments of one role to one principal at one scope are one too many.
void check_assignment(const Context& context, const Named& resource, const json::object& body) {
  if (!core::equals_ignoring_case(resource.type, k_assignments)) return;
  const auto* properties = object_at(body, "properties");
  const auto fact = [](const json::object* object, const char* name) {
    return object ? core::to_lower(text_at(*object, name)) : std::string();
  };
  if (fact(properties, "principalId").empty() || fact(properties, "roleDefinitionId").empty()) {
    throw ServiceError(400, "InvalidRequestContent", "A role assignment needs principalId and roleDefinitionId.");
  }
  const auto scope = [](const std::string& id) { return core::to_lower(id.substr(0, id.rfind("/providers/"))); };
  for (const auto& other : context.store.list({.workspace = group_key(resource.id), .kind = k_kind})) {
    const std::string id = text_at(other.body, "id");
    if (!core::equals_ignoring_case(text_at(other.body, "type"), k_assignments) || scope(id) != scope(resource.id) ||
        core::equals_ignoring_case(id, resource.id)) {
      continue;
    }
    const auto* there = object_at(*object_at(other.body, "declared"), "properties");
    if (fact(there, "principalId") == fact(properties, "principalId") &&
        fact(there, "roleDefinitionId") == fact(properties, "roleDefinitionId")) {
      throw ServiceError(409, "RoleAssignmentExists",
                         fmt::format("The role assignment already exists. The ID of the existing role assignment is "
                                     "'{}'.",
                                     id.substr(id.rfind('/') + 1)));
    }
  }
}

// Azure keeps regions without blanks and drops members without a value.
json::value normalized(const json::value& value) {
  if (const auto* list = value.if_array()) {
    json::array result;
    for (const auto& item : *list) result.push_back(normalized(item));
    return result;
  }
  const auto* object = value.if_object();
  if (!object) return value;
  json::object result;
  for (const auto& member : *object) {
    if (!member.value().is_null()) result[member.key()] = normalized(member.value());
  }
  return result;
}

Response put(Context& context, const Request& request) {
  group_of(context, request);
  const Named resource = named(request);
  if (resource.is_collection) refuse_unknown(request);
  json::object body = normalized(request.json_object()).as_object();
  for (const char* told : {"id", "name", "type"}) body.erase(told);
  if (body.contains("location")) {
    body["location"] = core::to_lower(core::replace_all(text_at(body, "location"), " ", ""));
  }
  check_parent(context, resource);
  check_assignment(context, resource, body);
  const auto before = context.store.find(key_of(resource.id));
  const std::string name = resource.name.substr(resource.name.rfind('/') + 1);
  json::object answers = before ? *object_at(before->body, "answers")
                                : provider_answers(resource.type, resource.id, name, context.settings.tenant);
  const Resource kept =
      context.store.put(key_of(resource.id), {{"id", before ? text_at(before->body, "id") : resource.id},
                                              {"name", name},
                                              {"type", resource.type},
                                              {"parent", resource.parent},
                                              {"declared", std::move(body)},
                                              {"answers", std::move(answers)}});
  return Response::of_json(before ? 200 : 201, shown(kept));
}

Response get(const Context& context, const Request& request) {
  group_of(context, request);
  const Named resource = named(request);
  if (resource.is_collection) {
    std::vector<json::value> items;
    const std::string prefix = core::to_lower(resource.id) + '/';
    for (const auto& one : context.store.list({.workspace = group_key(resource.id), .kind = k_kind})) {
      const std::string& id = one.key.name;
      if (id.starts_with(prefix) && id.find('/', prefix.size()) == std::string::npos) items.emplace_back(shown(one));
    }
    return page_of(context, request, std::move(items));
  }
  if (const auto found = context.store.find(key_of(resource.id))) return Response::of_json(200, shown(*found));
  throw ServiceError(404, "ResourceNotFound",
                     fmt::format("The Resource '{}/{}' under resource group '{}' was not found.", resource.type,
                                 resource.name, request.parameter("group")));
}

// With a resource go its parts and extensions.
Response remove(Context& context, const Request& request) {
  const Named resource = named(request);
  bool removed = false;
  const std::string id = core::to_lower(resource.id);
  for (const auto& one : context.store.list({.workspace = group_key(id), .kind = k_kind})) {
    if (one.key.name == id || one.key.name.starts_with(id + '/')) removed = context.store.remove(one.key) || removed;
  }
  return Response::empty(removed ? 200 : 204);
}

}  // namespace

std::vector<json::object> resources_in_group(const Context& context, const std::string& group) {
  const std::string key =
      core::to_lower(fmt::format("/subscriptions/{}/resourceGroups/{}", context.workspaces.subscription(), group));
  std::vector<json::object> result;
  for (const auto& one : context.store.list({.workspace = key, .kind = k_kind, .order = Store::Order::oldest_first})) {
    if (text_at(one.body, "parent").empty()) result.push_back(shown(one));
  }
  for (const auto& workspace : context.workspaces.all()) {
    if (core::equals_ignoring_case(workspace.group, group)) result.push_back(show_workspace(context, workspace));
  }
  return result;
}

json::value declared_resource(const Context& context, const std::string& id) {
  if (const auto found = context.store.find(key_of(id))) return *object_at(found->body, "declared");
  return nullptr;
}

void add_provider_routes(Router& router, Context& context) {
  const std::string group = "/subscriptions/{subscription}/resourceGroups/{group}";
  const std::string any = group + "/providers/{*rest}";
  router.add("get-resource", "GET", any, [&context](const Request& request) { return get(context, request); });
  router.add("put-resource", "PUT", any, [&context](const Request& request) { return put(context, request); });
  router.add("delete-resource", "DELETE", any, [&context](const Request& request) { return remove(context, request); });
  router.add("list-resources", "GET", group + "/resources", [&context](const Request& request) {
    std::vector<json::value> items;
    for (auto& item : resources_in_group(context, group_of(context, request).name)) items.emplace_back(std::move(item));
    return page_of(context, request, std::move(items));
  });
}

}  // namespace mlops::emulator
