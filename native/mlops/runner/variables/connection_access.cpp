#include <fmt/format.h>

#include <boost/json.hpp>
#include <mlops/core/error.hpp>
#include <mlops/core/text.hpp>
#include <mlops/http/url.hpp>
#include <mlops/runner/variables/connection_access.hpp>

namespace mlops::runner {

namespace {

// Where the connection doesn't say it: the public cloud.
constexpr const char* k_authority = "https://login.microsoftonline.com/";
constexpr const char* k_audience = "https://management.core.windows.net/";

std::string value_of(const Connection& connection, std::string_view before, std::string_view after = {}) {
  const auto wanted = fmt::format("{}{}{}", before, connection.key, after);
  for (const auto& [name, value] : connection.environment) {
    if (core::equals_ignoring_case(name, wanted)) return value;
  }
  return {};
}

std::string parameter_of(const Connection& connection, std::string_view name) {
  return value_of(connection, "ENDPOINT_AUTH_PARAMETER_", fmt::format("_{}", name));
}

std::string first_of(const Connection& connection, std::initializer_list<std::string_view> names,
                     std::string_view otherwise) {
  for (const auto name : names) {
    if (auto value = data_of(connection, name); !value.empty()) return value;
  }
  return std::string(otherwise);
}

core::Error sign_in_error(const std::string& what, const core::Place& place) {
  return {"connection-sign-in", what, place,
          "An agentless task on this machine signs in with a service principal's key, or with the access token in "
          "ENDPOINT_AUTH_PARAMETER_<GUID>_ACCESSTOKEN."};
}

http::Request token_request(const Connection& connection) {
  std::string authority = first_of(connection, {"activeDirectoryAuthority", "environmentAuthorityUrl"}, k_authority);
  if (!authority.ends_with('/')) authority += '/';
  const auto audience = first_of(connection, {"activeDirectoryServiceEndpointResourceId"}, k_audience);
  http::Request request{
      .method = "POST",
      .url = fmt::format("{}{}/oauth2/v2.0/token", authority, http::encode(parameter_of(connection, "TENANTID")))};
  request.headers = {{"Content-Type", "application/x-www-form-urlencoded"}, {"Accept", "application/json"}};
  request.body =
      fmt::format("grant_type=client_credentials&client_id={}&client_secret={}&scope={}",
                  http::encode(parameter_of(connection, "SERVICEPRINCIPALID")),
                  http::encode(parameter_of(connection, "SERVICEPRINCIPALKEY")), http::encode(audience + "/.default"));
  return request;
}

}  // namespace

std::string url_of(const Connection& connection) {
  return value_of(connection, "ENDPOINT_URL_");
}

std::string data_of(const Connection& connection, std::string_view name) {
  return value_of(connection, "ENDPOINT_DATA_", fmt::format("_{}", name));
}

std::string authorization_of(const Connection& connection, http::Transport& transport, bool even_when_cancelled) {
  if (const auto token = parameter_of(connection, "ACCESSTOKEN"); !token.empty()) return "Bearer " + token;
  if (parameter_of(connection, "SERVICEPRINCIPALID").empty()) return {};
  if (parameter_of(connection, "SERVICEPRINCIPALKEY").empty()) {
    throw sign_in_error("the service connection has a service principal, but no key for it.", {});
  }
  auto request = token_request(connection);
  request.even_when_cancelled = even_when_cancelled;
  const auto response = transport.send(request);
  boost::json::error_code failure;
  const auto answer = boost::json::parse(response.body, failure);
  const auto* object = failure ? nullptr : answer.if_object();
  const auto* token = object ? object->if_contains("access_token") : nullptr;
  if (!response.ok() || !token || !token->is_string()) {
    throw sign_in_error("the service principal of the service connection got no access token.",
                        core::RequestPlace{request.method, http::loggable(request.url), response.status, ""});
  }
  return "Bearer " + std::string(token->get_string());
}

}  // namespace mlops::runner
