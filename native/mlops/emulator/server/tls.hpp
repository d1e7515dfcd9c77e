#pragma once

#include <filesystem>

namespace mlops::emulator {

struct TlsFiles {
  std::filesystem::path authority;    ///< the certificate to trust, PEM
  std::filesystem::path certificate;  ///< the server's, PEM
  std::filesystem::path key;          ///< of the server, PEM, mode 0600
};

/// The files of a folder; made when they are missing or the certificate ends within a week: a certificate authority of
/// its own (whose key is thrown away) and a certificate for localhost, *.localhost, 127.0.0.1 and ::1.
/// Throws core::Error "certificate-failed".
TlsFiles ensure_certificates(const std::filesystem::path& folder);

}  // namespace mlops::emulator
