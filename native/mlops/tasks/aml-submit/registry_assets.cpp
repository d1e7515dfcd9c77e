#include <fmt/format.h>

#include <mlops/aml/compile/compile.hpp>
#include <mlops/aml/registry.hpp>
#include <mlops/tasks/aml-submit/registry_assets.hpp>

namespace mlops::tasks::aml_submit {

namespace {

void require_asset(const InputFile& file) {
  const document::Node root = file.yaml.root();
  if (!aml::asset_kind(file.kind)) {
    throw root.error("value-invalid", fmt::format("{} can't be created in a registry.", aml::kind_name(file.kind)),
                     "A registry holds data, environments, models and components.");
  }
  if (!root.find("version")) {
    throw root.error("key-missing",
                     fmt::format("{} in a registry needs the key \"version\".", aml::kind_name(file.kind)));
  }
}

}  // namespace

RegistryAssets::RegistryAssets(aml::Workspace& workspace, const std::string& registry)
    : m_workspace(workspace), m_registry(workspace.session(), aml::find_registry(workspace, registry)) {}

std::string RegistryAssets::path_of(const InputFile& file) const {
  const document::Node root = file.yaml.root();
  return aml::version_path(m_registry.id(), *aml::asset_kind(file.kind), root.at("name").as_text(),
                           root.at("version").as_text());
}

aml::Compiled RegistryAssets::compile(const InputFile& file, const aml::Plan& plan, bool check_only) {
  aml::RegistryResolver resolver(m_registry, m_workspace.id(), path_of(file), plan, check_only);
  return aml::compile(file.kind, file.yaml, resolver);
}

void RegistryAssets::check(const std::vector<InputFile>& files) {
  for (const auto& file : files) {
    require_asset(file);
    const aml::Compiled compiled = compile(file, m_plan, true);
    m_plan.add(*aml::asset_kind(file.kind), compiled.name, compiled.version);
  }
}

aml::AppliedAsset RegistryAssets::create(const InputFile& file) {
  const std::string path = path_of(file);
  agent::Services& services = m_registry.services();
  if (m_registry.manager().find(path, aml::k_api_version)) {
    const document::Node root = file.yaml.root();
    const std::string name = root.at("name").as_text();
    const std::string version = root.at("version").as_text();
    services.log.info(fmt::format("{}:{} is in the registry already, where a version never changes.", name, version));
    return {aml::registry_reference(path), name, version, true};
  }
  aml::AppliedAsset asset = aml::apply_asset(m_registry, compile(file, services.dry_run ? m_plan : aml::Plan(), false));
  asset.id = aml::registry_reference(asset.id);
  return asset;
}

}  // namespace mlops::tasks::aml_submit
