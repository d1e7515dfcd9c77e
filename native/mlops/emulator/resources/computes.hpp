#pragma once

#include <mlops/emulator/context.hpp>
#include <mlops/emulator/lro/operations.hpp>
#include <mlops/emulator/server/router.hpp>

namespace mlops::emulator {

/// Compute targets of any type: GET, list, PUT, PATCH, DELETE as long-running operations. They hold no machines: jobs
/// run on this one, whatever compute they name; but the compute must exist.
void add_compute_routes(Router& router, Context& context, Operations& operations);

/// Throws ServiceError 400 when an id names no compute of the workspace. An empty id (serverless) is fine.
void check_compute(const Context& context, const Workspace& workspace, const std::string& compute_id);

}  // namespace mlops::emulator
