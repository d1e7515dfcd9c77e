#pragma once

#include <mlops/aml/compile/compile.hpp>
#include <mlops/aml/workspace.hpp>
#include <string>

namespace mlops::aml {

/// What stands in the workspace after a file was applied.
struct AppliedAsset {
  std::string id;  ///< ARM id
  std::string name;
  std::string version;   ///< empty for what has none
  bool existed = false;  ///< an asset of the same content was there
};

/// Creates the version of an asset, or adopts the one that holds the same content already: with a version in the YAML
/// exactly that one, without one the newest, else the next number. Description and tags are updated where they differ.
/// Throws core::Error "version-taken" when the version exists with other content.
AppliedAsset apply_asset(Workspace& workspace, const Compiled& compiled);

/// Creates or updates what has no versions (a compute, a datastore, a schedule) and waits for it.
AppliedAsset apply_resource(Workspace& workspace, const Compiled& compiled);

/// Whether two versions of an asset have the same content; addresses of the same place may be written differently.
bool same_content(Kind kind, const json::value& a, const json::value& b);

}  // namespace mlops::aml
