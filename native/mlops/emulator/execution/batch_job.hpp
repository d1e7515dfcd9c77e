#pragma once

#include <mlops/emulator/context.hpp>
#include <string>

namespace mlops::emulator {

/// The properties of the job that a request to a batch endpoint starts. A model deployment becomes a command job that
/// runs the scoring script over the input's files, with the output "score"; a deployment of a pipeline component a
/// pipeline job with the component as its only step. Throws ServiceError 400 or core::Error "asset-missing".
json::object batch_job(const Context& context, const Workspace& workspace, const std::string& endpoint,
                       const Resource& deployment, const json::object& request);

}  // namespace mlops::emulator
