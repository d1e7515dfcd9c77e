#include <mlops/http/transport.hpp>

namespace mlops::http {

TransportError::TransportError(FailureKind kind, std::string message, core::RequestPlace place, std::string hint)
    : core::Error("request-failed", std::move(message), std::move(place), std::move(hint)), m_kind(kind) {}

}  // namespace mlops::http
