#pragma once

#include <chrono>
#include <mlops/core/world.hpp>
#include <string>

namespace mlops::emulator {

/// Signs and checks access tokens: JSON Web Tokens with HMAC-SHA-256 under a key of this data folder.
class Tokens {
 public:
  Tokens(std::string key, std::string tenant, std::string client_id, const core::Clock& clock)
      : m_key(std::move(key)), m_tenant(std::move(tenant)), m_client_id(std::move(client_id)), m_clock(clock) {}

  /// A token for an audience such as "https://ml.azure.com".
  std::string issue(const std::string& audience, const std::string& issuer, std::chrono::seconds lifetime) const;

  enum class Check { valid, expired, invalid };
  /// Of what stands behind "Bearer ".
  Check check(const std::string& token) const;

 private:
  std::string m_key;
  std::string m_tenant;
  std::string m_client_id;
  const core::Clock& m_clock;
};

}  // namespace mlops::emulator
