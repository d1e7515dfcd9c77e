#include <fmt/format.h>

#include <mlops/azure/long_running.hpp>
#include <mlops/core/text.hpp>
#include <mlops/http/url.hpp>

namespace mlops::azure {

namespace {

// "management.azure.com" -> "azure.com"; empty for addresses that are numbers.
std::string domain_of(const std::string& host) {
  const bool number = host.find_first_not_of("0123456789.") == std::string::npos || host.find(':') != std::string::npos;
  const auto last = host.rfind('.');
  if (number || last == std::string::npos || last == 0) return {};
  const auto before = host.rfind('.', last - 1);
  return before == std::string::npos ? host : host.substr(before + 1);
}

bool same_place(const http::Url& ours, const http::Url& theirs) {
  if (ours.scheme != theirs.scheme || ours.port != theirs.port) return false;
  if (ours.host == theirs.host) return true;
  if (http::is_loopback(ours.host) && http::is_loopback(theirs.host)) return true;
  const std::string domain = domain_of(ours.host);
  return !domain.empty() && domain == domain_of(theirs.host);
}

}  // namespace

void require_trusted_address(const Session& session, const http::Request& request, const std::string& url) {
  const http::Url ours = http::parse_url(session.cloud().resource_manager);
  const http::Url theirs = http::parse_url(url);
  if (same_place(ours, theirs)) return;
  throw core::Error("answer-invalid",
                    fmt::format("the service refers to \"{}\", outside the domain of \"{}\"; the token is not sent "
                                "there.",
                                theirs.host, ours.host),
                    core::RequestPlace{request.method, http::loggable(request.url), 0, ""},
                    "Check the Resource Manager address of the service connection.");
}

}  // namespace mlops::azure
