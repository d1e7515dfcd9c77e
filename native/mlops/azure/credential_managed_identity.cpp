#include <fmt/format.h>

#include <mlops/azure/token_endpoint.hpp>
#include <mlops/http/url.hpp>

namespace mlops::azure {

namespace {

constexpr const char* k_metadata_address = "http://169.254.169.254";
constexpr const char* k_no_identity_hint =
    "Use an agent on an Azure virtual machine or scale set that has a managed identity (and, for a user-assigned one, "
    "the client id of the service connection), or another kind of service connection.";

// The service answers 404 and 410 while it starts or is updated, for up to 70 s by its documentation.
constexpr int k_attempts_while_starting = 6;
constexpr std::chrono::milliseconds k_wait_while_starting{3'000};

class ManagedIdentitySource : public TokenSource {
 public:
  ManagedIdentitySource(std::string client_id, agent::Services& services)
      : m_client_id(std::move(client_id)),
        m_services(services),
        m_transport(http::with_retries(services.transport, services.clock, services.sleeper, services.cancellation,
                                       http::RetrySettings{4},
                                       [&services](const std::string& note) { services.log.debug(note); })) {}

  AccessToken fetch(const std::string& resource) override {
    const http::Request request = token_request(resource);
    const http::Response response = send(request);
    if (response.ok()) return read_token(request, response, m_services);
    core::Error error = sign_in_error(request, response);
    throw core::Error(error.code(), error.message(), error.place(), k_no_identity_hint);
  }

 private:
  http::Request token_request(const std::string& resource) const {
    // The same variable by which the Azure SDKs find a pod identity's stand-in for the metadata service.
    std::string address = m_services.environment.get("AZURE_POD_IDENTITY_AUTHORITY_HOST").value_or(k_metadata_address);
    while (!address.empty() && address.back() == '/') address.pop_back();
    http::Request request;
    request.url = http::with_query(address + "/metadata/identity/oauth2/token", "api-version", "2018-02-01");
    request.url = http::with_query(request.url, "resource", resource);
    if (!m_client_id.empty()) request.url = http::with_query(request.url, "client_id", m_client_id);
    request.headers = {{"Metadata", "true"}};
    request.timeout = std::chrono::seconds(15);
    return request;
  }

  http::Response send(const http::Request& request) {
    for (int attempt = 1;; ++attempt) {
      http::Response response = send_once(request);
      const bool starting = response.status == 404 || response.status == 410;
      if (!starting || attempt == k_attempts_while_starting) return response;
      m_services.sleeper.sleep(k_wait_while_starting * attempt);
      m_services.cancellation.check();
    }
  }

  http::Response send_once(const http::Request& request) {
    try {
      return m_transport->send(request);
    } catch (const http::TransportError& failure) {
      throw core::Error("credential-rejected",
                        fmt::format("this machine's managed identity service does not answer: {}", failure.message()),
                        failure.place(), k_no_identity_hint);
    }
  }

  std::string m_client_id;
  agent::Services& m_services;
  std::unique_ptr<http::Transport> m_transport;
};

}  // namespace

std::unique_ptr<TokenSource> managed_identity_source(std::string client_id, agent::Services& services) {
  return std::make_unique<ManagedIdentitySource>(std::move(client_id), services);
}

}  // namespace mlops::azure
