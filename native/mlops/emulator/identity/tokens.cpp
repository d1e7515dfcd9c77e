#include <openssl/crypto.h>
#include <boost/json.hpp>
#include <mlops/core/error.hpp>
#include <mlops/core/hash.hpp>
#include <mlops/core/text.hpp>
#include <mlops/emulator/identity/tokens.hpp>

namespace mlops::emulator {

namespace json = boost::json;

namespace {

std::int64_t seconds_of(core::SystemTime time) {
  return std::chrono::duration_cast<std::chrono::seconds>(time.time_since_epoch()).count();
}

}  // namespace

std::string Tokens::issue(const std::string& audience, const std::string& issuer, std::chrono::seconds lifetime) const {
  const std::int64_t now = seconds_of(m_clock.now());
  const json::value header{{"typ", "JWT"}, {"alg", "HS256"}};
  const json::value claims{{"aud", audience},
                           {"iss", issuer},
                           {"iat", now},
                           {"nbf", now},
                           {"exp", now + lifetime.count()},
                           {"appid", m_client_id},
                           {"oid", m_client_id},
                           {"sub", m_client_id},
                           {"tid", m_tenant},
                           {"idtyp", "app"},
                           {"ver", "1.0"}};
  const std::string text = core::base64url(json::serialize(header)) + '.' + core::base64url(json::serialize(claims));
  return text + '.' + core::base64url(core::hmac_sha256(m_key, text));
}

Tokens::Check Tokens::check(const std::string& token) const {
  const auto parts = core::split(token, '.');
  if (parts.size() != 3) return Check::invalid;
  const std::string expected = core::base64url(core::hmac_sha256(m_key, parts[0] + '.' + parts[1]));
  if (parts[2].size() != expected.size() || CRYPTO_memcmp(parts[2].data(), expected.data(), expected.size()) != 0) {
    return Check::invalid;
  }
  const json::value claims = json::parse(core::base64_decode(parts[1]));
  return claims.at("exp").as_int64() > seconds_of(m_clock.now()) ? Check::valid : Check::expired;
}

}  // namespace mlops::emulator
