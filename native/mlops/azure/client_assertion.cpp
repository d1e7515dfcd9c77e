#include <mbedtls/ctr_drbg.h>
#include <mbedtls/md.h>
#include <mbedtls/pk.h>
#include <mbedtls/version.h>
#include <mbedtls/x509_crt.h>

#include <algorithm>
#include <boost/json.hpp>
#include <mlops/azure/client_assertion.hpp>
#include <mlops/core/error.hpp>
#include <mlops/core/hash.hpp>
#include <mlops/core/random.hpp>

namespace mlops::azure {

namespace json = boost::json;

namespace {

core::Error invalid(const std::string& message) {
  return {"connection-invalid",
          message,
          {},
          "Put the certificate and its unencrypted private key, both as PEM text, into the service connection."};
}

const unsigned char* bytes_of(std::string_view text) {
  return reinterpret_cast<const unsigned char*>(text.data());
}

unsigned char* bytes_of(std::string& text) {
  return reinterpret_cast<unsigned char*>(text.data());
}

// The generator as the library wants it, which knows no exceptions; the blinding of the private key needs it.
int random_source(void*, unsigned char* bytes, std::size_t size) {
  try {
    const std::string random = core::random_bytes(size);
    std::copy(random.begin(), random.end(), bytes);
    return 0;
  } catch (...) {
    return MBEDTLS_ERR_CTR_DRBG_ENTROPY_SOURCE_FAILED;
  }
}

// The functions of the private key took no generator before version 3, which distributions still have.
#if MBEDTLS_VERSION_MAJOR >= 3
int parse_key(mbedtls_pk_context* key, const unsigned char* pem, std::size_t size) {
  return mbedtls_pk_parse_key(key, pem, size, nullptr, 0, &random_source, nullptr);
}

bool belong_together(const mbedtls_pk_context* certified, const mbedtls_pk_context* key) {
  return mbedtls_pk_check_pair(certified, key, &random_source, nullptr) == 0;
}

int sign_digest(mbedtls_pk_context* key, const std::string& digest, std::string& signature, std::size_t* size) {
  return mbedtls_pk_sign(key, MBEDTLS_MD_SHA256, bytes_of(digest), digest.size(), bytes_of(signature), signature.size(),
                         size, &random_source, nullptr);
}
#else
int parse_key(mbedtls_pk_context* key, const unsigned char* pem, std::size_t size) {
  return mbedtls_pk_parse_key(key, pem, size, nullptr, 0);
}

bool belong_together(const mbedtls_pk_context* certified, const mbedtls_pk_context* key) {
  return mbedtls_pk_check_pair(certified, key) == 0;
}

int sign_digest(mbedtls_pk_context* key, const std::string& digest, std::string& signature, std::size_t* size) {
  return mbedtls_pk_sign(key, MBEDTLS_MD_SHA256, bytes_of(digest), digest.size(), bytes_of(signature), size,
                         &random_source, nullptr);
}
#endif

std::string digest_of(mbedtls_md_type_t kind, std::string_view bytes) {
  const mbedtls_md_info_t* const algorithm = mbedtls_md_info_from_type(kind);
  std::string digest(mbedtls_md_get_size(algorithm), '\0');
  mbedtls_md(algorithm, bytes_of(bytes), bytes.size(), bytes_of(digest));
  return digest;
}

}  // namespace

struct AssertionSigner::Parts {
  Parts() {
    mbedtls_pk_init(&key);
    mbedtls_x509_crt_init(&chain);
  }

  ~Parts() {
    mbedtls_pk_free(&key);
    mbedtls_x509_crt_free(&chain);
  }

  Parts(const Parts&) = delete;
  Parts& operator=(const Parts&) = delete;

  // The library takes PEM text with its final zero, and goes over what it can't read.
  void read(const core::Secret& pem) {
    const unsigned char* const text = bytes_of(pem.reveal());
    const std::size_t size = pem.reveal().size() + 1;
    if (parse_key(&key, text, size) != 0) {
      throw invalid("the service connection's certificate comes without a private key that can be read.");
    }
    if (mbedtls_pk_get_type(&key) != MBEDTLS_PK_RSA) {
      throw invalid("the private key of the service connection's certificate is not an RSA key.");
    }
    mbedtls_x509_crt_parse(&chain, text, size);
    certificate = own_certificate();
  }

  // A PEM may also hold the chain, in any order.
  const mbedtls_x509_crt* own_certificate() const {
    for (const mbedtls_x509_crt* one = &chain; one && one->raw.p; one = one->next) {
      if (belong_together(&one->pk, &key)) return one;
    }
    throw invalid("the service connection holds no certificate that belongs to its private key.");
  }

  std::string thumbprint(mbedtls_md_type_t kind) const {
    const auto* der = reinterpret_cast<const char*>(certificate->raw.p);
    return core::base64url(digest_of(kind, {der, certificate->raw.len}));
  }

  std::string rs256(const std::string& text) {
    std::string signature(mbedtls_pk_get_len(&key), '\0');
    std::size_t size = 0;
    if (sign_digest(&key, digest_of(MBEDTLS_MD_SHA256, text), signature, &size) != 0) {
      throw invalid("the private key of the service connection's certificate can't sign.");
    }
    signature.resize(size);
    return signature;
  }

  mbedtls_pk_context key;
  mbedtls_x509_crt chain;
  const mbedtls_x509_crt* certificate = nullptr;
};

AssertionSigner::AssertionSigner(const core::Secret& pem) : m_parts(std::make_unique<Parts>()) {
  m_parts->read(pem);
}

AssertionSigner::~AssertionSigner() = default;
AssertionSigner::AssertionSigner(AssertionSigner&&) noexcept = default;

std::string AssertionSigner::sign(const std::string& client_id, const std::string& audience,
                                  core::SystemTime now) const {
  const json::object header = {{"alg", "RS256"},
                               {"typ", "JWT"},
                               {"x5t", m_parts->thumbprint(MBEDTLS_MD_SHA1)},
                               {"x5t#S256", m_parts->thumbprint(MBEDTLS_MD_SHA256)}};
  const auto seconds = std::chrono::duration_cast<std::chrono::seconds>(now.time_since_epoch()).count();
  const json::object claims = {
      {"aud", audience}, {"iss", client_id}, {"sub", client_id},    {"jti", core::random_uuid()},
      {"iat", seconds},  {"nbf", seconds},   {"exp", seconds + 600}};
  const std::string text = core::base64url(json::serialize(header)) + "." + core::base64url(json::serialize(claims));
  return text + "." + core::base64url(m_parts->rs256(text));
}

}  // namespace mlops::azure
