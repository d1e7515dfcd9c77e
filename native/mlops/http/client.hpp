#pragma once

#include <functional>
#include <memory>
#include <mlops/core/world.hpp>
#include <mlops/http/transport.hpp>

namespace mlops::http {

/// How failures are repeated: waits grow exponentially with full jitter and honour Retry-After (seconds or a date).
struct RetrySettings {
  int attempts = 6;  ///< in all, the first included
  std::chrono::milliseconds first_wait{800};
  std::chrono::milliseconds longest_wait{60'000};
  std::chrono::milliseconds longest_retry_after{300'000};
};

/// Repeats on connection failures, 408, 429, 500, 502, 503 and 504. A request that is not repeatable() is repeated only
/// when it can't have been processed: no connection, 429, or 503 with Retry-After. `note` is told of each repetition.
std::unique_ptr<Transport> with_retries(Transport& next, const core::Clock& clock, core::Sleeper& sleeper,
                                        const core::Cancellation& cancellation, RetrySettings settings,
                                        std::function<void(const std::string&)> note);

/// Adds User-Agent and a fresh x-ms-client-request-id to each request that lacks one.
std::unique_ptr<Transport> with_request_identity(Transport& next, std::string user_agent);

/// Writes "PUT https://... -> 201 in 35 ms" lines; headers and bodies never.
std::unique_ptr<Transport> with_logging(Transport& next, const core::Clock& clock,
                                        std::function<void(const std::string&)> log);

/// The fixed order of the policies, outermost first: retries, authorization (azure::with_authorization), request
/// identity, logging, transport. Services::transport holds the last three; the service clients put the first two
/// around it.

/// Runs `count` calls on at most `parallel` threads; the first exception is thrown again when all have ended.
void parallel_for(std::size_t count, std::size_t parallel, const std::function<void(std::size_t)>& call);

}  // namespace mlops::http
