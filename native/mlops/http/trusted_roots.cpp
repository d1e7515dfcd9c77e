#include <curl/curl.h>

#include <array>
#include <filesystem>
#include <mlops/http/tls_library.hpp>
#include <mlops/http/trusted_roots.hpp>

namespace mlops::http {

namespace {

constexpr std::array k_places = {"/etc/ssl/certs/ca-certificates.crt",                 // Debian, Ubuntu, Alpine
                                 "/etc/pki/tls/certs/ca-bundle.crt",                   // Fedora, RHEL 6
                                 "/etc/pki/ca-trust/extracted/pem/tls-ca-bundle.pem",  // CentOS, RHEL 7 and later
                                 "/etc/ssl/ca-bundle.pem",                             // SUSE
                                 "/etc/ssl/cert.pem"};                                 // Alpine, macOS

bool is_there(const char* file) {
  std::error_code ignored;
  return file && std::filesystem::exists(file, ignored);
}

}  // namespace

SystemRoots system_roots() {
  const curl_version_info_data* info = curl_version_info(CURLVERSION_NOW);
  const bool built_in = info->age >= CURLVERSION_SEVENTH && (is_there(info->cainfo) || is_there(info->capath));
  return {built_in || is_schannel(), k_places};
}

TrustedRoots trusted_roots(const NetworkSettings& settings, const SystemRoots& system) {
  if (!settings.ca_file.empty()) return {settings.ca_file, "the agent's settings, " + settings.ca_file};
  if (system.in_library) return {{}, "the system's store"};
  for (const char* place : system.places) {
    if (is_there(place)) return {place, std::string("the system's, ") + place};
  }
  if (is_there(settings.bundled_ca_file.c_str())) {
    return {settings.bundled_ca_file, "those that came with the task, " + settings.bundled_ca_file};
  }
  return {{}, "none: this machine has no certificates"};
}

}  // namespace mlops::http
