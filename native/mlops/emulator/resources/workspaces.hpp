#pragma once

#include <mlops/emulator/context.hpp>
#include <mlops/emulator/server/router.hpp>

namespace mlops::emulator {

/// Subscriptions, workspaces (GET, list, PUT) and the discovery document.
void add_workspace_routes(Router& router, Context& context);

/// A workspace as Resource Manager shows it.
json::object show_workspace(const Context& context, const Workspace& workspace);

/// Makes a workspace and what every workspace has from the start: its containers.
Workspace create_workspace(Context& context, const std::string& group, const std::string& name);

}  // namespace mlops::emulator
