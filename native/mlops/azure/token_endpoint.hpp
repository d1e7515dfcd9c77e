#pragma once

#include <boost/json.hpp>
#include <mlops/azure/token_source.hpp>
#include <mlops/http/client.hpp>
#include <string>
#include <utility>
#include <vector>

namespace mlops::azure {

/// Fields of a form, application/x-www-form-urlencoded.
using Form = std::vector<std::pair<std::string, std::string>>;

/// The token endpoint of a tenant, "https://login.microsoftonline.com/<tenant>/oauth2/v2.0/token".
std::string token_url(const Principal& principal);

/// `<resource>/.default`. A resource that ends with '/' keeps it, "https://management.azure.com//.default": otherwise
/// the token's audience would lack the slash, and services that compare it exactly would refuse it.
std::string scope_of(const std::string& resource);

/// Retries for requests to identity providers, with notes in the debug log.
std::unique_ptr<http::Transport> identity_transport(agent::Services& services);

/// Posts the client credentials grant with what proves the client (`proof`) and reads the token. Throws core::Error
/// "credential-rejected".
AccessToken request_token(http::Transport& transport, agent::Services& services, const Principal& principal,
                          const std::string& resource, const Form& proof);

/// Reads access_token and expires_in or expires_on; registers the token as a secret. Throws core::Error
/// "credential-rejected" when it isn't a token.
AccessToken read_token(const http::Request& request, const http::Response& response, agent::Services& services);

/// Entra's error answer in one sentence, with a hint for the codes that users meet. `connection` parts are not needed:
/// the answer says it all.
core::Error sign_in_error(const http::Request& request, const http::Response& response);

/// The hint for an AADSTS code, empty for an unknown one.
std::string sign_in_hint(std::int64_t code);

}  // namespace mlops::azure
