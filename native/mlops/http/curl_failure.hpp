#pragma once

#include <curl/curl.h>

#include <mlops/http/transport.hpp>
#include <string>

namespace mlops::http {

/// What is needed to say why a transfer failed.
struct FailedTransfer {
  CURL* easy;
  CURLcode code;
  std::string text;   ///< libcurl's own words
  std::string proxy;  ///< the proxy in use, empty for none
  const Request& request;
};

/// The failure in words that say what to look at.
TransportError failure_of(const FailedTransfer& transfer);

}  // namespace mlops::http
