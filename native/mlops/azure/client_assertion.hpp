#pragma once

#include <memory>
#include <mlops/core/secret.hpp>
#include <mlops/core/world.hpp>
#include <string>

namespace mlops::azure {

/// A certificate and its RSA key, able to sign the assertions by which a client proves itself (RFC 7523).
class AssertionSigner {
 public:
  /// Reads the PEM text: an unencrypted RSA key and, among the certificates, the one that belongs to it. Throws
  /// core::Error "connection-invalid".
  explicit AssertionSigner(const core::Secret& pem);
  ~AssertionSigner();
  AssertionSigner(AssertionSigner&&) noexcept;

  /// A JWT signed with RS256 and valid for ten minutes. Its header names the certificate by both thumbprints: x5t
  /// (SHA-1), which every Entra endpoint knows, and x5t#S256.
  std::string sign(const std::string& client_id, const std::string& audience, core::SystemTime now) const;

 private:
  struct Parts;
  std::unique_ptr<Parts> m_parts;
};

}  // namespace mlops::azure
