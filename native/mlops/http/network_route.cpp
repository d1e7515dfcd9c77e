#include <curl/curl.h>
#include <fmt/format.h>

#include <array>
#include <filesystem>
#include <mlops/core/text.hpp>
#include <mlops/http/network_route.hpp>

namespace mlops::http {

namespace {

// The instance metadata service of a virtual machine, which hands out managed identity tokens, speaks plain http only;
// the address is not routed beyond the host.
constexpr const char* k_metadata_host = "169.254.169.254";

bool exists(const char* file) {
  std::error_code ignored;
  return file && std::filesystem::exists(file, ignored);
}

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

std::string fallback_ca_file() {
  const curl_version_info_data* info = curl_version_info(CURLVERSION_NOW);
  if (info->age >= CURLVERSION_SEVENTH && (exists(info->cainfo) || exists(info->capath))) return {};
  constexpr std::array k_places = {"/etc/ssl/certs/ca-certificates.crt",                 // Debian, Ubuntu, Alpine
                                   "/etc/pki/tls/certs/ca-bundle.crt",                   // Fedora, RHEL 6
                                   "/etc/pki/ca-trust/extracted/pem/tls-ca-bundle.pem",  // CentOS, RHEL 7 and later
                                   "/etc/ssl/ca-bundle.pem",                             // SUSE
                                   "/etc/ssl/cert.pem"};                                 // Alpine, macOS
  for (const char* place : k_places) {
    if (exists(place)) return place;
  }
  return {};
}

}  // namespace mlops::http
