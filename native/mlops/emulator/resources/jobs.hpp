#pragma once

#include <mlops/emulator/context.hpp>
#include <mlops/emulator/execution/executor.hpp>
#include <mlops/emulator/lro/operations.hpp>
#include <mlops/emulator/server/router.hpp>

namespace mlops::emulator {

/// Jobs: PUT starts one (an existing one only changes its tags, names and visibility), GET, list (roots, or the
/// children of a parent), cancel and DELETE as long-running operations.
void add_job_routes(Router& router, Context& context, Operations& operations, JobExecutor& executor);

/// Stores a job that the service itself makes, and starts it. Throws ServiceError 409 when the name is taken.
Resource start_job(Context& context, JobExecutor& executor, const Workspace& workspace, const std::string& name,
                   json::object properties);

}  // namespace mlops::emulator
