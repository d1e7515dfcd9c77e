#pragma once

#include <mlops/http/transport.hpp>
#include <mlops/http/url.hpp>
#include <regex>
#include <string>
#include <vector>

namespace mlops::http {

/// Which way a request goes: whether it may be sent at all, and through which proxy.
class NetworkRoute {
 public:
  /// Bypass patterns that are no regular expression are skipped, as the agent does.
  explicit NetworkRoute(const NetworkSettings& settings);

  /// The proxy for a URL, empty for none. Loopback and link-local metadata addresses never go through one.
  std::string proxy_for(const std::string& url, const Url& parts) const;

  /// Throws TransportError refused_by_policy for what is never sent: schemes other than https, plain http to another
  /// host than this one (the cloud's metadata address 169.254.169.254 and Request::allow_plain_http apart), header
  /// fields with line breaks.
  static void check(const Request& request, const Url& parts);

 private:
  std::string m_proxy;
  std::vector<std::regex> m_bypass;
};

}  // namespace mlops::http
