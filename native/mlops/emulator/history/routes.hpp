#pragma once

#include <mlops/emulator/context.hpp>
#include <mlops/emulator/server/router.hpp>

namespace mlops::emulator {

/// Azure ML's run history and what goes with it, as the SDK uses them to follow a job and to download its outputs:
/// runs, their details with log files, children, artifacts, run data and the resolution of asset ids.
void add_history_routes(Router& router, Context& context);

}  // namespace mlops::emulator
