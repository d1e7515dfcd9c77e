#pragma once

#include <mlops/http/transport.hpp>
#include <span>
#include <string>

namespace mlops::http {

/// Where the certificates of the trusted authorities come from.
struct TrustedRoots {
  std::string file;    ///< PEM; empty: the TLS library asks the system's store by itself
  std::string origin;  ///< for people, e.g. "the system's, /etc/ssl/cert.pem"
};

/// What a system may offer.
struct SystemRoots {
  bool in_library = false;              ///< the TLS library finds them: on Windows, or as the distribution built it
  std::span<const char* const> places;  ///< PEM files, the first that exists counts
};

/// Those of this machine.
SystemRoots system_roots();

/// The first that there is of: the file that the settings name, even if it can't be read; the system's certificates;
/// the file that came with the task. Without any of them no server is trusted.
TrustedRoots trusted_roots(const NetworkSettings& settings, const SystemRoots& system);

}  // namespace mlops::http
