#include <fmt/format.h>

#include <mlops/azure/token_endpoint.hpp>
#include <mlops/http/url.hpp>

namespace mlops::azure {

namespace json = boost::json;

namespace {

// The agent's task library asks three times more, from two seconds on.
constexpr http::RetrySettings k_assertion_retries{4, std::chrono::milliseconds(2'000),
                                                  std::chrono::milliseconds(16'000), std::chrono::milliseconds(60'000)};

core::Error unavailable(const std::string& message, core::Place place, const std::string& hint) {
  return {"credential-rejected", message, std::move(place), hint};
}

/// Azure Pipelines as issuer of assertions about the running job.
class PipelineIssuer {
 public:
  PipelineIssuer(std::string connection_id, agent::Services& services)
      : m_connection_id(std::move(connection_id)),
        m_services(services),
        m_access_token(job_access_token(services)),
        m_transport(http::with_retries(services.transport, services.clock, services.sleeper, services.cancellation,
                                       k_assertion_retries,
                                       [&services](const std::string& note) { services.log.debug(note); })) {
    services.log.add_secret(m_access_token);
  }

  /// A new assertion; it lives for ten minutes at most and is good for one access token.
  core::Secret assertion() {
    const http::Request request = assertion_request();
    const http::Response response = m_transport->send(request);
    const core::RequestPlace place{request.method, http::loggable(request.url), response.status,
                                   response.headers.find("x-vss-e2eid").value_or("")};
    // A sign-in page comes as 203 or as a redirection.
    if (response.status == 401 || response.status == 203 || response.status / 100 == 3) {
      throw unavailable("Azure Pipelines no longer accepts the job's own token.", place,
                        "It ends with the job and after about 24 hours. What runs in Azure goes on: run the job "
                        "again, and it takes up what it finds.");
    }
    if (!response.ok()) {
      throw unavailable(fmt::format("Azure Pipelines issued no assertion for the service connection \"{}\": {}.",
                                    m_connection_id, message_of(response)),
                        place, "Check that the pipeline is allowed to use the service connection.");
    }
    return read_assertion(response, place);
  }

 private:
  static core::Secret job_access_token(agent::Services& services) {
    if (services.environment.get("ENDPOINT_URL_SYSTEMVSSCONNECTION") ||
        services.environment.get("ENDPOINT_AUTH_SYSTEMVSSCONNECTION")) {
      const auto connection = agent::Connection::read(services.environment, "SYSTEMVSSCONNECTION");
      if (auto token = connection.parameter("AccessToken"); !token.empty()) return token;
    }
    if (auto token = services.environment.get("SYSTEM_ACCESSTOKEN"); token && !token->empty()) {
      return core::Secret(std::move(*token));
    }
    throw unavailable("the job's own token is missing, which workload identity federation needs.", {},
                      "It exists inside an Azure Pipelines job only.");
  }

  std::string issuer_url() const {
    if (auto ready = m_services.variables.get("System.OidcRequestUri"); !ready.empty()) return ready;
    std::vector<std::string> parts;
    for (const char* name :
         {"System.CollectionUri", "System.TeamProjectId", "System.HostType", "System.PlanId", "System.JobId"}) {
      parts.push_back(m_services.variables.get(name));
      if (parts.back().empty()) {
        throw unavailable(fmt::format("the variable {} is missing, which workload identity federation needs.", name),
                          {}, "It is set inside an Azure Pipelines job.");
      }
    }
    if (parts[0].back() != '/') parts[0] += '/';
    return fmt::format("{}{}/_apis/distributedtask/hubs/{}/plans/{}/jobs/{}/oidctoken", parts[0],
                       http::encode(parts[1]), http::encode(parts[2]), http::encode(parts[3]), http::encode(parts[4]));
  }

  http::Request assertion_request() const {
    http::Request request;
    request.method = "POST";
    request.url =
        http::with_query(http::with_query(issuer_url(), "api-version", "7.1"), "serviceConnectionId", m_connection_id);
    request.headers = {{"Content-Type", "application/json"},
                       {"Accept", "application/json"},
                       {"X-TFS-FedAuthRedirect", "Suppress"},  // 401 instead of a sign-in page
                       {"Authorization", "Bearer " + m_access_token.reveal()}};
    request.body = std::string("{}");
    request.timeout = std::chrono::seconds(30);
    request.safe_to_repeat = true;
    return request;
  }

  static std::string message_of(const http::Response& response) {
    boost::system::error_code failure;
    const json::value answer = json::parse(response.body, failure);
    const auto* message = !failure && answer.is_object() ? answer.get_object().if_contains("message") : nullptr;
    if (message && message->is_string()) {
      std::string text(message->get_string());
      while (!text.empty() && text.back() == '.') text.pop_back();
      return text;
    }
    return fmt::format("HTTP status {}", response.status);
  }

  core::Secret read_assertion(const http::Response& response, const core::RequestPlace& place) {
    boost::system::error_code failure;
    const json::value answer = json::parse(response.body, failure);
    const auto* token = !failure && answer.is_object() ? answer.get_object().if_contains("oidcToken") : nullptr;
    if (!token || !token->is_string() || token->get_string().empty()) {
      throw unavailable("Azure Pipelines' answer holds no assertion (oidcToken).", place,
                        "Check that the service connection uses workload identity federation.");
    }
    core::Secret assertion{std::string(token->get_string())};
    m_services.log.add_secret(assertion);
    return assertion;
  }

  std::string m_connection_id;
  agent::Services& m_services;
  core::Secret m_access_token;
  std::unique_ptr<http::Transport> m_transport;
};

class FederationSource : public TokenSource {
 public:
  FederationSource(Principal principal, std::string connection_id, agent::Services& services)
      : m_principal(std::move(principal)),
        m_issuer(std::move(connection_id), services),
        m_services(services),
        m_transport(identity_transport(services)) {}

  AccessToken fetch(const std::string& resource) override {
    const core::Secret assertion = m_issuer.assertion();
    return request_token(*m_transport, m_services, m_principal, resource,
                         {{"client_assertion_type", "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"},
                          {"client_assertion", assertion.reveal()}});
  }

 private:
  Principal m_principal;
  PipelineIssuer m_issuer;
  agent::Services& m_services;
  std::unique_ptr<http::Transport> m_transport;
};

}  // namespace

std::unique_ptr<TokenSource> federation_source(Principal principal, std::string connection_id,
                                               agent::Services& services) {
  return std::make_unique<FederationSource>(std::move(principal), std::move(connection_id), services);
}

}  // namespace mlops::azure
