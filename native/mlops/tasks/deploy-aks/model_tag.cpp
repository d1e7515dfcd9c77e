#include <fmt/format.h>

#include <mlops/aml/json_access.hpp>
#include <mlops/core/text.hpp>
#include <mlops/tasks/deploy-aks/model_tag.hpp>

namespace mlops::tasks::deploy_aks {

namespace json = boost::json;

namespace {

// The PUT body that leaves a version as the service described it.
json::object same(const aml::ModelVersion& model) {
  json::object properties;
  for (const auto& member : aml::object_at(model.resource, "properties")) {
    if (!member.value().is_null() && member.key() != "provisioningState") properties[member.key()] = member.value();
  }
  return {{"properties", properties}};
}

}  // namespace

ModelTag::ModelTag(aml::Workspace& workspace, aml::AssetVersion model, std::pair<std::string, std::string> tag)
    : m_workspace(workspace), m_model(std::move(model)), m_tag(std::move(tag.first)), m_value(std::move(tag.second)) {}

bool ModelTag::has_tag(const aml::ModelVersion& version) const {
  const auto found = version.tags.find(m_tag);
  return found != version.tags.end() && found->second == m_value;
}

bool ModelTag::was_on(const std::string& version) {
  aml::Models models(m_workspace);
  for (const std::string& one : {m_model.version, version}) {
    auto model = one.empty() ? std::nullopt : models.find(m_model.name, one);
    const bool had = one == version;
    if (!model || had == has_tag(*model)) continue;
    json::object tags = aml::object_at(model->resource, "properties.tags");
    had ? void(tags[m_tag] = m_value) : void(tags.erase(m_tag));
    model->resource.at("properties").as_object()["tags"] = std::move(tags);
    m_before.push_back(std::move(*model));
  }
  return !m_before.empty();
}

void ModelTag::move() {
  aml::Models models(m_workspace);
  const auto model = models.find(m_model.name, m_model.version);
  if (!model) throw core::Error("not-found", fmt::format("the model {}:{} is gone.", m_model.name, m_model.version));
  const std::size_t known = m_before.size();
  for (const auto& version : models.versions(m_model.name)) {
    const bool deployed = version.version == m_model.version;
    if (deployed != has_tag(version)) m_before.push_back(version);
  }
  if (m_before.size() == known) return;
  const auto lost = models.move_tag(*model, m_tag, m_value);
  m_workspace.services().log.info(fmt::format("The model {}:{} has the tag {}={} now{}.", model->name, model->version,
                                              m_tag, m_value,
                                              lost.empty() ? "" : "; taken from version " + core::join(lost, ", ")));
}

void ModelTag::undo() {
  for (const auto& version : m_before) {
    m_workspace.manager().put(aml::version_path(m_workspace.id(), aml::k_model, version.name, version.version),
                              aml::k_api_version, same(version),
                              fmt::format("the tags of the model {}:{}", version.name, version.version), true);
  }
}

}  // namespace mlops::tasks::deploy_aks
