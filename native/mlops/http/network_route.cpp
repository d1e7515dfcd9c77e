#include <fmt/format.h>

#include <mlops/http/network_route.hpp>

namespace mlops::http {

namespace {

// The instance metadata service of a virtual machine, which hands out managed identity tokens, speaks plain http only;
// the address is not routed beyond the host.
constexpr const char* k_metadata_host = "169.254.169.254";

}  // namespace

NetworkRoute::NetworkRoute(const NetworkSettings& settings) : m_proxy(settings.proxy_url) {
  for (const auto& pattern : settings.proxy_bypass) {
    try {
      m_bypass.emplace_back(pattern, std::regex::ECMAScript | std::regex::icase);
    } catch (const std::regex_error&) {
      continue;
    }
  }
}

std::string NetworkRoute::proxy_for(const std::string& url, const Url& parts) const {
  if (m_proxy.empty() || is_loopback(parts.host) || parts.host == k_metadata_host) return {};
  const std::string address = url.substr(0, url.find('?'));
  for (const auto& pattern : m_bypass) {
    if (std::regex_search(address, pattern)) return {};
  }
  return m_proxy;
}

void NetworkRoute::check(const Request& request, const Url& parts) {
  const auto refuse = [&](const std::string& message, const std::string& hint) {
    throw TransportError(FailureKind::refused_by_policy, message, {request.method, loggable(request.url), 0, ""}, hint);
  };
  if (parts.scheme != "https" && parts.scheme != "http") {
    refuse(fmt::format("an address with the scheme \"{}\" can't be requested.", parts.scheme), "Use an https address.");
  }
  const bool stays_near = is_loopback(parts.host) || parts.host == k_metadata_host;
  if (parts.scheme == "http" && !stays_near && !request.allow_plain_http) {
    refuse(fmt::format("plain http to \"{}\" is refused: tokens and data would travel unprotected.", parts.host),
           "Use an https address; plain http works with this machine's own addresses only.");
  }
  for (const auto& [name, value] : request.headers.fields()) {
    if ((name + value).find_first_of(std::string_view("\r\n\0", 3)) != std::string::npos) {
      refuse(fmt::format("the header field \"{}\" holds a line break.", name.substr(0, name.find_first_of("\r\n"))),
             "Remove it from the value this field is made of.");
    }
  }
}

}  // namespace mlops::http
