#include <array>
#include <mlops/core/text.hpp>
#include <mlops/http/url.hpp>
#include <optional>

namespace mlops::http {

namespace {

// Names whose values hold no secret. Whatever is not listed is masked, so that a new parameter is safe by default. The
// parts of a shared access signature (sv, sp, se, ...) say what it allows and until when; only `sig` is the secret.
constexpr std::array k_shown = {"api-version",
                                "asset_name",
                                "blockid",
                                "blocklisttype",
                                "client_id",
                                "comp",
                                "computeid",
                                "count",
                                "delimiter",
                                "filter",
                                "hash",
                                "include",
                                "listviewtype",
                                "max_results",
                                "maxresults",
                                "metric_key",
                                "name",
                                "orderby",
                                "path",
                                "prefix",
                                "properties",
                                "resource",
                                "restype",
                                "run_id",
                                "run_uuid",
                                "se",
                                "serviceconnectionid",
                                "ske",
                                "skipvalidation",
                                "skoid",
                                "sks",
                                "skt",
                                "sktid",
                                "skv",
                                "sp",
                                "spr",
                                "sr",
                                "st",
                                "sv",
                                "tag",
                                "tags",
                                "timeout",
                                "top",
                                "version",
                                "versionname",
                                "$expand",
                                "$filter",
                                "$orderby",
                                "$select",
                                "$top"};

bool is_shown(const std::string& name) {
  for (const char* shown : k_shown) {
    if (core::equals_ignoring_case(name, shown)) return true;
  }
  return false;
}

std::string masked_query(std::string_view query) {
  std::vector<std::string> parts;
  for (const auto& part : core::split(query, '&')) {
    const auto equals = part.find('=');
    if (equals == std::string::npos || is_shown(part.substr(0, equals))) {
      parts.push_back(part);
    } else {
      parts.push_back(part.substr(0, equals) + "=***");
    }
  }
  return core::join(parts, "&");
}

}  // namespace

std::string loggable(const std::string& url) {
  std::string text = url.substr(0, url.find('#'));
  std::string query;
  if (const auto mark = text.find('?'); mark != std::string::npos) {
    query = "?" + masked_query(text.substr(mark + 1));
    text.erase(mark);
  }
  if (const auto scheme = text.find("://"); scheme != std::string::npos) {
    const std::size_t host = scheme + 3;
    const auto user_end = text.substr(0, text.find('/', host)).rfind('@');
    if (user_end != std::string::npos && user_end >= host) text.erase(host, user_end + 1 - host);
  }
  return text + query;
}

namespace {

// Where user information begins in a proxy's address, and where it ends with '@'; empty without any.
std::optional<std::pair<std::size_t, std::size_t>> user_information(const std::string& proxy) {
  const auto end = proxy.rfind('@');
  if (end == std::string::npos) return std::nullopt;
  const auto scheme = proxy.find("://");
  const bool has_scheme = scheme < end && proxy.find(':') == scheme;
  return std::pair{has_scheme ? scheme + 3 : 0, end};
}

}  // namespace

std::string loggable_proxy(const std::string& proxy) {
  const auto user = user_information(proxy);
  return user ? proxy.substr(0, user->first) + proxy.substr(user->second + 1) : proxy;
}

core::Secret password_of_proxy(const std::string& proxy) {
  const auto user = user_information(proxy);
  if (!user) return {};
  const std::string both = proxy.substr(user->first, user->second - user->first);
  const auto colon = both.find(':');
  return core::Secret(colon == std::string::npos ? "" : both.substr(colon + 1));
}

}  // namespace mlops::http
