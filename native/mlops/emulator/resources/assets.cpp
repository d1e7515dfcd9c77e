#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <mlops/core/text.hpp>
#include <mlops/emulator/resources/assets.hpp>
#include <mlops/emulator/versions.hpp>

namespace mlops::emulator {

namespace {

/// The routes of one kind.
class Assets {
 public:
  Assets(Context& context, AssetKind kind) : m_context(context), m_kind(std::move(kind)) {}

  Response get_container(const Request& request) const {
    const Workspace workspace = m_context.workspaces.of(request);
    const std::string& name = request.parameter("name");
    const auto versions = m_context.store.list({.workspace = workspace.id, .kind = m_kind.collection, .name = name});
    const auto container = m_context.store.find(container_key(workspace, name));
    if (versions.empty() && !container) throw not_found(m_kind.noun + " container", name, workspace.name);
    return Response::of_json(200, render_container(workspace, name, container, versions));
  }

  Response put_container(const Request& request) const {
    const Workspace workspace = m_context.workspaces.of(request);
    const std::string& name = request.parameter("name");
    check_asset_name(m_kind.noun + " name", name);
    json::object body = request.json_object();
    ensure_object(body, "properties");
    const auto container = m_context.store.put(container_key(workspace, name), std::move(body));
    const auto versions = m_context.store.list({.workspace = workspace.id, .kind = m_kind.collection, .name = name});
    return Response::of_json(200, render_container(workspace, name, container, versions));
  }

  Response list_containers(const Request& request) const {
    const Workspace workspace = m_context.workspaces.of(request);
    std::vector<std::string> order;
    std::map<std::string, std::vector<Resource>> by_name;
    for (auto& version : m_context.store.list({.workspace = workspace.id, .kind = m_kind.collection})) {
      auto& versions = by_name[version.key.name];
      if (versions.empty()) order.push_back(version.key.name);
      versions.push_back(std::move(version));
    }
    std::vector<json::value> items;
    for (const auto& name : order) {
      json::object item =
          render_container(workspace, name, m_context.store.find(container_key(workspace, name)), by_name[name]);
      if (is_listed(request, item)) items.emplace_back(std::move(item));
    }
    return page_of(m_context, request, std::move(items));
  }

  Response list_versions(const Request& request) const {
    const Workspace workspace = m_context.workspaces.of(request);
    Store::Query query{.workspace = workspace.id, .kind = m_kind.collection, .name = request.parameter("name")};
    // A code snapshot is looked for by its content, under whatever name it was stored.
    if (request.query_value("hash")) query.name.reset();
    const std::string order = core::to_lower(request.query_value("$orderBy").value_or("createdtime desc"));
    if (order.ends_with(" asc")) query.order = Store::Order::oldest_first;
    std::vector<json::value> items;
    for (const auto& version : m_context.store.list(query)) {
      if (is_shown(request, version)) items.push_back(render_version(version));
    }
    return page_of(m_context, request, std::move(items));
  }

  Response get_version(const Request& request) const {
    const auto resource = m_context.store.find(version_key(m_context.workspaces.of(request), request));
    if (!resource) throw missing_version(request);
    return Response::of_json(200, render_version(*resource));
  }

  Response put_version(const Request& request) const {
    const Workspace workspace = m_context.workspaces.of(request);
    const ResourceKey key = version_key(workspace, request);
    check_asset_name(m_kind.noun + " name", key.name);
    check_asset_name(m_kind.noun + " version", key.version);
    json::object body = request.json_object();
    if (!object_at(body, "properties")) throw ServiceError(400, "UserError", "The member 'properties' is required.");
    json::object& properties = ensure_object(body, "properties");
    for (const char* member : {"tags", "properties"}) ensure_object(properties, member);
    for (const char* flag : {"isArchived", "isAnonymous"}) properties[flag] = flag_at(properties, flag);
    m_kind.complete(workspace, key, properties);
    bool existed = false;
    std::optional<Resource> stored;
    m_context.database.transaction([&] {
      const auto before = m_context.store.find(key);
      existed = before.has_value();
      if (before) check_immutable(*before->find_properties(), properties);
      stored = m_context.store.put(key, std::move(body));
    });
    return Response::of_json(existed ? 200 : 201, render_version(*stored));
  }

  Response delete_version(const Request& request) const {
    const ResourceKey key = version_key(m_context.workspaces.of(request), request);
    return Response::empty(m_context.store.remove(key) ? 200 : 204);
  }

  Response delete_container(const Request& request) const {
    const Workspace workspace = m_context.workspaces.of(request);
    const std::string& name = request.parameter("name");
    const int versions = m_context.store.remove_all(workspace.id, m_kind.collection, name);
    const bool container = m_context.store.remove(container_key(workspace, name));
    return Response::empty(versions > 0 || container ? 200 : 204);
  }

 private:
  ResourceKey version_key(const Workspace& workspace, const Request& request) const {
    return {workspace.id, m_kind.collection, request.parameter("name"), request.parameter("version")};
  }

  ResourceKey container_key(const Workspace& workspace, const std::string& name) const {
    return {workspace.id, m_kind.collection + "Containers", name};
  }

  ServiceError missing_version(const Request& request) const {
    return not_found(m_kind.noun, fmt::format("{}:{}", request.parameter("name"), request.parameter("version")),
                     m_context.workspaces.of(request).name);
  }

  json::object render_version(const Resource& resource) const {
    const std::string id = fmt::format("{}/{}/{}/versions/{}", resource.key.workspace, m_kind.collection,
                                       resource.key.name, resource.key.version);
    return render(m_context, resource, id,
                  fmt::format("Microsoft.MachineLearningServices/workspaces/{}/versions", m_kind.collection));
  }

  // Versions come newest first. The next version follows the highest number there is.
  json::object render_container(const Workspace& workspace, const std::string& name,
                                const std::optional<Resource>& container, const std::vector<Resource>& versions) const {
    Resource shown = container.value_or(Resource{});
    if (!container) {
      shown.created = versions.back().created;
      shown.modified = versions.front().modified;
    }
    json::object& properties = shown.properties();
    for (const char* member : {"tags", "properties"}) ensure_object(properties, member);
    properties["isArchived"] = flag_at(properties, "isArchived");
    properties["latestVersion"] = versions.empty() ? json::value() : json::value(versions.front().key.version);
    properties["nextVersion"] = next_version(versions);
    const json::object* newest = versions.empty() ? nullptr : versions.front().find_properties();
    if (newest && newest->contains("dataType")) properties["dataType"] = newest->at("dataType");
    return render(m_context, shown, fmt::format("{}/{}/{}", workspace.id, m_kind.collection, name),
                  "Microsoft.MachineLearningServices/workspaces/" + m_kind.collection);
  }

  bool is_shown(const Request& request, const Resource& version) const {
    const json::object& properties = *version.find_properties();
    if (!is_listed(request, version.body)) return false;
    const std::string wanted = request.query_value("version").value_or("");
    if (!wanted.empty() && wanted != version.key.version) return false;
    for (const char* member : {"tags", "properties"}) {
      if (!fits(request.query_value(member).value_or(""), object_at(properties, member))) return false;
    }
    return !m_kind.shows || m_kind.shows(request, properties);
  }

  void check_immutable(const json::object& before, const json::object& after) const {
    for (const auto& name : m_kind.immutable) {
      const json::value* old_value = before.if_contains(name);
      const json::value* new_value = after.if_contains(name);
      const bool same = old_value && new_value ? *old_value == *new_value : !old_value && !new_value;
      if (!same) throw ServiceError(400, "UserError", m_kind.immutable_message);
    }
  }

  Context& m_context;
  AssetKind m_kind;
};

}  // namespace

bool fits(const std::string& filter, const json::object* texts) {
  for (const auto& part : core::split(filter, ',')) {
    if (part.empty()) continue;
    const auto equals = std::min(part.find('='), part.size());
    const std::string name = part.substr(0, equals);
    if (!texts || !texts->contains(name)) return false;
    if (equals < part.size() && text_at(*texts, name) != part.substr(equals + 1)) return false;
  }
  return true;
}

void add_asset_routes(Router& router, Context& context, AssetKind kind) {
  const std::string noun = kind.noun;
  const std::string collection = kind.collection;
  const auto assets = std::make_shared<Assets>(context, std::move(kind));
  const auto add = [&](const std::string& verb, const char* method, const std::string& pattern,
                       Response (Assets::*answer)(const Request&) const) {
    router.add(verb, method, pattern,
               [assets, answer](const Request& request) { return ((*assets).*answer)(request); });
  };
  for (const char* owner : {k_workspace_pattern, k_registry_pattern}) {
    const std::string containers = fmt::format("{}/{}", owner, collection);
    const std::string container = containers + "/{name}";
    const std::string versions = container + "/versions";
    const std::string version = versions + "/{version}";
    add("list-" + noun, "GET", containers, &Assets::list_containers);
    add("get-" + noun + "-container", "GET", container, &Assets::get_container);
    add("put-" + noun + "-container", "PUT", container, &Assets::put_container);
    add("delete-" + noun + "-container", "DELETE", container, &Assets::delete_container);
    add("list-" + noun + "-versions", "GET", versions, &Assets::list_versions);
    add("get-" + noun, "GET", version, &Assets::get_version);
    add("put-" + noun, "PUT", version, &Assets::put_version);
    add("delete-" + noun, "DELETE", version, &Assets::delete_version);
  }
}

}  // namespace mlops::emulator
