#include <fmt/format.h>
#include <mbedtls/base64.h>
#include <mbedtls/md.h>

#include <algorithm>
#include <fstream>
#include <mlops/core/error.hpp>
#include <mlops/core/hash.hpp>
#include <mlops/core/random.hpp>
#include <new>
#include <vector>

namespace mlops::core {

namespace {

constexpr std::size_t k_sha256_size = 32;

const unsigned char* bytes_of(std::string_view text) {
  return reinterpret_cast<const unsigned char*>(text.data());
}

unsigned char* bytes_of(std::string& text) {
  return reinterpret_cast<unsigned char*>(text.data());
}

mbedtls_md_context_t* state_of(void* context) {
  return static_cast<mbedtls_md_context_t*>(context);
}

const mbedtls_md_info_t* sha256() {
  return mbedtls_md_info_from_type(MBEDTLS_MD_SHA256);
}

}  // namespace

void Sha256::Free::operator()(void* context) const {
  mbedtls_md_free(state_of(context));
  delete state_of(context);
}

// Software hashes fail only without memory, which the set-up alone needs.
Sha256::Sha256() : m_context(new mbedtls_md_context_t) {
  mbedtls_md_init(state_of(m_context.get()));
  if (mbedtls_md_setup(state_of(m_context.get()), sha256(), 0) != 0) throw std::bad_alloc();
  mbedtls_md_starts(state_of(m_context.get()));
}

Sha256& Sha256::update(std::string_view bytes) {
  mbedtls_md_update(state_of(m_context.get()), bytes_of(bytes), bytes.size());
  return *this;
}

Sha256& Sha256::update_file(const std::filesystem::path& file) {
  std::ifstream stream(file, std::ios::binary);
  std::vector<char> piece(std::size_t{1} << 16);
  if (!stream)
    throw Error("file-unreadable", fmt::format("can't read \"{}\".", file.string()), FilePlace{file.string()});
  while (stream) {
    stream.read(piece.data(), static_cast<std::streamsize>(piece.size()));
    update({piece.data(), static_cast<std::size_t>(stream.gcount())});
  }
  if (stream.bad()) throw Error("file-unreadable", "reading the file failed.", FilePlace{file.string()});
  return *this;
}

std::string Sha256::hex() {
  std::string digest(k_sha256_size, '\0');
  mbedtls_md_finish(state_of(m_context.get()), bytes_of(digest));
  return core::hex(digest);
}

std::string sha256_hex(std::string_view bytes) {
  return Sha256().update(bytes).hex();
}

std::string hex(std::string_view bytes) {
  std::string text;
  text.reserve(bytes.size() * 2);
  for (const char c : bytes) text += fmt::format("{:02x}", static_cast<unsigned char>(c));
  return text;
}

std::string base64(std::string_view bytes) {
  std::string text(4 * ((bytes.size() + 2) / 3) + 1, '\0');  // and the library's final zero
  std::size_t size = 0;
  mbedtls_base64_encode(bytes_of(text), text.size(), &size, bytes_of(bytes), bytes.size());
  text.resize(size);
  return text;
}

std::string base64url(std::string_view bytes) {
  std::string text = base64(bytes);
  std::replace(text.begin(), text.end(), '+', '-');
  std::replace(text.begin(), text.end(), '/', '_');
  text.erase(text.find_last_not_of('=') + 1);
  return text;
}

std::string base64_decode(std::string_view text) {
  std::string padded(text);
  std::replace(padded.begin(), padded.end(), '-', '+');
  std::replace(padded.begin(), padded.end(), '_', '/');
  padded.resize(padded.find_last_not_of('=') + 1);
  while (padded.size() % 4 != 0) padded += '=';
  std::string bytes(padded.size() / 4 * 3, '\0');
  std::size_t size = 0;
  if (mbedtls_base64_decode(bytes_of(bytes), bytes.size(), &size, bytes_of(std::string_view(padded)), padded.size()) !=
      0) {
    throw Error("base64-invalid", "a value is not valid base64.");
  }
  bytes.resize(size);
  return bytes;
}

std::string hmac_sha256(std::string_view key, std::string_view message) {
  std::string digest(k_sha256_size, '\0');
  mbedtls_md_hmac(sha256(), bytes_of(key), key.size(), bytes_of(message), message.size(), bytes_of(digest));
  return digest;
}

std::string random_uuid() {
  std::string b = random_bytes(16);
  b[6] = static_cast<char>((static_cast<unsigned char>(b[6]) & 0x0FU) | 0x40U);
  b[8] = static_cast<char>((static_cast<unsigned char>(b[8]) & 0x3FU) | 0x80U);
  const std::string digits = hex(b);
  return fmt::format("{}-{}-{}-{}-{}", digits.substr(0, 8), digits.substr(8, 4), digits.substr(12, 4),
                     digits.substr(16, 4), digits.substr(20));
}

}  // namespace mlops::core
