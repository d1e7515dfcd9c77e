#pragma once

#include <mlops/aml/create_asset.hpp>
#include <mlops/aml/workspace_resolver.hpp>
#include <string>

namespace mlops::aml {

/// The ARM id of a registry: given as such, or found by its name with the region's registry service. Throws core::Error
/// "not-found".
std::string find_registry(Workspace& workspace, const std::string& registry);

/// "azureml://registries/<registry>/<plural>/<name>/versions/<version>" of an ARM id; how assets in registries name
/// each other.
std::string registry_reference(const std::string& id);

/// Resolves for one asset that is to be created in a registry: what it refers to is in the registry too, and what it
/// holds goes to the place that the registry gives its version.
class RegistryResolver : public WorkspaceResolver {
 public:
  /// `registry` and `path`: of the version that is compiled. `workspace_id` is whose datastores addresses mean.
  RegistryResolver(Workspace& registry, std::string workspace_id, std::string path, const Plan& plan, bool check_only);

  const std::string& workspace_id() const override { return m_workspace_id; }

  std::string asset(const AssetKind& kind, const std::string& reference, const core::FilePlace& place) override;
  std::string compute(const std::string& reference, const core::FilePlace& place) override;
  std::string datastore(const std::string& reference, const core::FilePlace& place) override;
  std::string code(const CodeSource& source) override;
  Uploaded upload(const std::filesystem::path& local, const core::FilePlace& place, const std::string& asset_name,
                  const std::string& datastore) override;
  std::string blob_url(const Uploaded& uploaded) override;
  std::string anonymous(const AssetKind& kind, const std::string& name, const std::string& version,
                        const json::value& body) override;

 private:
  Workspace& m_registry;
  std::string m_workspace_id;
  std::string m_path;
  bool m_check_only;
};

}  // namespace mlops::aml
