#pragma once

#include <mlops/emulator/context.hpp>
#include <mlops/emulator/server/router.hpp>
#include <optional>
#include <string>

namespace mlops::emulator {

/// Datastores: workspaceblobstore (the default) and workspaceartifactstore, which every workspace has, those that
/// clients add, and their secrets.
void add_datastore_routes(Router& router, Context& context);

/// The container behind a datastore; empty when there is no such datastore or it is not in our storage.
std::optional<std::string> container_of_datastore(const Store& store, const Workspace& workspace,
                                                  const std::string& datastore);

}  // namespace mlops::emulator
