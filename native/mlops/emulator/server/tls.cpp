#include <fmt/format.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/rand.h>
#include <openssl/x509v3.h>

#include <cstdio>
#include <memory>
#include <mlops/core/error.hpp>
#include <mlops/core/files.hpp>
#include <mlops/emulator/server/tls.hpp>

namespace mlops::emulator {

namespace {

namespace fs = std::filesystem;

template <auto free_function>
struct Free {
  template <typename T>
  void operator()(T* object) const {
    free_function(object);
  }
};

using Key = std::unique_ptr<EVP_PKEY, Free<EVP_PKEY_free>>;
using Certificate = std::unique_ptr<X509, Free<X509_free>>;
using Memory = std::unique_ptr<BIO, Free<BIO_free_all>>;

constexpr long k_validity_days = 825;  // the longest that common clients accept
constexpr int k_renewal_days = 7;

void require(bool succeeded, const char* what) {
  if (succeeded) return;
  throw core::Error("certificate-failed", fmt::format("making the TLS certificate failed at {}: {}.", what,
                                                      ERR_error_string(ERR_get_error(), nullptr)));
}

void add_extension(X509* certificate, X509* issuer, int id, const char* value) {
  X509V3_CTX context;
  X509V3_set_ctx_nodb(&context);
  X509V3_set_ctx(&context, issuer, certificate, nullptr, nullptr, 0);
  const std::unique_ptr<X509_EXTENSION, Free<X509_EXTENSION_free>> extension(
      X509V3_EXT_conf_nid(nullptr, &context, id, value));
  require(extension && X509_add_ext(certificate, extension.get(), -1) == 1, value);
}

Certificate bare_certificate(EVP_PKEY* key, const char* common_name) {
  Certificate certificate(X509_new());
  require(certificate != nullptr, "X509_new");
  X509_set_version(certificate.get(), 2);
  std::uint64_t serial = 0;
  RAND_bytes(reinterpret_cast<unsigned char*>(&serial), sizeof serial);
  ASN1_INTEGER_set_uint64(X509_get_serialNumber(certificate.get()), serial >> 1U);
  X509_gmtime_adj(X509_getm_notBefore(certificate.get()), -3600);
  X509_gmtime_adj(X509_getm_notAfter(certificate.get()), k_validity_days * 24 * 3600);
  X509_set_pubkey(certificate.get(), key);
  X509_NAME* name = X509_get_subject_name(certificate.get());
  require(X509_NAME_add_entry_by_txt(name, "CN", MBSTRING_ASC, reinterpret_cast<const unsigned char*>(common_name), -1,
                                     -1, 0) == 1,
          "the subject");
  return certificate;
}

Certificate make_authority(EVP_PKEY* key) {
  Certificate authority = bare_certificate(key, "aml-emulator local authority");
  X509_set_issuer_name(authority.get(), X509_get_subject_name(authority.get()));
  add_extension(authority.get(), authority.get(), NID_basic_constraints, "critical,CA:TRUE,pathlen:0");
  add_extension(authority.get(), authority.get(), NID_key_usage, "critical,keyCertSign,cRLSign");
  add_extension(authority.get(), authority.get(), NID_subject_key_identifier, "hash");
  require(X509_sign(authority.get(), key, EVP_sha256()) > 0, "signing");
  return authority;
}

Certificate make_server(EVP_PKEY* key, X509* authority, EVP_PKEY* authority_key) {
  Certificate server = bare_certificate(key, "localhost");
  X509_set_issuer_name(server.get(), X509_get_subject_name(authority));
  add_extension(server.get(), authority, NID_basic_constraints, "critical,CA:FALSE");
  add_extension(server.get(), authority, NID_key_usage, "critical,digitalSignature");
  add_extension(server.get(), authority, NID_ext_key_usage, "serverAuth");
  add_extension(server.get(), authority, NID_subject_alt_name,
                "DNS:localhost,DNS:*.localhost,DNS:*.blob.localhost,IP:127.0.0.1,IP:::1");
  add_extension(server.get(), authority, NID_subject_key_identifier, "hash");
  add_extension(server.get(), authority, NID_authority_key_identifier, "keyid:always");
  require(X509_sign(server.get(), authority_key, EVP_sha256()) > 0, "signing");
  return server;
}

template <typename Write>
std::string pem(Write write) {
  const Memory memory(BIO_new(BIO_s_mem()));
  require(memory && write(memory.get()) == 1, "writing PEM");
  char* data = nullptr;
  const long size = BIO_get_mem_data(memory.get(), &data);
  return {data, static_cast<std::size_t>(size)};
}

bool is_usable(const TlsFiles& files) {
  if (!fs::exists(files.authority) || !fs::exists(files.key) || !fs::exists(files.certificate)) return false;
  const std::string text = core::read_file(files.certificate);
  const Memory memory(BIO_new_mem_buf(text.data(), static_cast<int>(text.size())));
  const Certificate certificate(PEM_read_bio_X509(memory.get(), nullptr, nullptr, nullptr));
  if (!certificate) return false;
  int days = 0;
  int seconds = 0;
  ASN1_TIME_diff(&days, &seconds, nullptr, X509_get0_notAfter(certificate.get()));
  return days > k_renewal_days;
}

}  // namespace

TlsFiles ensure_certificates(const fs::path& folder) {
  TlsFiles files{folder / "ca.pem", folder / "server.pem", folder / "server-key.pem"};
  if (is_usable(files)) return files;
  const Key authority_key(EVP_EC_gen("P-256"));
  const Key server_key(EVP_EC_gen("P-256"));
  require(authority_key && server_key, "making keys");
  const Certificate authority = make_authority(authority_key.get());
  const Certificate server = make_server(server_key.get(), authority.get(), authority_key.get());
  const std::string key = pem(
      [&](BIO* out) { return PEM_write_bio_PrivateKey(out, server_key.get(), nullptr, nullptr, 0, nullptr, nullptr); });
  core::write_file_atomically(files.key, key);
  fs::permissions(files.key, fs::perms::owner_read | fs::perms::owner_write);
  core::write_file_atomically(files.authority, pem([&](BIO* out) { return PEM_write_bio_X509(out, authority.get()); }));
  core::write_file_atomically(files.certificate, pem([&](BIO* out) { return PEM_write_bio_X509(out, server.get()); }));
  return files;
}

}  // namespace mlops::emulator
