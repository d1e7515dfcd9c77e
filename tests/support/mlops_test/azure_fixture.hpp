#pragma once

#include <mlops/azure/session.hpp>
#include <mlops_test/catch.hpp>
#include <mlops_test/fakes.hpp>
#include <string>

namespace mlops::test {

inline const std::string k_connection = "aaaa-bbbb";
inline const std::string k_arm = "https://management.azure.com";
inline const std::string k_token_url = "https://login.microsoftonline.com/tenant/oauth2/v2.0/token";

/// The variables of a public-cloud connection with a secret, and what is added or replaced ("" removes).
std::map<std::string, std::string> connection_variables(const std::map<std::string, std::string>& changes = {});

/// A world with a connection, where the token endpoint answers "token-1", "token-2", ...
struct AzureWorld : World {
  explicit AzureWorld(const std::map<std::string, std::string>& changes = {});
  /// The requests but for those to the token endpoint.
  std::vector<std::string> service_lines() const;
  int tokens = 0;
  int token_life = 3600;
};

/// The error that the call ends with; fails the test when it doesn't.
core::Error error_of(const std::function<void()>& call);

/// Fields of a form body by name, decoded.
std::map<std::string, std::string> form_of(const http::Request& request);

}  // namespace mlops::test
