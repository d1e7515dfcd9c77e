#pragma once

#include <mlops/emulator/server/message.hpp>
#include <mlops/http/transport.hpp>
#include <string>

namespace mlops::emulator {

/// The request that goes to a deployment's process.
http::Request forwarded(const Request& request, int port, std::chrono::milliseconds timeout);

/// What the endpoint answers when its container answered.
///   managed:    2xx as it is; anything else becomes 424 with the container's status in a header
///   Kubernetes: 5xx becomes 502, anything else stays as it is
Response answered(const http::Response& container, const std::string& deployment, bool managed);

/// What it answers when the container gave no answer: 408 (managed) or 504 (Kubernetes) after the time, else 503 / 502.
Response unanswered(bool timed_out, bool managed, const std::string& why);

}  // namespace mlops::emulator
