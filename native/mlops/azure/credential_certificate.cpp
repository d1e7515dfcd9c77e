#include <mlops/azure/client_assertion.hpp>
#include <mlops/azure/token_endpoint.hpp>

namespace mlops::azure {

namespace {

class CertificateSource : public TokenSource {
 public:
  CertificateSource(Principal principal, const core::Secret& pem, agent::Services& services)
      : m_principal(std::move(principal)),
        m_signer(pem),
        m_services(services),
        m_transport(identity_transport(services)) {}

  AccessToken fetch(const std::string& resource) override {
    const core::Secret assertion(m_signer.sign(m_principal.client_id, token_url(m_principal), m_services.clock.now()));
    m_services.log.add_secret(assertion);
    return request_token(*m_transport, m_services, m_principal, resource,
                         {{"client_assertion_type", "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"},
                          {"client_assertion", assertion.reveal()}});
  }

 private:
  Principal m_principal;
  AssertionSigner m_signer;
  agent::Services& m_services;
  std::unique_ptr<http::Transport> m_transport;
};

}  // namespace

std::unique_ptr<TokenSource> certificate_source(Principal principal, const core::Secret& pem,
                                                agent::Services& services) {
  return std::make_unique<CertificateSource>(std::move(principal), pem, services);
}

}  // namespace mlops::azure
