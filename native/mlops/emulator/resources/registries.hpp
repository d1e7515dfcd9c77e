#pragma once

#include <mlops/emulator/context.hpp>
#include <mlops/emulator/server/router.hpp>

namespace mlops::emulator {

/// Registries: GET, PUT, and where clients find one by its name. Their assets have the routes of a workspace's.
void add_registry_routes(Router& router, Context& context);

}  // namespace mlops::emulator
