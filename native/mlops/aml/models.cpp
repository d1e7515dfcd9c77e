#include <fmt/format.h>

#include <algorithm>
#include <mlops/aml/json_access.hpp>
#include <mlops/aml/models.hpp>

namespace mlops::aml {

namespace {

constexpr int k_most_races = 20;

TextMap texts_at(const json::value& resource, std::string_view path) {
  TextMap texts;
  for (const auto& member : object_at(resource, path)) {
    if (member.value().is_string()) texts[member.key()] = std::string(member.value().get_string());
  }
  return texts;
}

ModelVersion version_of(const std::string& name, json::value resource) {
  ModelVersion model;
  model.name = name;
  model.version = text_at(resource, "name");
  model.id = text_at(resource, "id");
  model.uri = text_at(resource, "properties.modelUri");
  model.tags = texts_at(resource, "properties.tags");
  model.properties = texts_at(resource, "properties.properties");
  model.resource = std::move(resource);
  return model;
}

// -1 for a version that is no whole number.
long long number_of(const std::string& version) {
  const bool digits =
      !version.empty() && version.size() < 18 && version.find_first_not_of("0123456789") == std::string::npos;
  return digits ? std::stoll(version) : -1;
}

// Whole numbers by value, and before any other text.
bool is_newer(const ModelVersion& a, const ModelVersion& b) {
  const auto left = number_of(a.version);
  const auto right = number_of(b.version);
  return left != right ? left > right
                       : text_at(a.resource, "systemData.createdAt") > text_at(b.resource, "systemData.createdAt");
}

json::object object_of(const TextMap& texts) {
  json::object object;
  for (const auto& [name, value] : texts) object[name] = value;
  return object;
}

// A number that another run took first: the service answers 409, or 400 because a version's files can't be changed.
bool is_conflict(const core::Error& error) {
  const auto* place = std::get_if<core::RequestPlace>(&error.place());
  return place && (place->status == 409 || place->status == 400);
}

template <typename Condition>
std::optional<ModelVersion> first(const std::vector<ModelVersion>& versions, Condition&& condition) {
  const auto found = std::find_if(versions.begin(), versions.end(), condition);
  return found == versions.end() ? std::nullopt : std::optional<ModelVersion>(*found);
}

bool has(const TextMap& texts, const std::string& name, const std::string& value) {
  const auto found = texts.find(name);
  return found != texts.end() && found->second == value;
}

}  // namespace

core::Error version_taken(const std::string& name, const std::string& version) {
  return {"version-taken",
          fmt::format("version {} of the model \"{}\" exists and holds something else.", version, name),
          {},
          "Name another version, or leave it out to get the next free one."};
}

json::value model_body(const NewModel& model) {
  json::object properties;
  if (!model.description.empty()) properties["description"] = model.description;
  properties["modelType"] = model.type;
  properties["modelUri"] = model.uri;
  properties["isAnonymous"] = false;
  properties["isArchived"] = false;
  properties["tags"] = object_of(model.tags);
  properties["properties"] = object_of(model.properties);
  return json::object{{"properties", properties}};
}

std::optional<ModelVersion> Models::find(const std::string& name, const std::string& version) {
  auto resource = m_assets.find(k_model, name, version);
  return resource ? std::optional<ModelVersion>(version_of(name, std::move(*resource))) : std::nullopt;
}

std::vector<ModelVersion> Models::versions(const std::string& name) {
  const std::string container = asset_path(m_workspace.id(), k_model, name);
  if (!m_workspace.manager().find(container, k_api_version)) return {};
  std::vector<ModelVersion> versions;
  for (auto& resource :
       m_workspace.manager().list(container + "/versions", k_api_version, {{"listViewType", "ActiveOnly"}})) {
    versions.push_back(version_of(name, std::move(resource)));
  }
  std::stable_sort(versions.begin(), versions.end(), is_newer);
  return versions;
}

std::optional<ModelVersion> Models::find_tagged(const std::string& name, const std::string& tag,
                                                const std::string& value) {
  return first(versions(name), [&](const ModelVersion& model) { return has(model.tags, tag, value); });
}

std::optional<ModelVersion> Models::find_by_property(const std::string& name, const std::string& property,
                                                     const std::string& value) {
  return first(versions(name), [&](const ModelVersion& model) { return has(model.properties, property, value); });
}

std::optional<ModelVersion> Models::try_create(const NewModel& model, const std::string& version,
                                               const std::string& identity) {
  try {
    ModelVersion made = version_of(model.name, m_assets.put(k_model, model.name, version, model_body(model)));
    if (made.version.empty()) made.version = version;
    // A version's properties can't be changed: where another run was faster, the answer holds that one's.
    if (!has(made.properties, identity, model.properties.at(identity))) return std::nullopt;
    return made;
  } catch (const core::Error& error) {
    if (!is_conflict(error)) throw;
    const auto there = find(model.name, version);
    if (!there) throw;
    // Our own request may have been sent twice, the first answer lost.
    if (has(there->properties, identity, model.properties.at(identity))) return there;
    return std::nullopt;
  }
}

ModelVersion Models::create(const NewModel& model, const std::string& version, const std::string& identity) {
  if (!version.empty()) {
    const auto there = find(model.name, version);
    const bool ours = there && has(there->properties, identity, model.properties.at(identity));
    auto made = there && !ours ? std::nullopt : try_create(model, version, identity);
    if (made) return *made;
    throw version_taken(model.name, version);
  }
  std::string candidate = m_assets.next_version(k_model, model.name);
  for (int race = 0; race < k_most_races; ++race) {
    if (!find(model.name, candidate)) {
      if (auto made = try_create(model, candidate, identity)) return *made;
    }
    candidate = std::to_string(std::max(number_of(candidate), 0LL) + 1);
  }
  throw core::Error("version-taken", fmt::format("no free version of the model \"{}\" was found.", model.name), {},
                    "Other runs register versions at the same time; run this again.");
}

ModelVersion Models::set_tags(const ModelVersion& model, const TextMap& changes) {
  json::object properties = object_at(model.resource, "properties");
  json::object tags = object_of(model.tags);
  for (const auto& [name, value] : changes) {
    if (value.empty()) {
      tags.erase(name);
    } else {
      tags[name] = value;
    }
  }
  properties["tags"] = tags;
  // What only the service may say.
  properties.erase("provisioningState");
  for (const char* empty_when_null : {"description", "flavors", "jobName", "stage"}) {
    if (const auto* value = properties.if_contains(empty_when_null); value && value->is_null()) {
      properties.erase(empty_when_null);
    }
  }
  return version_of(model.name, m_assets.put(k_model, model.name, model.version,
                                             json::object{{"properties", std::move(properties)}}));
}

std::vector<std::string> Models::move_tag(const ModelVersion& model, const std::string& tag, const std::string& value) {
  // First the new one: at no moment is there a model without a version that has the tag.
  if (!has(model.tags, tag, value)) set_tags(model, {{tag, value}});
  std::vector<std::string> lost;
  for (const auto& other : versions(model.name)) {
    if (other.version == model.version || !has(other.tags, tag, value)) continue;
    set_tags(other, {{tag, ""}});
    lost.push_back(other.version);
  }
  return lost;
}

}  // namespace mlops::aml
