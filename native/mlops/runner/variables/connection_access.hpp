#pragma once

#include <mlops/http/transport.hpp>
#include <mlops/runner/variables/connections.hpp>
#include <string>

namespace mlops::runner {

/// The connection's address; empty when it has none.
std::string url_of(const Connection& connection);

/// A value of the connection beside its authorization, such as "subscriptionId"; names without regard to case.
std::string data_of(const Connection& connection, std::string_view name);

/// The header Authorization with which the service itself calls what the connection leads to: the token that the
/// connection holds, or one that its service principal gets from Microsoft Entra ID, as for the Resource Manager. Empty
/// for a connection without credentials. `even_when_cancelled` is for what undoes remote work. Throws core::Error
/// "connection-sign-in" where this machine can't sign in.
/// https://learn.microsoft.com/entra/identity-platform/v2-oauth2-client-creds-grant-flow
std::string authorization_of(const Connection& connection, http::Transport& transport, bool even_when_cancelled);

}  // namespace mlops::runner
