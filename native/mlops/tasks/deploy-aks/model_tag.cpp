#include <fmt/format.h>

#include <algorithm>
#include <mlops/aml/json_access.hpp>
#include <mlops/core/text.hpp>
#include <mlops/tasks/deploy-aks/model_tag.hpp>
#include <set>

namespace mlops::tasks::deploy_aks {

namespace json = boost::json;

namespace {

// The PUT body that leaves a version as the service described it, but for its tags.
json::object body_of(const aml::ModelVersion& model) {
  json::object properties;
  for (const auto& member : aml::object_at(model.resource, "properties")) {
    if (!member.value().is_null() && member.key() != "provisioningState") properties[member.key()] = member.value();
  }
  json::object& tags = properties["tags"].emplace_object();
  for (const auto& [name, value] : model.tags) tags[name] = value;
  return {{"properties", properties}};
}

}  // namespace

ModelTag::ModelTag(aml::Workspace& workspace, aml::AssetVersion model, std::pair<std::string, std::string> tag)
    : m_workspace(workspace), m_model(std::move(model)), m_tag(std::move(tag.first)), m_value(std::move(tag.second)) {}

bool ModelTag::has_tag(const aml::ModelVersion& version) const {
  const auto found = version.tags.find(m_tag);
  return found != version.tags.end() && found->second == m_value;
}

bool ModelTag::is_on(const std::string& version) {
  const auto model = aml::Models(m_workspace).find(m_model.name, version);
  return model && has_tag(*model);
}

bool ModelTag::was_on(const std::string& version) {
  aml::Models models(m_workspace);
  for (const std::string& one : std::set<std::string>{m_model.version, version}) {
    auto model = one.empty() ? std::nullopt : models.find(m_model.name, one);
    const bool had = one == version;
    if (!model || had == has_tag(*model)) continue;
    had ? void(model->tags[m_tag] = m_value) : void(model->tags.erase(m_tag));
    m_before.push_back(std::move(*model));
  }
  return !m_before.empty();
}

void ModelTag::give_to(const std::string& version) {
  aml::Models models(m_workspace);
  const auto holder = version.empty() ? std::nullopt : models.find(m_model.name, version);
  if (!holder && !version.empty()) {
    throw core::Error("not-found", fmt::format("the model {}:{} is gone.", m_model.name, version));
  }
  const auto versions = models.versions(m_model.name);
  if (!note_changes(versions, version)) return;
  agent::Log& log = m_workspace.services().log;
  if (!holder) {
    for (const auto& other : versions) {
      if (has_tag(other)) models.set_tags(other, {{m_tag, ""}});
    }
    return log.info(fmt::format("No version of the model {} has the tag {}={} now.", m_model.name, m_tag, m_value));
  }
  const auto lost = models.move_tag(*holder, m_tag, m_value);
  log.info(fmt::format("The model {}:{} has the tag {}={} now{}.", holder->name, holder->version, m_tag, m_value,
                       lost.empty() ? "" : "; taken from version " + core::join(lost, ", ")));
}

bool ModelTag::note_changes(const std::vector<aml::ModelVersion>& versions, const std::string& holder) {
  bool any = false;
  for (const auto& version : versions) {
    if ((version.version == holder) == has_tag(version)) continue;
    any = true;
    const bool noted = std::any_of(m_before.begin(), m_before.end(),
                                   [&](const auto& before) { return before.version == version.version; });
    if (!noted) m_before.push_back(version);
  }
  return any;
}

void ModelTag::undo() {
  std::stable_partition(m_before.begin(), m_before.end(), [this](const auto& version) { return has_tag(version); });
  for (const auto& version : m_before) {
    m_workspace.manager().put(aml::version_path(m_workspace.id(), aml::k_model, version.name, version.version),
                              aml::k_api_version, body_of(version),
                              fmt::format("the tags of the model {}:{}", version.name, version.version), true);
  }
}

}  // namespace mlops::tasks::deploy_aks
