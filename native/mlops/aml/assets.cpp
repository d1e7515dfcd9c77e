#include <fmt/format.h>

#include <algorithm>
#include <mlops/aml/assets.hpp>
#include <mlops/aml/json_access.hpp>
#include <mlops/core/text.hpp>

namespace mlops::aml {

namespace {

constexpr std::string_view k_prefix = "azureml:";
constexpr std::string_view k_registry = "azureml://registries/";
constexpr const char* k_latest = "latest";

core::Error invalid(const AssetKind& kind, const std::string& text, const core::Place& place) {
  return {"reference-invalid", fmt::format("\"{}\" names no {}.", text, kind.noun), place,
          "Write azureml:<name>:<version>, azureml:<name>@latest, or a full ARM id."};
}

// Versions are counted where they are whole numbers; others come last and by their text.
bool is_number(const std::string& version) {
  return !version.empty() && version.size() < 10 && version.find_first_not_of("0123456789") == std::string::npos;
}

}  // namespace

std::optional<AssetReference> AssetReference::parse(const std::string& text) {
  AssetReference reference;
  if (text.rfind(k_registry, 0) == 0) {
    reference.form = Form::registry;
    reference.id = text;
    return reference;
  }
  if (text.rfind("azureml://", 0) == 0) return std::nullopt;
  const bool prefixed = text.rfind(k_prefix, 0) == 0;
  std::string rest = prefixed ? text.substr(k_prefix.size()) : text;
  if (rest.rfind("/subscriptions/", 0) == 0) {
    reference.form = Form::arm_id;
    reference.id = rest;
    return reference;
  }
  if (!prefixed || rest.empty() || rest.find('/') != std::string::npos) return std::nullopt;
  const auto at = rest.rfind('@');
  const auto colon = rest.rfind(':');
  const auto mark = at != std::string::npos ? at : colon;
  reference.form = at != std::string::npos ? Form::label : colon != std::string::npos ? Form::version : Form::name;
  reference.name = rest.substr(0, mark);
  if (mark != std::string::npos) reference.version = rest.substr(mark + 1);
  if (reference.name.empty() || (mark != std::string::npos && reference.version.empty())) return std::nullopt;
  return reference;
}

std::string Assets::resolve(const AssetKind& kind, const std::string& text, const core::FilePlace& place,
                            bool must_exist) {
  const auto reference = AssetReference::parse(text);
  if (!reference) throw invalid(kind, text, place);
  using Form = AssetReference::Form;
  if (reference->form == Form::arm_id || reference->form == Form::registry) return reference->id;
  std::string version = reference->version;
  if (reference->form == Form::label && version != k_latest) {
    throw core::Error("reference-invalid", fmt::format("\"{}\" uses the label \"{}\".", text, version), place,
                      "The only label that Azure ML knows is \"latest\".");
  }
  if (reference->form != Form::version) {
    const auto latest = latest_version(kind, reference->name);
    if (!latest) throw missing_version(kind, reference->name, version, place);
    version = *latest;
  } else if (must_exist && !find(kind, reference->name, version)) {
    throw missing_version(kind, reference->name, version, place);
  }
  return version_path(m_workspace.id(), kind, reference->name, version);
}

core::Error Assets::missing_version(const AssetKind& kind, const std::string& name, const std::string& version,
                                    const core::FilePlace& place) {
  if (const auto latest = latest_version(kind, name)) {
    return {"not-found", fmt::format("the {} \"{}\" has no version \"{}\".", kind.noun, name, version), place,
            fmt::format("Its newest version is \"{}\".", *latest)};
  }
  const auto all = names(kind);
  const auto nearest = core::nearest(name, all);
  return {"not-found", fmt::format("unknown {} \"{}\"{}", kind.noun, name, nearest ? core::did_you_mean(nearest) : "."),
          place, "Create it first, e.g. by naming its file before this one."};
}

std::optional<json::value> Assets::find(const AssetKind& kind, const std::string& name, const std::string& version) {
  if (version != k_latest) {
    return m_workspace.manager().find(version_path(m_workspace.id(), kind, name, version), k_api_version);
  }
  const auto latest = latest_version(kind, name);
  return latest ? find(kind, name, *latest) : std::nullopt;
}

std::optional<std::string> Assets::latest_version(const AssetKind& kind, const std::string& name) {
  const std::string container = asset_path(m_workspace.id(), kind, name);
  const auto resource = m_workspace.manager().find(container, k_api_version);
  if (!resource) return std::nullopt;
  const std::string latest = text_at(*resource, "properties.latestVersion");
  if (!latest.empty()) return latest;
  const auto newest = m_workspace.manager().list(container + "/versions", k_api_version,
                                                 {{"$orderBy", "createdtime desc"}, {"$top", "1"}}, 1);
  return newest.empty() ? std::nullopt : std::optional<std::string>(text_at(newest.front(), "name"));
}

std::string Assets::next_version(const AssetKind& kind, const std::string& name) {
  const std::string container = asset_path(m_workspace.id(), kind, name);
  const auto resource = m_workspace.manager().find(container, k_api_version);
  if (!resource) return "1";
  const std::string proposed = text_at(*resource, "properties.nextVersion");
  if (!proposed.empty()) return proposed;
  int highest = 0;
  for (const auto& version : m_workspace.manager().list(container + "/versions", k_api_version)) {
    const std::string text = text_at(version, "name");
    if (is_number(text)) highest = std::max(highest, std::stoi(text));
  }
  return std::to_string(highest + 1);
}

std::vector<std::string> Assets::names(const AssetKind& kind) {
  std::vector<std::string> names;
  const std::string path = fmt::format("{}/{}", m_workspace.id(), kind.plural);
  for (const auto& item : m_workspace.manager().list(path, k_api_version, {{"listViewType", "ActiveOnly"}})) {
    names.push_back(text_at(item, "name"));
  }
  return names;
}

json::value Assets::put(const AssetKind& kind, const std::string& name, const std::string& version,
                        const json::value& body) {
  return m_workspace.manager().put(version_path(m_workspace.id(), kind, name, version), k_api_version, body,
                                   fmt::format("the {} {}:{}", kind.noun, name, version));
}

AssetVersion parse_version_id(const std::string& id) {
  const auto parts = core::split(id, '/');
  if (parts.size() < 4 || parts[parts.size() - 2] != "versions") {
    throw core::Error("reference-invalid", fmt::format("\"{}\" is no id of an asset's version.", id));
  }
  return {parts[parts.size() - 3], parts.back(), id};
}

}  // namespace mlops::aml
