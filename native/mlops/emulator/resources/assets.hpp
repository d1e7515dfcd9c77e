#pragma once

#include <functional>
#include <memory>
#include <mlops/emulator/resources/rendering.hpp>
#include <string>
#include <vector>

namespace mlops::emulator {

/// What one kind of versioned asset adds to what all have in common.
struct AssetKind {
  std::string collection;  ///< as in the path and the store: "data", "models", ...
  std::string noun;        ///< for routes and messages: "data", "model", ...
  /// Checks and completes the properties a client puts. May throw ServiceError.
  std::function<void(const Workspace&, const ResourceKey&, json::object& properties)> complete;
  /// The properties that a version keeps for ever, and what the service says when one is to change.
  std::vector<std::string> immutable;
  std::string immutable_message;
  /// Filters of this kind's version list beyond the common ones; true shows the version.
  std::function<bool(const Request&, const json::object& properties)> shows;
};

/// Containers ("models/m") and versions ("models/m/versions/1") of one kind: GET, list, PUT, DELETE, with $orderBy,
/// $top, $skip, listViewType, version, tags and properties as filters.
void add_asset_routes(Router& router, Context& context, AssetKind kind);

/// "startPendingUpload" and "createOrGetStartPendingUpload" of one kind: a container of its own with a SAS.
void add_pending_upload_routes(Router& router, Context& context, const std::string& collection);

/// The kinds, one file each.
AssetKind code_kind();
AssetKind data_kind();
AssetKind environment_kind();
AssetKind component_kind();
AssetKind model_kind(Context& context);

/// Whether "name=value,other=value" (the form of the tags and properties filters; a bare name asks for its presence)
/// fits a mapping of texts.
bool fits(const std::string& filter, const json::object* texts);

}  // namespace mlops::emulator
