#pragma once

#include <mlops/emulator/context.hpp>
#include <mlops/emulator/server/router.hpp>

namespace mlops::emulator {

/// Subscriptions, resource groups, workspaces (GET, list, PUT) and the discovery document.
void add_workspace_routes(Router& router, Context& context);

/// Makes a workspace and what every workspace has from the start: its containers.
Workspace create_workspace(Context& context, const std::string& group, const std::string& name);

}  // namespace mlops::emulator
