#include <mlops/http/curl_exchange.hpp>
#include <mlops/http/curl_failure.hpp>
#include <mlops/http/curl_handles.hpp>
#include <mlops/http/curl_limits.hpp>
#include <mlops/http/network_route.hpp>
#include <mlops/http/tls_library.hpp>
#include <mlops/http/trusted_roots.hpp>

namespace mlops::http {

namespace {

using std::chrono::milliseconds;

// Of Windows' TLS alone, which checks whether a certificate was revoked: a private authority often publishes no list,
// and a closed network lets nobody fetch one. What is known to be revoked is refused.
constexpr long k_revocation = CURLSSLOPT_REVOKE_BEST_EFFORT;

/// Takes the easy handle out of the multi handle however the transfer ends.
class Attached {
 public:
  Attached(CURLM* multi, CURL* easy) : m_multi(multi), m_easy(easy) { curl_multi_add_handle(multi, easy); }

  ~Attached() { curl_multi_remove_handle(m_multi, m_easy); }

  Attached(const Attached&) = delete;
  Attached& operator=(const Attached&) = delete;

 private:
  CURLM* m_multi;
  CURL* m_easy;
};

CURLcode result_of(CURLM* multi) {
  int left = 0;
  const CURLMsg* message = curl_multi_info_read(multi, &left);
  return message ? message->data.result : CURLE_FAILED_INIT;
}

void set_if(CURL* easy, CURLoption option, const std::string& value) {
  if (!value.empty()) curl_easy_setopt(easy, option, value.c_str());
}

class CurlTransport : public Transport {
 public:
  CurlTransport(NetworkSettings settings, const core::Cancellation& cancellation, CurlLimits limits)
      : m_settings(std::move(settings)),
        m_cancellation(cancellation),
        m_limits(limits),
        m_route(m_settings),
        m_roots(trusted_roots(m_settings, system_roots())) {}

  Response send(const Request& request) override {
    if (!request.even_when_cancelled) m_cancellation.check();
    const Url parts = parse_url(request.url);
    NetworkRoute::check(request, parts);
    const std::string proxy = m_route.proxy_for(request.url, parts);

    const CurlLanes::Loan lane(m_lanes);
    set_connection_options(lane.easy(), proxy);
    set_time_limits(lane.easy(), request);
    CurlExchange exchange(lane.easy(), request);
    const CURLcode code = transfer(lane, request);
    if (exchange.thrown()) std::rethrow_exception(exchange.thrown());
    if (code != CURLE_OK) throw failure_of({lane.easy(), code, exchange.error_text(), proxy, request});
    return exchange.take_response();
  }

 private:
  CURLcode transfer(const CurlLanes::Loan& lane, const Request& request) const {
    const Attached attached(lane.multi(), lane.easy());
    for (int running = 1;;) {
      const CURLMcode code = curl_multi_perform(lane.multi(), &running);
      if (code != CURLM_OK) return CURLE_FAILED_INIT;
      if (running == 0) return result_of(lane.multi());
      if (!request.even_when_cancelled && m_cancellation.requested()) {
#if LIBCURL_VERSION_NUM >= 0x075700
        curl_easy_setopt(lane.easy(), CURLOPT_QUICK_EXIT, 1L);  // don't wait for a name lookup that hangs
#endif
        m_cancellation.check();
      }
      curl_multi_poll(lane.multi(), nullptr, 0, static_cast<int>(m_limits.poll.count()), nullptr);
    }
  }

  void set_connection_options(CURL* easy, const std::string& proxy) const {
    curl_easy_setopt(easy, CURLOPT_NOSIGNAL, 1L);
    curl_easy_setopt(easy, CURLOPT_PROTOCOLS_STR, "http,https");
    curl_easy_setopt(easy, CURLOPT_FOLLOWLOCATION, 0L);
    curl_easy_setopt(easy, CURLOPT_HTTP_VERSION, static_cast<long>(CURL_HTTP_VERSION_2TLS));
    curl_easy_setopt(easy, CURLOPT_TCP_KEEPALIVE, 1L);
    curl_easy_setopt(easy, CURLOPT_BUFFERSIZE, 128L * 1024L);
    set_proxy_options(easy, proxy);
    set_tls_options(easy);
  }

  // An empty proxy also switches off libcurl's own reading of the *_proxy variables.
  void set_proxy_options(CURL* easy, const std::string& proxy) const {
    curl_easy_setopt(easy, CURLOPT_PROXY, proxy.c_str());
    curl_easy_setopt(easy, CURLOPT_NOPROXY, "");
    if (proxy.empty()) return;
    curl_easy_setopt(easy, CURLOPT_SUPPRESS_CONNECT_HEADERS, 1L);
    curl_easy_setopt(easy, CURLOPT_HEADEROPT, static_cast<long>(CURLHEADER_SEPARATE));  // no token for the proxy
    curl_easy_setopt(easy, CURLOPT_PROXYAUTH, static_cast<long>(CURLAUTH_ANY));
    set_if(easy, CURLOPT_PROXYUSERNAME, m_settings.proxy_username);
    set_if(easy, CURLOPT_PROXYPASSWORD, m_settings.proxy_password.reveal());
    set_if(easy, CURLOPT_PROXY_CAINFO, m_roots.file);
    curl_easy_setopt(easy, CURLOPT_PROXY_SSL_OPTIONS, k_revocation);
  }

  void set_tls_options(CURL* easy) const {
    curl_easy_setopt(easy, CURLOPT_SSLVERSION, static_cast<long>(CURL_SSLVERSION_TLSv1_2));
    set_if(easy, CURLOPT_CAINFO, m_roots.file);
    curl_easy_setopt(easy, CURLOPT_SSL_OPTIONS, k_revocation);
    set_client_certificate(easy);
    if (m_settings.skip_certificate_check) {
      curl_easy_setopt(easy, CURLOPT_SSL_VERIFYPEER, 0L);
      curl_easy_setopt(easy, CURLOPT_SSL_VERIFYHOST, 0L);
    }
  }

  // An agent names the certificate in both forms; Windows' TLS reads the archive alone.
  void set_client_certificate(CURL* easy) const {
    const bool as_archive = is_schannel() || m_settings.client_certificate_file.empty();
    if (as_archive && !m_settings.client_archive_file.empty()) {
      curl_easy_setopt(easy, CURLOPT_SSLCERTTYPE, "P12");
      curl_easy_setopt(easy, CURLOPT_SSLCERT, m_settings.client_archive_file.c_str());
    } else {
      set_if(easy, CURLOPT_SSLCERT, m_settings.client_certificate_file);
      set_if(easy, CURLOPT_SSLKEY, m_settings.client_key_file);
    }
    set_if(easy, CURLOPT_KEYPASSWD, m_settings.client_key_password.reveal());
  }

  void set_time_limits(CURL* easy, const Request& request) const {
    milliseconds limit = request.timeout;
    if (m_cancellation.requested() && (limit.count() == 0 || limit > m_limits.when_cancelled)) {
      limit = m_limits.when_cancelled;
    }
    curl_easy_setopt(easy, CURLOPT_CONNECTTIMEOUT_MS, static_cast<long>(m_limits.connect.count()));
    if (limit.count() > 0) {
      curl_easy_setopt(easy, CURLOPT_TIMEOUT_MS, static_cast<long>(limit.count()));
    } else {
      curl_easy_setopt(easy, CURLOPT_LOW_SPEED_LIMIT, 1L);
      curl_easy_setopt(easy, CURLOPT_LOW_SPEED_TIME, static_cast<long>(m_limits.stall.count()));
    }
  }

  NetworkSettings m_settings;
  const core::Cancellation& m_cancellation;
  CurlLimits m_limits;
  NetworkRoute m_route;
  TrustedRoots m_roots;
  CurlLanes m_lanes;
};

}  // namespace

std::unique_ptr<Transport> curl_transport(NetworkSettings settings, const core::Cancellation& cancellation,
                                          CurlLimits limits) {
  return std::make_unique<CurlTransport>(std::move(settings), cancellation, limits);
}

std::unique_ptr<Transport> curl_transport(NetworkSettings settings, const core::Cancellation& cancellation) {
  return curl_transport(std::move(settings), cancellation, CurlLimits());
}

}  // namespace mlops::http
