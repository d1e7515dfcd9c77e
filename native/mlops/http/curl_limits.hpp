#pragma once

#include <memory>
#include <mlops/http/transport.hpp>

namespace mlops::http {

/// The waits of the transport; tests make them short.
struct CurlLimits {
  std::chrono::milliseconds connect{30'000};
  /// A transfer without a time limit of its own ends when it moves less than 1 byte/s for so long.
  std::chrono::seconds stall{60};
  /// How often a stop is looked for.
  std::chrono::milliseconds poll{100};
  /// What a request that is sent in spite of a stop may take: the agent kills the process 10 s after it.
  std::chrono::milliseconds when_cancelled{4'000};
};

std::unique_ptr<Transport> curl_transport(NetworkSettings settings, const core::Cancellation& cancellation,
                                          CurlLimits limits);

}  // namespace mlops::http
