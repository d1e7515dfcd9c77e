#pragma once

#include <mlops/aml/create_asset.hpp>
#include <mlops/aml/workspace_resolver.hpp>
#include <mlops/tasks/aml-submit/files.hpp>
#include <string>
#include <vector>

namespace mlops::tasks::aml_submit {

/// Creates assets in a registry, for all workspaces to use.
class RegistryAssets {
 public:
  /// `registry`: its name or ARM id. `workspace` is in whose region it is looked for.
  RegistryAssets(aml::Workspace& workspace, const std::string& registry);

  /// Finds every mistake before the first change: kinds that no registry holds, missing versions, what the compiler
  /// finds. Throws core::Error with the place.
  void check(const std::vector<InputFile>& files);

  /// Creates the version, or adopts the one that is there: a version in a registry never changes. The id is
  /// "azureml://registries/...".
  aml::AppliedAsset create(const InputFile& file);

 private:
  aml::Compiled compile(const InputFile& file, const aml::Plan& plan, bool check_only);
  std::string path_of(const InputFile& file) const;

  aml::Workspace& m_workspace;
  aml::Workspace m_registry;
  aml::Plan m_plan;
};

}  // namespace mlops::tasks::aml_submit
