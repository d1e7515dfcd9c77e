#pragma once

#include <boost/json.hpp>
#include <functional>
#include <mlops/azure/session.hpp>
#include <string>

namespace mlops::azure {

/// What to wait for and how.
struct LongRunning {
  Session& session;
  const http::Request& request;  ///< that started it
  std::string what;
  std::chrono::milliseconds timeout;
  std::function<void(const std::string& status)> progress;  ///< may be empty
};

/// Waits for the end of the operation that an accepted request started, in the ways that the Resource Manager has:
/// Azure-AsyncOperation, Location, or the resource's own provisioningState; Retry-After is honoured. Returns the
/// resource (PUT, PATCH), the result (POST), or null (DELETE).
/// https://learn.microsoft.com/azure/azure-resource-manager/management/async-operations
///
/// Throws core::Error "operation-failed" with the operation's own error, "operation-timeout" (the operation goes on),
/// and "service-error" for a refused request.
boost::json::value wait_for_end(const LongRunning& operation, const http::Response& response);

/// The error that a failed operation or resource describes: its `error`, its `properties.error`, or the first of its
/// `properties.provisioningErrors` (Azure ML compute). Empty when there is none.
std::string failure_text(const boost::json::value& answer);

/// Throws core::Error "answer-invalid" unless the address is in the domain of the Resource Manager: the token goes
/// nowhere else.
void require_trusted_address(const Session& session, const http::Request& request, const std::string& url);

}  // namespace mlops::azure
