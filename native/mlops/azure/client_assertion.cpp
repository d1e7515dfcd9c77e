#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/x509.h>

#include <array>
#include <boost/json.hpp>
#include <mlops/azure/client_assertion.hpp>
#include <mlops/core/error.hpp>
#include <mlops/core/hash.hpp>

namespace mlops::azure {

namespace json = boost::json;

namespace {

struct Free {
  void operator()(BIO* bio) const { BIO_free(bio); }

  void operator()(X509* certificate) const { X509_free(certificate); }

  void operator()(EVP_PKEY* key) const { EVP_PKEY_free(key); }

  void operator()(EVP_MD_CTX* context) const { EVP_MD_CTX_free(context); }
};

using Bio = std::unique_ptr<BIO, Free>;
using Certificate = std::unique_ptr<X509, Free>;
using Key = std::unique_ptr<EVP_PKEY, Free>;

core::Error invalid(const std::string& message) {
  return {"connection-invalid",
          message,
          {},
          "Put the certificate and its unencrypted private key, both as PEM text, into the service connection."};
}

Bio reader_of(const core::Secret& pem) {
  return Bio(BIO_new_mem_buf(pem.reveal().data(), static_cast<int>(pem.reveal().size())));
}

// Without it OpenSSL would ask for the password on the terminal.
int no_password(char*, int, int, void*) {
  return 0;
}

Key read_key(const core::Secret& pem) {
  Key key(PEM_read_bio_PrivateKey(reader_of(pem).get(), nullptr, &no_password, nullptr));
  if (!key) throw invalid("the service connection's certificate comes without a private key that can be read.");
  if (EVP_PKEY_get_base_id(key.get()) != EVP_PKEY_RSA) {
    throw invalid("the private key of the service connection's certificate is not an RSA key.");
  }
  return key;
}

// A PEM may also hold the chain, in any order.
Certificate read_certificate(const core::Secret& pem, EVP_PKEY* key) {
  const Bio reader = reader_of(pem);
  while (Certificate certificate{PEM_read_bio_X509(reader.get(), nullptr, &no_password, nullptr)}) {
    if (X509_check_private_key(certificate.get(), key) == 1) return certificate;
  }
  throw invalid("the service connection holds no certificate that belongs to its private key.");
}

std::string thumbprint(X509* certificate, const EVP_MD* digest) {
  std::array<unsigned char, EVP_MAX_MD_SIZE> bytes{};
  unsigned int size = 0;
  X509_digest(certificate, digest, bytes.data(), &size);
  return core::base64url({reinterpret_cast<const char*>(bytes.data()), size});
}

std::string rs256(EVP_PKEY* key, const std::string& text) {
  const std::unique_ptr<EVP_MD_CTX, Free> context(EVP_MD_CTX_new());
  const auto* bytes = reinterpret_cast<const unsigned char*>(text.data());
  std::size_t size = 0;
  std::string signature;
  if (EVP_DigestSignInit(context.get(), nullptr, EVP_sha256(), nullptr, key) == 1 &&
      EVP_DigestSign(context.get(), nullptr, &size, bytes, text.size()) == 1) {
    signature.resize(size);
    if (EVP_DigestSign(context.get(), reinterpret_cast<unsigned char*>(signature.data()), &size, bytes, text.size()) ==
        1) {
      signature.resize(size);
      return signature;
    }
  }
  throw invalid("the private key of the service connection's certificate can't sign.");
}

}  // namespace

struct AssertionSigner::Parts {
  Key key;
  Certificate certificate;
};

AssertionSigner::AssertionSigner(const core::Secret& pem) : m_parts(std::make_unique<Parts>()) {
  m_parts->key = read_key(pem);
  m_parts->certificate = read_certificate(pem, m_parts->key.get());
}

AssertionSigner::~AssertionSigner() = default;
AssertionSigner::AssertionSigner(AssertionSigner&&) noexcept = default;

std::string AssertionSigner::sign(const std::string& client_id, const std::string& audience,
                                  core::SystemTime now) const {
  const json::object header = {{"alg", "RS256"},
                               {"typ", "JWT"},
                               {"x5t", thumbprint(m_parts->certificate.get(), EVP_sha1())},
                               {"x5t#S256", thumbprint(m_parts->certificate.get(), EVP_sha256())}};
  const auto seconds = std::chrono::duration_cast<std::chrono::seconds>(now.time_since_epoch()).count();
  const json::object claims = {
      {"aud", audience}, {"iss", client_id}, {"sub", client_id},    {"jti", core::random_uuid()},
      {"iat", seconds},  {"nbf", seconds},   {"exp", seconds + 600}};
  const std::string text = core::base64url(json::serialize(header)) + "." + core::base64url(json::serialize(claims));
  return text + "." + core::base64url(rs256(m_parts->key.get(), text));
}

}  // namespace mlops::azure
