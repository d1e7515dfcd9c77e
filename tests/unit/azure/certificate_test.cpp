#include <openssl/sha.h>

#include <boost/json.hpp>
#include <mlops/azure/client_assertion.hpp>
#include <mlops/core/hash.hpp>
#include <mlops/core/text.hpp>
#include <mlops_test/certificates.hpp>

#include <mlops_test/azure_fixture.hpp>

using namespace mlops;
using test::AzureWorld;
using test::error_of;
using test::form_of;
using test::k_connection;
using test::TestCertificate;

namespace {

namespace json = boost::json;

std::string from_base64url(std::string text) {
  text = core::replace_all(core::replace_all(std::move(text), "-", "+"), "_", "/");
  while (text.size() % 4 != 0) text += '=';
  return core::base64_decode(text);
}

bool verifies(const TestCertificate& certificate, const std::string& signed_text, const std::string& signature) {
  EVP_MD_CTX* context = EVP_MD_CTX_new();
  EVP_DigestVerifyInit(context, nullptr, EVP_sha256(), nullptr, certificate.key());
  const int result =
      EVP_DigestVerify(context, reinterpret_cast<const unsigned char*>(signature.data()), signature.size(),
                       reinterpret_cast<const unsigned char*>(signed_text.data()), signed_text.size());
  EVP_MD_CTX_free(context);
  return result == 1;
}

std::string der_of(const TestCertificate& certificate) {
  unsigned char* bytes = nullptr;
  const int size = i2d_X509(certificate.certificate(), &bytes);
  std::string der(reinterpret_cast<char*>(bytes), static_cast<std::size_t>(size));
  OPENSSL_free(bytes);
  return der;
}

std::string sha1_of(const std::string& text) {
  std::string digest(SHA_DIGEST_LENGTH, '\0');
  EVP_Digest(text.data(), text.size(), reinterpret_cast<unsigned char*>(digest.data()), nullptr, EVP_sha1(), nullptr);
  return digest;
}

}  // namespace

TEST_CASE("A certificate signs an assertion that names it by both thumbprints", "[certificate]") {
  const TestCertificate authority({"authority", "", true});
  const TestCertificate certificate({"client"}, &authority);
  // The chain stands first: the certificate that belongs to the key is the one to name.
  const azure::AssertionSigner signer(
      core::Secret(authority.certificate_pem() + certificate.certificate_pem() + certificate.key_pem()));
  const auto now = *core::from_iso8601("2026-03-01T12:00:00Z");
  const auto parts = core::split(signer.sign("client", "https://login/token", now), '.');
  REQUIRE(parts.size() == 3);
  CHECK(verifies(certificate, parts[0] + "." + parts[1], from_base64url(parts[2])));

  const json::value header = json::parse(from_base64url(parts[0]));
  CHECK(header.at("alg") == "RS256");
  CHECK(header.at("typ") == "JWT");
  CHECK(std::string(header.at("x5t").as_string()) == core::base64url(sha1_of(der_of(certificate))));
  CHECK(from_base64url(std::string(header.at("x5t#S256").as_string())).size() == 32);
  CHECK(core::hex(from_base64url(std::string(header.at("x5t#S256").as_string()))) ==
        core::sha256_hex(der_of(certificate)));

  const json::value claims = json::parse(from_base64url(parts[1]));
  CHECK(claims.at("aud") == "https://login/token");
  CHECK(claims.at("iss") == "client");
  CHECK(claims.at("sub") == "client");
  CHECK(claims.at("nbf") == 1772366400);
  CHECK(claims.at("exp") == 1772367000);
  const auto again = core::split(signer.sign("client", "https://login/token", now), '.');
  CHECK(json::parse(from_base64url(again[1])).at("jti") != claims.at("jti"));
}

TEST_CASE("A connection with a certificate exchanges its assertion for a token", "[certificate]") {
  const TestCertificate certificate({"client"});
  const std::string pem = certificate.key_pem() + certificate.certificate_pem();
  const std::string parameter = "ENDPOINT_AUTH_PARAMETER_" + k_connection + "_";
  AzureWorld world({{parameter + "AUTHENTICATIONTYPE", "spnCertificate"},
                    {parameter + "SERVICEPRINCIPALKEY", ""},
                    {parameter + "SERVICEPRINCIPALCERTIFICATE", pem}});
  const auto connection = agent::Connection::read(world.environment, k_connection);
  const auto credential = azure::credential_of(connection, azure::cloud_of(connection), world.services);
  CHECK(credential->token("https://r").reveal() == "token-1");
  auto form = form_of(world.transport.requests.at(0));
  CHECK(form.at("client_assertion_type") == "urn:ietf:params:oauth:client-assertion-type:jwt-bearer");
  CHECK(core::split(form.at("client_assertion"), '.').size() == 3);
  CHECK_FALSE(form.count("client_secret"));
  // Each line of the key is a secret of its own.
  CHECK_THAT(world.output.text, Catch::Matchers::ContainsSubstring("##vso[task.setsecret]" +
                                                                   core::split(certificate.key_pem(), '\n').at(3)));
}

TEST_CASE("A PEM without a usable key or its certificate is refused", "[certificate]") {
  const TestCertificate one({"one"});
  const TestCertificate other({"other"});
  const auto message_of = [](const std::string& pem) {
    const core::Error error = error_of([&] { azure::AssertionSigner{core::Secret(pem)}; });
    CHECK(error.code() == "connection-invalid");
    return error.message();
  };
  const std::string no_key = "the service connection's certificate comes without a private key that can be read.";
  CHECK(message_of(one.certificate_pem()) == no_key);
  CHECK(message_of("not a PEM") == no_key);
  CHECK(message_of(one.certificate_pem() + one.key_pem("password")) == no_key);
  CHECK(message_of(one.key_pem() + other.certificate_pem()) ==
        "the service connection holds no certificate that belongs to its private key.");
}
