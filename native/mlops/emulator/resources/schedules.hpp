#pragma once

#include <mlops/emulator/context.hpp>
#include <mlops/emulator/lro/operations.hpp>
#include <mlops/emulator/server/router.hpp>

namespace mlops::emulator {

/// Schedules of jobs, monitors and imports: GET, list, PUT, DELETE as long-running operations. They are kept and shown;
/// nothing runs at their times.
void add_schedule_routes(Router& router, Context& context, Operations& operations);

}  // namespace mlops::emulator
