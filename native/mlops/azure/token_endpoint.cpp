#include <fmt/format.h>

#include <charconv>
#include <mlops/azure/token_endpoint.hpp>
#include <mlops/http/url.hpp>
#include <optional>

namespace mlops::azure {

namespace json = boost::json;

namespace {

std::string encoded(const Form& form) {
  std::string body;
  for (const auto& [name, value] : form) {
    if (!body.empty()) body += '&';
    body += http::encode(name) + "=" + http::encode(value);
  }
  return body;
}

// The token endpoint sends a number, the metadata service the same number as a text.
std::optional<std::int64_t> seconds_of(const json::object& object, const char* name) {
  const auto* value = object.if_contains(name);
  if (!value) return std::nullopt;
  if (value->is_int64()) return value->get_int64();
  if (value->is_uint64()) return static_cast<std::int64_t>(value->get_uint64());
  if (!value->is_string()) return std::nullopt;
  const auto& text = value->get_string();
  std::int64_t seconds = 0;
  const auto [end, failure] = std::from_chars(text.data(), text.data() + text.size(), seconds);
  return failure == std::errc() && end == text.data() + text.size() ? std::optional(seconds) : std::nullopt;
}

core::SystemTime expiry_of(const json::object& answer, core::SystemTime now) {
  if (const auto seconds = seconds_of(answer, "expires_in")) return now + std::chrono::seconds(*seconds);
  if (const auto seconds = seconds_of(answer, "expires_on")) {
    return core::SystemTime(std::chrono::seconds(*seconds));
  }
  return now + std::chrono::minutes(10);
}

}  // namespace

std::string token_url(const Principal& principal) {
  return fmt::format("{}{}/oauth2/v2.0/token", principal.authority, http::encode(principal.tenant_id));
}

std::string scope_of(const std::string& resource) {
  return resource + "/.default";
}

std::unique_ptr<http::Transport> identity_transport(agent::Services& services) {
  return http::with_retries(services.transport, services.clock, services.sleeper, services.cancellation, {},
                            [&services](const std::string& note) { services.log.debug(note); });
}

AccessToken read_token(const http::Request& request, const http::Response& response, agent::Services& services) {
  boost::system::error_code failure;
  const json::value parsed = json::parse(response.body, failure);
  const auto* answer = failure ? nullptr : parsed.if_object();
  const auto* token = answer ? answer->if_contains("access_token") : nullptr;
  if (!token || !token->is_string() || token->get_string().empty()) {
    throw core::Error("credential-rejected", "the identity provider's answer holds no access token.",
                      core::RequestPlace{request.method, http::loggable(request.url), response.status, ""},
                      "A proxy between may have answered in its place.");
  }
  AccessToken result{core::Secret(std::string(token->get_string())), expiry_of(*answer, services.clock.now())};
  services.log.add_secret(result.value);
  return result;
}

AccessToken request_token(http::Transport& transport, agent::Services& services, const Principal& principal,
                          const std::string& resource, const Form& proof) {
  Form form = {{"grant_type", "client_credentials"}, {"client_id", principal.client_id}, {"scope", scope_of(resource)}};
  form.insert(form.end(), proof.begin(), proof.end());
  http::Request request;
  request.method = "POST";
  request.url = token_url(principal);
  request.headers = {{"Content-Type", "application/x-www-form-urlencoded"}, {"Accept", "application/json"}};
  request.body = encoded(form);
  request.timeout = std::chrono::seconds(30);
  request.safe_to_repeat = true;
  const http::Response response = transport.send(request);
  if (!response.ok()) throw sign_in_error(request, response);
  return read_token(request, response, services);
}

}  // namespace mlops::azure
