#pragma once

#include <mlops/emulator/context.hpp>
#include <mlops/emulator/execution/executor.hpp>
#include <mlops/emulator/lro/operations.hpp>
#include <mlops/emulator/server/router.hpp>

namespace mlops::emulator {

/// Batch endpoints and their deployments: GET, list, PUT and DELETE as long-running operations; and the address that
/// starts a job of a deployment (POST .../jobs), chosen by the azureml-model-deployment header or the endpoint's
/// default.
void add_batch_routes(Router& router, Context& context, Operations& operations, JobExecutor& executor);

/// Ends the changes that an emulator that was killed left in between.
void restore_batch(Context& context);

inline constexpr const char* k_batch_endpoints_kind = "batchEndpoints";
inline constexpr const char* k_batch_deployments_kind = "batchDeployments";

}  // namespace mlops::emulator
