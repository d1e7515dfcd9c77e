#pragma once

#include <mlops/core/error.hpp>
#include <mlops/core/secret.hpp>
#include <mlops/core/world.hpp>
#include <mlops/http/message.hpp>

namespace mlops::http {

/// Why no answer came.
enum class FailureKind { resolve, connect, tls, timeout, interrupted, refused_by_policy };

/// No answer to a request. `retryable` is false for what a repetition can't mend (an untrusted certificate, a plain
/// http address).
class TransportError : public core::Error {
 public:
  TransportError(FailureKind kind, std::string message, core::RequestPlace place, std::string hint);

  FailureKind kind() const { return m_kind; }

  /// False when the request can't have reached the server, so that even an unsafe one may be repeated.
  bool may_have_been_processed() const { return m_kind == FailureKind::timeout || m_kind == FailureKind::interrupted; }

  bool retryable() const { return m_kind != FailureKind::tls && m_kind != FailureKind::refused_by_policy; }

 private:
  FailureKind m_kind;
};

/// Sends one request and waits for its answer. An HTTP status, whatever it is, is an answer. Throws TransportError, or
/// core::Cancelled when a stop was asked for. May be called from several threads at once.
class Transport {
 public:
  virtual ~Transport() = default;
  virtual Response send(const Request& request) = 0;
};

/// What the agent says of the network (agent::network_settings) or a test sets.
struct NetworkSettings {
  std::string proxy_url;  ///< empty: none. Without it libcurl's own *_proxy variables are NOT used
  std::string proxy_username;
  core::Secret proxy_password;
  std::vector<std::string> proxy_bypass;  ///< regular expressions (ECMAScript) matched against the URL
  std::string ca_file;                    ///< PEM; replaces the system's store when set
  std::string bundled_ca_file;            ///< PEM; for a system without certificates
  std::string client_certificate_file;    ///< PEM
  std::string client_key_file;            ///< PEM
  std::string client_archive_file;        ///< PKCS #12: the client's certificate and key for Windows' TLS
  core::Secret client_key_password;       ///< of the key file and the archive
  bool skip_certificate_check = false;    ///< only when the agent was installed so; never a default
};

/// The real transport: libcurl, connections kept for the next request, HTTP/2 where offered, TLS 1.2 or later, plain
/// http only to loopback addresses and where the request allows it, redirects not followed.
std::unique_ptr<Transport> curl_transport(NetworkSettings settings, const core::Cancellation& cancellation);

}  // namespace mlops::http
