#pragma once

#include <atomic>
#include <mlops/http/curl_limits.hpp>

#include "loopback_server.hpp"

namespace mlops::test {

/// A stop that one thread asks for and another one sees.
class SharedCancellation : public core::Cancellation {
 public:
  bool requested() const override { return stop; }

  std::atomic<bool> stop{false};
};

inline http::Request request_to(const std::string& url, const std::string& method = "GET", http::Body body = {}) {
  http::Request request;
  request.method = method;
  request.url = url;
  request.body = std::move(body);
  request.timeout = std::chrono::seconds(10);
  return request;
}

/// The failure that sending ends with; fails the test when it doesn't.
http::TransportError failure_of_sending(http::Transport& transport, const http::Request& request);

}  // namespace mlops::test
