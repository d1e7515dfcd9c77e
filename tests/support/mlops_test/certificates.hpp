#pragma once
// Certificates made for one test: an authority of its own and the leaves it signs.

#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/pkcs12.h>
#include <openssl/rsa.h>
#include <openssl/x509v3.h>

#include <memory>
#include <stdexcept>
#include <string>

namespace mlops::test {

struct FreeOpenSsl {
  void operator()(EVP_PKEY* key) const { EVP_PKEY_free(key); }

  void operator()(X509* certificate) const { X509_free(certificate); }

  void operator()(BIO* bio) const { BIO_free(bio); }

  void operator()(PKCS12* archive) const { PKCS12_free(archive); }

  void operator()(X509_EXTENSION* extension) const { X509_EXTENSION_free(extension); }
};

template <typename Type>
using OpenSslPointer = std::unique_ptr<Type, FreeOpenSsl>;

struct CertificateOptions {
  std::string common_name = "localhost";
  std::string alternative_names;  ///< as OpenSSL writes them: "DNS:localhost,IP:127.0.0.1"; empty for none
  bool authority = false;
  long valid_from_days = -1;
  long valid_to_days = 30;
};

/// A certificate and its RSA key.
class TestCertificate {
 public:
  /// Signed by the issuer, or by itself when there is none.
  explicit TestCertificate(const CertificateOptions& options, const TestCertificate* issuer = nullptr)
      : m_key(EVP_RSA_gen(2048)), m_certificate(X509_new()) {
    X509* certificate = m_certificate.get();
    X509_set_version(certificate, X509_VERSION_3);
    ASN1_INTEGER_set(X509_get_serialNumber(certificate), next_serial());
    X509_gmtime_adj(X509_getm_notBefore(certificate), options.valid_from_days * k_day);
    X509_gmtime_adj(X509_getm_notAfter(certificate), options.valid_to_days * k_day);
    X509_set_pubkey(certificate, m_key.get());
    X509_NAME_add_entry_by_txt(X509_get_subject_name(certificate), "CN", MBSTRING_ASC,
                               reinterpret_cast<const unsigned char*>(options.common_name.c_str()), -1, -1, 0);
    const X509* signer = issuer ? issuer->m_certificate.get() : certificate;
    X509_set_issuer_name(certificate, X509_get_subject_name(signer));
    if (options.authority) add_extension(NID_basic_constraints, "critical,CA:TRUE");
    if (!options.alternative_names.empty()) add_extension(NID_subject_alt_name, options.alternative_names);
    if (X509_sign(certificate, issuer ? issuer->m_key.get() : m_key.get(), EVP_sha256()) == 0) {
      throw std::runtime_error("can't sign a test certificate");
    }
  }

  std::string certificate_pem() const {
    return written([this](BIO* bio) { PEM_write_bio_X509(bio, m_certificate.get()); });
  }

  std::string key_pem(const std::string& password = {}) const {
    return written([&](BIO* bio) {
      PEM_write_bio_PKCS8PrivateKey(bio, m_key.get(), password.empty() ? nullptr : EVP_aes_128_cbc(), password.data(),
                                    static_cast<int>(password.size()), nullptr, nullptr);
    });
  }

  /// Certificate and key as a PKCS #12 archive (.pfx).
  std::string archive(const std::string& password) const {
    const OpenSslPointer<PKCS12> archive(
        PKCS12_create(password.c_str(), "test", m_key.get(), m_certificate.get(), nullptr, 0, 0, 0, 0, 0));
    return written([&](BIO* bio) { i2d_PKCS12_bio(bio, archive.get()); });
  }

  X509* certificate() const { return m_certificate.get(); }

  EVP_PKEY* key() const { return m_key.get(); }

 private:
  static constexpr long k_day = 24L * 3600L;

  static long next_serial() {
    static long serial = 1;
    return serial++;
  }

  template <typename Write>
  static std::string written(Write write) {
    const OpenSslPointer<BIO> bio(BIO_new(BIO_s_mem()));
    write(bio.get());
    char* text = nullptr;
    const long size = BIO_get_mem_data(bio.get(), &text);
    return {text, static_cast<std::size_t>(size)};
  }

  void add_extension(int id, const std::string& value) {
    const OpenSslPointer<X509_EXTENSION> extension(X509V3_EXT_conf_nid(nullptr, nullptr, id, value.c_str()));
    X509_add_ext(m_certificate.get(), extension.get(), -1);
  }

  OpenSslPointer<EVP_PKEY> m_key;
  OpenSslPointer<X509> m_certificate;
};

}  // namespace mlops::test
