#include <fmt/format.h>

#include <array>
#include <charconv>
#include <mlops/azure/resource_manager.hpp>
#include <mlops/azure/token_endpoint.hpp>
#include <mlops/core/text.hpp>
#include <mlops/http/url.hpp>

namespace mlops::azure {

namespace json = boost::json;

namespace {

struct Hint {
  std::int64_t code;
  const char* text;
};

// https://learn.microsoft.com/entra/identity-platform/reference-error-codes
constexpr std::array k_hints = {
    Hint{7000215,
         "The secret in the service connection is wrong (the secret's value is needed, not its id). Make a new "
         "secret in the app registration and put it into the service connection."},
    Hint{7000222,
         "The secret in the service connection has expired. Make a new one in the app registration and put it "
         "into the service connection, or change to workload identity federation, which needs none."},
    Hint{7000216, "The service connection holds neither a secret nor an assertion. Edit it and save it again."},
    Hint{700016,
         "There is no app registration of this id in this tenant. Check the service principal id and the tenant "
         "id of the service connection."},
    Hint{700027,
         "The certificate is not registered with the app registration, or has expired there. Upload its public "
         "part under Certificates & secrets."},
    Hint{90002, "Check the tenant id of the service connection and the cloud it is for."},
    Hint{900023, "Check the tenant id of the service connection."},
    Hint{70021,
         "The app registration has no federated credential with this issuer and subject. Compare both with those "
         "that the service connection shows, character by character."},
    Hint{700211,
         "The app registration has no federated credential with this issuer. Compare it with the one that the "
         "service connection shows."},
    Hint{700212, "The audience of the app registration's federated credential must be api://AzureADTokenExchange."},
    Hint{700213,
         "The app registration has no federated credential with this subject. Compare it with the one that the "
         "service connection shows; it changes when the connection or the project is renamed."},
    Hint{700024, "The assertion is outside its time. Check this machine's clock."},
    Hint{700030, "The certificate's key does not fit the registered certificate."},
    Hint{500011, "The service is not known in this tenant. Check the cloud of the service connection."},
    Hint{53003,
         "A conditional access policy of the tenant blocks this service principal. Ask who administers the "
         "tenant."},
    Hint{7000112, "The app registration is disabled. Ask who administers the tenant."},
    Hint{7000229, "The tenant has no service principal for this app registration. Make one (Enterprise applications)."},
};

std::string text_of(const json::object& object, const char* name) {
  const auto* value = object.if_contains(name);
  return value && value->is_string() ? std::string(value->get_string()) : std::string();
}

// "AADSTS7000215: Invalid client secret provided. Trace ID: ... Correlation ID: ..." without the ids, which stand in
// the place, and without further lines.
std::string first_sentences(const std::string& description) {
  std::string text = description.substr(0, description.find_first_of("\r\n"));
  text = std::string(core::trim(text.substr(0, text.find("Trace ID:"))));
  while (!text.empty() && text.back() == '.') text.pop_back();
  return text;
}

std::int64_t aadsts_code(const std::string& description) {
  constexpr std::string_view k_prefix = "AADSTS";
  std::int64_t code = 0;
  const auto at = description.find(k_prefix);
  if (at == std::string::npos) return 0;
  std::from_chars(description.data() + at + k_prefix.size(), description.data() + description.size(), code);
  return code;
}

json::object object_of(const std::string& text) {
  boost::system::error_code failure;
  json::value parsed = json::parse(text, failure);
  return !failure && parsed.is_object() ? parsed.get_object() : json::object();
}

constexpr const char* k_general_hint = "Check the service connection in the project's settings with its Verify button.";

}  // namespace

std::string sign_in_hint(std::int64_t code) {
  for (const Hint& hint : k_hints) {
    if (hint.code == code) return hint.text;
  }
  return {};
}

core::Error sign_in_error(const http::Request& request, const http::Response& response) {
  // Nobody was refused: the provider could not answer.
  if (response.status == 429 || response.status >= 500) return service_error(request, response, "can't sign in");
  const json::object answer = object_of(response.body);
  const std::string description = text_of(answer, "error_description");
  std::string reason = first_sentences(description);
  if (reason.empty()) reason = text_of(answer, "error");
  if (reason.empty()) reason = fmt::format("HTTP status {}", response.status);
  std::string correlation = text_of(answer, "correlation_id");
  if (correlation.empty()) correlation = response.headers.find("x-ms-request-id").value_or("");
  std::string hint = sign_in_hint(aadsts_code(description));
  if (hint.empty()) hint = k_general_hint;
  return {"credential-rejected", fmt::format("the service connection's identity was refused: {}.", reason),
          core::RequestPlace{request.method, http::loggable(request.url), response.status, correlation}, hint};
}

}  // namespace mlops::azure
