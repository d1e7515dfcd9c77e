#include <mlops/azure/token_endpoint.hpp>

namespace mlops::azure {

namespace {

class SecretSource : public TokenSource {
 public:
  SecretSource(Principal principal, core::Secret secret, agent::Services& services)
      : m_principal(std::move(principal)),
        m_secret(std::move(secret)),
        m_services(services),
        m_transport(identity_transport(services)) {}

  AccessToken fetch(const std::string& resource) override {
    return request_token(*m_transport, m_services, m_principal, resource, {{"client_secret", m_secret.reveal()}});
  }

 private:
  Principal m_principal;
  core::Secret m_secret;
  agent::Services& m_services;
  std::unique_ptr<http::Transport> m_transport;
};

}  // namespace

std::unique_ptr<TokenSource> secret_source(Principal principal, core::Secret secret, agent::Services& services) {
  return std::make_unique<SecretSource>(std::move(principal), std::move(secret), services);
}

}  // namespace mlops::azure
