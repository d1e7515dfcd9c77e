#pragma once

#include <mlops/emulator/context.hpp>
#include <mlops/emulator/execution/scoring.hpp>
#include <mlops/emulator/lro/operations.hpp>
#include <mlops/emulator/server/router.hpp>
#include <string>

namespace mlops::emulator {

/// Online endpoints: GET, list, PUT (also of the traffic), PATCH, DELETE as long-running operations, listKeys,
/// regenerateKeys and token.
void add_online_endpoint_routes(Router& router, Context& context, Operations& operations, Scoring& scoring);

/// The deployments of an endpoint: GET, list, PUT, PATCH, DELETE as long-running operations, and getLogs. A deployment
/// that has traffic can't be deleted.
void add_online_deployment_routes(Router& router, Context& context, Operations& operations, Scoring& scoring);

/// The scoring address: checks the key or token, chooses the deployment by the azureml-model-deployment header or by
/// the traffic's weights, and passes the request on.
void add_scoring_routes(Router& router, Context& context, Scoring& scoring);

/// Ends what an emulator that was killed left in between: a change is done, a deletion is carried out.
void restore_endpoints(Context& context);

/// Starts the processes of all deployments that were ready when an earlier emulator ended; one that can't be started
/// becomes Failed.
void restore_deployments(Context& context, Operations& operations, Scoring& scoring);

/// An endpoint's stored resource. Throws ServiceError 404.
Resource find_endpoint(const Context& context, const Workspace& workspace, const std::string& endpoint);

/// "<base>/endpoints/<group>/<workspace>/<endpoint>/score".
std::string scoring_address(const Context& context, const Workspace& workspace, const std::string& endpoint);

inline constexpr const char* k_endpoints_kind = "onlineEndpoints";
inline constexpr const char* k_deployments_kind = "deployments";

}  // namespace mlops::emulator
