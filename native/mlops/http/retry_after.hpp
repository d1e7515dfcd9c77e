#pragma once

#include <chrono>
#include <mlops/core/world.hpp>
#include <mlops/http/message.hpp>
#include <optional>

namespace mlops::http {

/// How long the service asks to wait: retry-after-ms or x-ms-retry-after-ms (milliseconds), else Retry-After as
/// seconds or as a date (RFC 9110, 10.2.3). A date in the past is zero; empty when there is none that can be read.
std::optional<std::chrono::milliseconds> retry_after(const Response& response, const core::Clock& clock);

}  // namespace mlops::http
