#include <fmt/format.h>

#include <mlops/aml/assets.hpp>
#include <mlops/aml/create_asset.hpp>
#include <mlops/aml/json_access.hpp>

namespace mlops::aml {

namespace {

constexpr int k_most_collisions = 5;

// A place in a datastore counts, not how its address is written; no value and an empty one are the same.
json::value comparable(const json::value* value) {
  if (!value) return nullptr;
  if (const auto* text = value->if_string()) {
    if (text->empty()) return nullptr;
    const std::string uri(*text);
    if (uri.rfind("azureml://", 0) == 0 && uri.find("datastores/") != std::string::npos) {
      DatastorePath place = parse_datastore_uri(uri);
      while (!place.path.empty() && place.path.back() == '/') place.path.pop_back();
      return json::value(datastore_uri(place.datastore, place.path));
    }
    return *value;
  }
  if (const auto* object = value->if_object()) {
    json::object result;
    for (const auto& member : *object) {
      json::value inner = comparable(&member.value());
      if (!inner.is_null()) result[member.key()] = std::move(inner);
    }
    return result.empty() ? json::value() : json::value(result);
  }
  return *value;
}

// The service adds defaults of its own to some contents: what we send must be in what is there.
bool holds(const json::value& there, const json::value& wanted) {
  if (!wanted.is_object() || !there.is_object()) return there == wanted;
  for (const auto& member : wanted.get_object()) {
    const auto* value = there.get_object().if_contains(member.key());
    if (!value || !holds(*value, member.value())) return false;
  }
  return true;
}

bool has_other_words(const json::value& existing, const json::value& wanted) {
  for (const char* path : {"properties.description", "properties.tags"}) {
    const json::value* value = find_at(wanted, path);
    if (value && comparable(value) != comparable(find_at(existing, path))) return true;
  }
  return false;
}

class Application {
 public:
  Application(Workspace& workspace, const Compiled& compiled)
      : m_workspace(workspace),
        m_assets(workspace),
        m_compiled(compiled),
        m_kind(*asset_kind(compiled.kind)),
        m_body(compiled.body) {}

  AppliedAsset run() {
    const std::string version = m_compiled.version.empty() ? "latest" : m_compiled.version;
    if (const auto existing = m_assets.find(m_kind, m_compiled.name, version)) {
      if (same_content(m_compiled.kind, *existing, m_body)) return adopt(*existing);
      if (!m_compiled.version.empty()) throw taken();
    }
    if (!m_compiled.version.empty()) return create(m_compiled.version);
    return create_next();
  }

 private:
  AppliedAsset adopt(const json::value& existing) {
    const std::string version = text_at(existing, "name");
    agent::Log& log = m_workspace.services().log;
    log.info(fmt::format("The {} {}:{} holds this content already.", m_kind.noun, m_compiled.name, version));
    if (has_other_words(existing, m_body)) {
      log.info("Its description or tags are updated.");
      m_assets.put(m_kind, m_compiled.name, version, m_body);
    }
    return {version_path(m_workspace.id(), m_kind, m_compiled.name, version), m_compiled.name, version, true};
  }

  AppliedAsset create(const std::string& version) {
    m_workspace.services().log.info(fmt::format("Creating the {} {}:{}.", m_kind.noun, m_compiled.name, version));
    const std::string id = text_at(m_assets.put(m_kind, m_compiled.name, version, m_body), "id");
    return {id.empty() ? version_path(m_workspace.id(), m_kind, m_compiled.name, version) : id, m_compiled.name,
            version, false};
  }

  // Another pipeline may take the number between the question and the creation.
  AppliedAsset create_next() {
    for (int i = 1;; ++i) {
      const std::string version = m_assets.next_version(m_kind, m_compiled.name);
      try {
        return create(version);
      } catch (const core::Error& error) {
        const auto* place = std::get_if<core::RequestPlace>(&error.place());
        if (!place || place->status != 409 || i == k_most_collisions) throw;
        if (const auto existing = m_assets.find(m_kind, m_compiled.name, version)) {
          if (same_content(m_compiled.kind, *existing, m_body)) return adopt(*existing);
        }
      }
    }
  }

  core::Error taken() {
    return {"version-taken",
            fmt::format("the {} {}:{} exists with other content.", m_kind.noun, m_compiled.name, m_compiled.version),
            m_compiled.name_place, "Versions can't be changed: raise `version`, or leave it out to get the next one."};
  }

  Workspace& m_workspace;
  Assets m_assets;
  const Compiled& m_compiled;
  const AssetKind& m_kind;
  json::value m_body;
};

}  // namespace

bool same_content(Kind kind, const json::value& a, const json::value& b) {
  for (const auto& member : content_members(kind)) {
    const json::value* of_a = find_at(a, "properties." + member);
    const json::value* of_b = find_at(b, "properties." + member);
    if (!holds(comparable(of_a), comparable(of_b))) return false;
  }
  return true;
}

AppliedAsset apply_asset(Workspace& workspace, const Compiled& compiled) {
  return Application(workspace, compiled).run();
}

namespace {

// What an endpoint that exists keeps unless the file says it: which deployment answers is decided elsewhere.
void keep_what_others_set(json::object& body, const json::value& existing) {
  for (const char* member : {"traffic", "mirrorTraffic", "defaults"}) {
    const json::value* known = find_at(existing, std::string("properties.") + member);
    json::object& properties = body.at("properties").as_object();
    if (known && !known->is_null()) properties.emplace(member, *known);
  }
}

bool is_endpoint(const ResourceKind& kind) {
  return &kind == &k_online_endpoint || &kind == &k_batch_endpoint;
}

}  // namespace

AppliedAsset apply_resource(Workspace& workspace, const Compiled& compiled) {
  const ResourceKind& kind = *resource_kind(compiled.kind);
  const std::string place = compiled.parent.empty() ? workspace.id() : workspace.id() + '/' + compiled.parent;
  const std::string path = resource_path(place, kind, compiled.name);
  const auto existing = workspace.manager().find(path, compiled.api_version);
  const bool existed = existing.has_value();
  json::object body = compiled.body;
  if (existing && is_endpoint(kind)) keep_what_others_set(body, *existing);
  workspace.services().log.info(
      fmt::format("{} the {} {}.", existed ? "Updating" : "Creating", kind.noun, compiled.name));
  const json::value created = workspace.manager().put(path + std::string(kind.query), compiled.api_version, body,
                                                      fmt::format("the {} \"{}\"", kind.noun, compiled.name));
  const std::string id = text_at(created, "id");
  return {id.empty() ? path : id, compiled.name, "", existed};
}

}  // namespace mlops::aml
