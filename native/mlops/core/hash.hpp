#pragma once

#include <array>
#include <filesystem>
#include <memory>
#include <string>
#include <string_view>

namespace mlops::core {

/// SHA-256 over a stream of pieces.
class Sha256 {
 public:
  Sha256();
  Sha256& update(std::string_view bytes);
  /// Feeds a file in pieces of constant size. Throws Error "file-unreadable".
  Sha256& update_file(const std::filesystem::path& file);
  /// The digest in lower-case hex. The object can't be used afterwards.
  std::string hex();

 private:
  struct Free {
    void operator()(void* context) const;
  };

  std::unique_ptr<void, Free> m_context;
};

std::string sha256_hex(std::string_view bytes);
std::string hex(std::string_view bytes);
std::string base64(std::string_view bytes);
std::string base64url(std::string_view bytes);  ///< without padding, as in a JWT
/// Throws Error "base64-invalid".
std::string base64_decode(std::string_view text);
/// The raw 32 bytes of an HMAC-SHA-256.
std::string hmac_sha256(std::string_view key, std::string_view message);
/// A random version 4 UUID in lower case.
std::string random_uuid();

}  // namespace mlops::core
