#include <curl/curl.h>
#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <boost/asio/ip/address.hpp>
#include <memory>
#include <mlops/core/error.hpp>
#include <mlops/core/text.hpp>
#include <mlops/http/url.hpp>

namespace mlops::http {

namespace {

struct FreeUrl {
  void operator()(CURLU* url) const { curl_url_cleanup(url); }
};

std::string encode_all_but(std::string_view text, std::string_view kept) {
  constexpr std::string_view k_unreserved = "-._~";
  std::string result;
  result.reserve(text.size());
  for (const char c : text) {
    const bool alphanumeric = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
    if (alphanumeric || k_unreserved.find(c) != std::string_view::npos || kept.find(c) != std::string_view::npos) {
      result += c;
    } else {
      result += fmt::format("%{:02X}", static_cast<unsigned char>(c));
    }
  }
  return result;
}

int hex_digit(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  if (c >= 'A' && c <= 'F') return c - 'A' + 10;
  return -1;
}

// A part that the URL doesn't have is an empty text.
std::string part_of(CURLU* url, CURLUPart part, unsigned int flags = 0) {
  char* text = nullptr;
  if (curl_url_get(url, part, &text, flags) != CURLUE_OK) return {};
  std::string result(text);
  curl_free(text);
  return result;
}

}  // namespace

std::string encode(std::string_view text) {
  return encode_all_but(text, "");
}

std::string encode_path(std::string_view path) {
  return encode_all_but(path, "/");
}

std::string decode(std::string_view text) {
  std::string result;
  result.reserve(text.size());
  for (std::size_t i = 0; i < text.size(); ++i) {
    const int high = text[i] == '%' && i + 2 < text.size() ? hex_digit(text[i + 1]) : -1;
    const int low = high >= 0 ? hex_digit(text[i + 2]) : -1;
    if (low >= 0) {
      result += static_cast<char>(high * 16 + low);
      i += 2;
    } else {
      result += text[i];
    }
  }
  return result;
}

std::string with_query(std::string url, std::string_view name, std::string_view value) {
  url += url.find('?') == std::string::npos ? '?' : '&';
  // '$' stands unencoded in the names of OData parameters, and some services insist on it.
  url += encode_all_but(name, "$");
  url += '=';
  url += encode(value);
  return url;
}

// libcurl's own parser, so that what is checked here is what is connected to.
Url parse_url(const std::string& url) {
  const std::unique_ptr<CURLU, FreeUrl> parsed(curl_url());
  const CURLUcode code =
      curl_url_set(parsed.get(), CURLUPART_URL, url.c_str(), CURLU_NON_SUPPORT_SCHEME | CURLU_PATH_AS_IS);
  if (code != CURLUE_OK || url.find('\0') != std::string::npos) {
    throw core::Error("url-invalid",
                      fmt::format("\"{}\" is not a URL: {}.", loggable(url), core::to_lower(curl_url_strerror(code))));
  }
  Url result;
  result.scheme = core::to_lower(part_of(parsed.get(), CURLUPART_SCHEME));
  result.host = core::to_lower(part_of(parsed.get(), CURLUPART_HOST));
  if (result.host.size() > 2 && result.host.front() == '[') result.host = result.host.substr(1, result.host.size() - 2);
  const std::string port = part_of(parsed.get(), CURLUPART_PORT, CURLU_DEFAULT_PORT);
  result.port = port.empty() ? 0 : std::stoi(port);
  result.path = part_of(parsed.get(), CURLUPART_PATH);
  if (result.path.empty()) result.path = "/";
  result.query = part_of(parsed.get(), CURLUPART_QUERY);
  return result;
}

std::vector<std::pair<std::string, std::string>> parse_query(std::string_view query) {
  std::vector<std::pair<std::string, std::string>> parameters;
  for (const auto& part : core::split(query, '&')) {
    if (part.empty()) continue;
    const std::string text = core::replace_all(part, "+", " ");  // as HTML forms and Python's requests write a blank
    const auto equals = text.find('=');
    const std::string value = equals == std::string::npos ? std::string() : decode(text.substr(equals + 1));
    parameters.emplace_back(decode(text.substr(0, equals)), value);
  }
  return parameters;
}

bool is_loopback(std::string_view host) {
  std::string text = core::to_lower(host);
  if (text.size() > 2 && text.front() == '[' && text.back() == ']') text = text.substr(1, text.size() - 2);
  if (text == "localhost") return true;
  boost::system::error_code failure;
  const auto address = boost::asio::ip::make_address(text, failure);
  return !failure && address.is_loopback();
}

}  // namespace mlops::http
