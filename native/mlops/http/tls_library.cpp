#include <curl/curl.h>

#include <mlops/http/tls_library.hpp>
#include <string_view>

namespace mlops::http {

bool is_schannel() {
  const char* library = curl_version_info(CURLVERSION_NOW)->ssl_version;
  return library && std::string_view(library).find("Schannel") != std::string_view::npos;
}

}  // namespace mlops::http
