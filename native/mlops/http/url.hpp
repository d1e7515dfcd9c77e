#pragma once

#include <mlops/core/secret.hpp>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace mlops::http {

/// Percent-encodes everything but the unreserved characters of RFC 3986.
std::string encode(std::string_view text);
/// The same, but leaves '/' as it is.
std::string encode_path(std::string_view path);
std::string decode(std::string_view text);

/// Appends `name=value` (encoded) with '?' or '&'.
std::string with_query(std::string url, std::string_view name, std::string_view value);

struct Url {
  std::string scheme;
  std::string host;   ///< lower case, without port
  int port = 0;       ///< the scheme's default when the URL names none
  std::string path;   ///< with the leading '/', still encoded
  std::string query;  ///< without '?', still encoded
};

/// Throws core::Error "url-invalid".
Url parse_url(const std::string& url);

/// Parameters of a query string, decoded, in order.
std::vector<std::pair<std::string, std::string>> parse_query(std::string_view query);

/// localhost, 127.0.0.0/8 or ::1.
bool is_loopback(std::string_view host);

/// The URL as it may be logged: the values of query parameters outside the allow-list (api-version, comp, restype,
/// and the like) are replaced by "***", user information is removed.
std::string loggable(const std::string& url);

/// A proxy's address as it may be logged, with or without a scheme: a proxy has no path, so that everything up to the
/// last '@' is user information, however wrongly it is written.
std::string loggable_proxy(const std::string& proxy);

/// The password in a proxy's address, as it stands there: encoded or not. Empty without one.
core::Secret password_of_proxy(const std::string& proxy);

}  // namespace mlops::http
