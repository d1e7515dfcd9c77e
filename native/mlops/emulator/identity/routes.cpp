#include <fmt/format.h>
#include <openssl/crypto.h>

#include <mlops/core/error.hpp>
#include <mlops/core/hash.hpp>
#include <mlops/core/text.hpp>
#include <mlops/emulator/identity/routes.hpp>
#include <mlops/http/url.hpp>

namespace mlops::emulator {

namespace {

// https://learn.microsoft.com/entra/identity-platform/reference-error-codes
Response oauth_error(const Context& context, int status, const char* error, int code, const std::string& text) {
  const std::string trace = core::random_uuid();
  const std::string time = core::to_iso8601(context.clock.now());
  return Response::of_json(
      status, {{"error", error},
               {"error_description", fmt::format("AADSTS{}: {} Trace ID: {} Correlation ID: {} Timestamp: {}", code,
                                                 text, trace, core::random_uuid(), time)},
               {"error_codes", json::array{code}},
               {"timestamp", time},
               {"trace_id", trace}});
}

struct Form {
  std::vector<std::pair<std::string, std::string>> fields;

  std::string text(std::string_view name) const {
    for (const auto& [key, value] : fields) {
      if (key == name) return value;
    }
    return {};
  }
};

std::string audience_of(const Form& form) {
  std::string audience = form.text("resource");
  if (!audience.empty()) return audience;
  audience = form.text("scope");
  audience = audience.substr(0, audience.find(' '));
  constexpr std::string_view k_default = "/.default";
  if (audience.ends_with(k_default)) audience.erase(audience.size() - k_default.size());
  return audience;
}

bool is_the_secret(const std::string& given, const std::string& expected) {
  return given.size() == expected.size() && CRYPTO_memcmp(given.data(), expected.data(), given.size()) == 0;
}

// The claims of a federated assertion; its signature belongs to an issuer we can't ask.
bool is_plausible_assertion(const Context& context, const std::string& assertion) {
  const auto parts = core::split(assertion, '.');
  if (parts.size() != 3) return false;
  boost::system::error_code failure;
  try {
    const json::value claims = json::parse(core::base64_decode(parts[1]), failure);
    if (failure || !claims.is_object()) return false;
    const json::value* expiry = claims.get_object().if_contains("exp");
    const auto now = std::chrono::duration_cast<std::chrono::seconds>(context.clock.now().time_since_epoch()).count();
    return expiry && expiry->is_number() && expiry->to_number<double>() > static_cast<double>(now);
  } catch (const core::Error&) {
    return false;
  }
}

Response token(const Context& context, const Request& request, bool second_version) {
  const std::string& tenant = request.parameter("tenant");
  const Form form{http::parse_query(request.content())};
  if (!core::equals_ignoring_case(tenant, context.settings.tenant)) {
    return oauth_error(
        context, 400, "invalid_request", 90002,
        fmt::format("Tenant '{}' not found. Check to make sure you have the correct tenant ID.", tenant));
  }
  if (form.text("grant_type") != "client_credentials") {
    return oauth_error(context, 400, "unsupported_grant_type", 70003,
                       fmt::format("The app requested an unsupported grant type '{}'.", form.text("grant_type")));
  }
  const std::string client = form.text("client_id");
  if (!core::equals_ignoring_case(client, context.settings.client_id)) {
    return oauth_error(
        context, 400, "unauthorized_client", 700016,
        fmt::format("Application with identifier '{}' was not found in the directory '{}'.", client, tenant));
  }
  const std::string assertion = form.text("client_assertion");
  if (!assertion.empty() && !is_plausible_assertion(context, assertion)) {
    return oauth_error(context, 401, "invalid_client", 700024,
                       "Client assertion is not within its valid time range or is not a JSON Web Token.");
  }
  if (assertion.empty() && !is_the_secret(form.text("client_secret"), context.secrets.client_secret)) {
    return oauth_error(context, 401, "invalid_client", 7000215,
                       fmt::format("Invalid client secret provided. Ensure the secret being sent in the request is the "
                                   "client secret value, not the client secret ID, for a secret added to app '{}'.",
                                   client));
  }
  const std::string audience = audience_of(form);
  if (audience.empty()) {
    return oauth_error(context, 400, "invalid_request", 900144,
                       "The request body must contain the following parameter: 'scope'.");
  }
  const auto lifetime = context.settings.token_lifetime;
  const std::string issuer = fmt::format("{}/{}/", context.base_url, tenant);
  json::object answer{{"token_type", "Bearer"}, {"access_token", context.tokens.issue(audience, issuer, lifetime)}};
  if (second_version) {
    answer["expires_in"] = lifetime.count();
    answer["ext_expires_in"] = lifetime.count();
  } else {  // version 1 has numbers as texts
    const auto now = std::chrono::duration_cast<std::chrono::seconds>(context.clock.now().time_since_epoch());
    answer["expires_in"] = std::to_string(lifetime.count());
    answer["expires_on"] = std::to_string((now + lifetime).count());
    answer["resource"] = audience;
  }
  Response response = Response::of_json(200, answer);
  response.headers.set("Cache-Control", "no-store, no-cache");
  return response;
}

Response openid_configuration(const Context& context, const Request& request) {
  const std::string root = fmt::format("{}/{}", context.base_url, request.parameter("tenant"));
  return Response::of_json(200, {{"token_endpoint", root + "/oauth2/v2.0/token"},
                                 {"authorization_endpoint", root + "/oauth2/v2.0/authorize"},
                                 {"device_authorization_endpoint", root + "/oauth2/v2.0/devicecode"},
                                 {"jwks_uri", root + "/discovery/v2.0/keys"},
                                 {"issuer", root + "/v2.0"},
                                 {"token_endpoint_auth_methods_supported", {"client_secret_post", "private_key_jwt"}},
                                 {"response_types_supported", {"code", "id_token"}},
                                 {"subject_types_supported", json::array{"pairwise"}},
                                 {"id_token_signing_alg_values_supported", json::array{"RS256"}}});
}

Response instance_discovery(const Context& context, const Request&) {
  const std::string host = context.base_url.substr(context.base_url.find("://") + 3);
  return Response::of_json(
      200, {{"tenant_discovery_endpoint",
             fmt::format("{}/{}/v2.0/.well-known/openid-configuration", context.base_url, context.settings.tenant)},
            {"api-version", "1.1"},
            {"metadata", json::array{{{"preferred_network", host}, {"preferred_cache", host}, {"aliases", {host}}}}}});
}

// The storage suffix ends with '/', which keeps the account in the addresses that the SDK makes with urljoin.
Response cloud_metadata(const Context& context, const Request&) {
  const std::string& url = context.base_url;
  const json::value cloud{
      {"name", "AmlEmulator"},
      {"portal", "https://portal.azure.local/"},
      {"resourceManager", url},
      {"authentication",
       {{"loginEndpoint", url},
        {"audiences", {url, url + "/"}},
        {"tenant", context.settings.tenant},
        {"identityProvider", "AAD"}}},
      {"graph", url},
      {"suffixes",
       {{"storage", "localhost/"}, {"keyVaultDns", "vault.localhost"}, {"acrLoginServer", "acr.localhost"}}}};
  return Response::of_json(200, json::array{cloud});
}

}  // namespace

void add_identity_routes(Router& router, Context& context) {
  router.add(
      "post-token", "POST", "/{tenant}/oauth2/v2.0/token",
      [&context](const Request& request) { return token(context, request, true); }, Access::open);
  router.add(
      "post-token", "POST", "/{tenant}/oauth2/token",
      [&context](const Request& request) { return token(context, request, false); }, Access::open);
  const auto add = [&](const char* name, const char* pattern, Response (*answer)(const Context&, const Request&)) {
    router.add(
        name, "GET", pattern, [&context, answer](const Request& request) { return answer(context, request); },
        Access::open);
  };
  add("get-openid-configuration", "/{tenant}/v2.0/.well-known/openid-configuration", openid_configuration);
  add("get-openid-configuration", "/{tenant}/.well-known/openid-configuration", openid_configuration);
  add("get-instance-discovery", "/common/discovery/instance", instance_discovery);
  add("get-cloud-metadata", "/metadata/endpoints", cloud_metadata);
}

}  // namespace mlops::emulator
