#pragma once

#include <filesystem>
#include <string>

namespace mlops::emulator {

/// What a data folder's clients sign in with. Made at random once, kept in <data>/secrets.json with mode 0600.
struct Secrets {
  std::string client_secret;
  std::string token_key;    ///< raw bytes that sign access tokens
  std::string account_key;  ///< the storage account's key in base64, as Azure shows it
};

/// Throws core::Error "secrets-invalid" when the file isn't what this program wrote.
Secrets load_or_make_secrets(const std::filesystem::path& file);

/// Writes a file only its owner can read, atomically.
void write_private_file(const std::filesystem::path& file, const std::string& content);

}  // namespace mlops::emulator
