#include <boost/json.hpp>
#include <filesystem>
#include <mlops/agent/connection.hpp>
#include <mlops/core/text.hpp>

namespace mlops::agent {

namespace {

std::string text_of(const core::Environment& environment, const std::string& name) {
  return environment.get(name).value_or("");
}

std::vector<std::string> bypass_patterns(const std::string& list) {
  std::vector<std::string> patterns;
  boost::system::error_code failure;
  const boost::json::value parsed = boost::json::parse(list, failure);
  if (failure || !parsed.is_array()) return patterns;
  for (const auto& pattern : parsed.get_array()) {
    if (pattern.is_string()) patterns.emplace_back(pattern.get_string());
  }
  return patterns;
}

// no_proxy holds host names and suffixes; the settings hold regular expressions over URLs.
std::vector<std::string> patterns_of_no_proxy(const std::string& hosts) {
  std::vector<std::string> patterns;
  for (const auto& entry : core::split(hosts, ',')) {
    std::string host(core::trim(entry));
    if (host.empty()) continue;
    if (host == "*") return {".*"};
    if (host.front() == '.') host.erase(0, 1);
    patterns.push_back("^[a-z]+://([^/]*\\.)?" + core::replace_all(host, ".", "\\.") + "(:[0-9]+)?(/|$)");
  }
  return patterns;
}

std::string first_of(const core::Environment& environment, std::initializer_list<const char*> names) {
  for (const char* name : names) {
    if (const auto value = environment.get(name); value && !value->empty()) return *value;
  }
  return {};
}

// An agent passes passwords as secret variables; outside one they stand in the environment.
core::Secret password_of(core::Environment& environment, const Variables& variables, const std::string& name) {
  core::Secret plain(text_of(environment, name));
  environment.remove(name);
  return variables.find_secret(name).value_or(std::move(plain));
}

}  // namespace

http::NetworkSettings network_settings(core::Environment& environment, const Variables& variables) {
  http::NetworkSettings settings;
  settings.proxy_url = text_of(environment, "AGENT_PROXYURL");
  settings.proxy_username = text_of(environment, "AGENT_PROXYUSERNAME");
  settings.proxy_password = password_of(environment, variables, "AGENT_PROXYPASSWORD");
  settings.proxy_bypass = bypass_patterns(text_of(environment, "AGENT_PROXYBYPASSLIST"));
  if (settings.proxy_url.empty()) {
    settings.proxy_url = first_of(environment, {"https_proxy", "HTTPS_PROXY", "all_proxy", "ALL_PROXY"});
    settings.proxy_bypass = patterns_of_no_proxy(first_of(environment, {"no_proxy", "NO_PROXY"}));
  }
  settings.ca_file = first_of(environment, {"AGENT_CAINFO", "SSL_CERT_FILE"});
  if (const std::string folder = text_of(environment, "MLOPS_TASK_FOLDER"); !folder.empty()) {
    settings.bundled_ca_file = (std::filesystem::path(folder) / "certificates.pem").string();
  }
  settings.client_certificate_file = text_of(environment, "AGENT_CLIENTCERT");
  settings.client_key_file = text_of(environment, "AGENT_CLIENTCERTKEY");
  settings.client_archive_file = text_of(environment, "AGENT_CLIENTCERTARCHIVE");
  settings.client_key_password = password_of(environment, variables, "AGENT_CLIENTCERTPASSWORD");
  settings.skip_certificate_check =
      core::equals_ignoring_case(text_of(environment, "AGENT_SKIPCERTVALIDATION"), "true");
  return settings;
}

}  // namespace mlops::agent
