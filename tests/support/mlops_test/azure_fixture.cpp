#include <mlops_test/azure_fixture.hpp>

#include <mlops/http/url.hpp>

namespace mlops::test {

std::map<std::string, std::string> connection_variables(const std::map<std::string, std::string>& changes) {
  const std::string parameter = "ENDPOINT_AUTH_PARAMETER_" + k_connection + "_";
  std::map<std::string, std::string> variables = {
      {"ENDPOINT_URL_" + k_connection, k_arm + "/"},
      {"ENDPOINT_AUTH_SCHEME_" + k_connection, "ServicePrincipal"},
      {"ENDPOINT_AUTH_" + k_connection, "{\"scheme\":\"ServicePrincipal\",\"parameters\":{}}"},
      {parameter + "SERVICEPRINCIPALID", "client"},
      {parameter + "SERVICEPRINCIPALKEY", "the-secret+key"},
      {parameter + "TENANTID", "tenant"},
      {"ENDPOINT_DATA_" + k_connection + "_SUBSCRIPTIONID", "sub"},
      {"ENDPOINT_DATA_" + k_connection + "_ENVIRONMENT", "AzureCloud"}};
  for (const auto& [name, value] : changes) {
    variables.erase(name);
    if (!value.empty()) variables[name] = value;
  }
  return variables;
}

AzureWorld::AzureWorld(const std::map<std::string, std::string>& changes) : World(connection_variables(changes)) {
  transport.on("POST", "/oauth2/v2.0/token", [this](const http::Request&) {
    return http::Response{200,
                          {},
                          "{\"token_type\":\"Bearer\",\"expires_in\":" + std::to_string(token_life) +
                              ",\"access_token\":\"token-" + std::to_string(++tokens) + "\"}"};
  });
}

std::vector<std::string> AzureWorld::service_lines() const {
  std::vector<std::string> lines;
  for (const auto& line : transport.lines()) {
    if (line.find("/oauth2/") == std::string::npos) lines.push_back(line);
  }
  return lines;
}

core::Error error_of(const std::function<void()>& call) {
  try {
    call();
  } catch (const core::Error& error) {
    return error;
  }
  FAIL("it did not fail");
  throw std::logic_error("not reached");
}

std::map<std::string, std::string> form_of(const http::Request& request) {
  std::map<std::string, std::string> fields;
  for (const auto& [name, value] : http::parse_query(body_of(request))) fields[name] = value;
  return fields;
}

}  // namespace mlops::test
