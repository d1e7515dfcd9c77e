#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <mlops/core/text.hpp>
#include <mlops/http/curl_failure.hpp>
#include <mlops/http/url.hpp>
#include <system_error>

namespace mlops::http {

namespace {

constexpr const char* k_trust_hint =
    "If the network's proxy or the service uses a certificate authority of your own, configure the agent with "
    "--sslcacert, or name a PEM file in AGENT_CAINFO.";

struct Reason {
  FailureKind kind;
  std::string message;
  std::string hint;
};

std::string address_of(const FailedTransfer& transfer) {
  const Url url = parse_url(transfer.request.url);
  return url.host.find(':') == std::string::npos ? fmt::format("{}:{}", url.host, url.port)
                                                 : fmt::format("[{}]:{}", url.host, url.port);
}

long number_of(const FailedTransfer& transfer, CURLINFO info) {
  long value = 0;
  curl_easy_getinfo(transfer.easy, info, &value);
  return value;
}

bool request_was_sent(const FailedTransfer& transfer) {
  curl_off_t microseconds = 0;
  curl_easy_getinfo(transfer.easy, CURLINFO_PRETRANSFER_TIME_T, &microseconds);
  return microseconds > 0;
}

// The system's own word ("Connection refused") says it best; libcurl's repeats the address.
std::string connect_text(const FailedTransfer& transfer) {
  const long error = number_of(transfer, CURLINFO_OS_ERRNO);
  if (error == 0) return transfer.text.empty() ? curl_easy_strerror(transfer.code) : transfer.text;
  std::string text = std::system_category().message(static_cast<int>(error));
  while (!text.empty() && text.back() == '.') text.pop_back();  // Windows makes it a sentence
  return text;
}

std::string reachability_hint(const FailedTransfer& transfer) {
  if (!transfer.proxy.empty()) {
    return fmt::format("The agent's proxy {} is used; check that it is right, or add the host to .proxybypass.",
                       loggable_proxy(transfer.proxy));
  }
  return "Check that the agent can reach it (firewall, private endpoint); behind a proxy, configure the agent with "
         "--proxyurl.";
}

enum class Distrust { revoked, expired, not_yet_valid, out_of_time, other_host, self_signed, unknown_authority };

struct DistrustText {
  std::string_view part;
  Distrust distrust;
};

// What OpenSSL, mbedTLS and Schannel say through libcurl; a certificate can have several faults, the first one is told.
constexpr std::array k_distrust_texts = {
    DistrustText{"REVOKED", Distrust::revoked},
    DistrustText{"certificate has expired", Distrust::expired},
    DistrustText{"validity has expired", Distrust::expired},
    DistrustText{"CERT_EXPIRED", Distrust::expired},
    DistrustText{"not yet valid", Distrust::not_yet_valid},
    DistrustText{"starts in the future", Distrust::not_yet_valid},
    DistrustText{"NOT_TIME_VALID", Distrust::out_of_time},
    DistrustText{"subject name", Distrust::other_host},
    DistrustText{"does not match with the expected CN", Distrust::other_host},
    DistrustText{"CERT_E_CN_NO_MATCH", Distrust::other_host},
    DistrustText{"failed to match connection hostname", Distrust::other_host},
    DistrustText{"WRONG_PRINCIPAL", Distrust::other_host},
    DistrustText{"self-signed", Distrust::self_signed},
    DistrustText{"self signed", Distrust::self_signed},
    DistrustText{"issuer certificate", Distrust::unknown_authority},
    DistrustText{"verify the first certificate", Distrust::unknown_authority},
    DistrustText{"not correctly signed by the trusted CA", Distrust::unknown_authority},
    DistrustText{"UNTRUSTED_ROOT", Distrust::unknown_authority},
    DistrustText{"CERT_TRUST_IS_PARTIAL_CHAIN", Distrust::unknown_authority},
};

struct DistrustReason {
  std::string_view why;
  std::string_view hint;
};

DistrustReason reason_of(Distrust distrust) {
  switch (distrust) {
    case Distrust::revoked:
      return {"its authority has revoked it", "The server needs a new one."};
    case Distrust::expired:
      return {"it has expired", "Renew it, and check this machine's clock."};
    case Distrust::not_yet_valid:
      return {"it is not valid yet", "Check this machine's clock."};
    case Distrust::out_of_time:  // Windows doesn't say which
      return {"it has expired or is not valid yet", "Renew it, and check this machine's clock."};
    case Distrust::other_host:
      return {"it was issued for another host name",
              "Check the address; a proxy that breaks up connections also shows itself like this."};
    case Distrust::self_signed:
      return {"it is self-signed by an authority that this machine does not trust", k_trust_hint};
    case Distrust::unknown_authority:
      break;
  }
  return {"it comes from an authority that this machine does not know", k_trust_hint};
}

Reason certificate_reason(const FailedTransfer& transfer) {
  const std::string text = transfer.text.empty() ? curl_easy_strerror(transfer.code) : transfer.text;
  const auto* const known =
      std::find_if(k_distrust_texts.begin(), k_distrust_texts.end(),
                   [&](const DistrustText& fault) { return text.find(fault.part) != std::string::npos; });
  const DistrustReason reason =
      known == k_distrust_texts.end() ? DistrustReason{text, k_trust_hint} : reason_of(known->distrust);
  return {
      FailureKind::tls,
      fmt::format("the certificate of \"{}\" is not accepted: {}.", parse_url(transfer.request.url).host, reason.why),
      std::string(reason.hint)};
}

Reason proxy_refusal(const FailedTransfer& transfer, long status) {
  const std::string proxy = loggable_proxy(transfer.proxy);
  if (status == 407) {
    return {FailureKind::refused_by_policy, fmt::format("the proxy {} asks for a user name and a password.", proxy),
            "Configure the agent with --proxyusername and --proxypassword."};
  }
  const bool temporary = status >= 500;
  return {temporary ? FailureKind::connect : FailureKind::refused_by_policy,
          fmt::format("the proxy {} refused a tunnel to {} with status {}.", proxy, address_of(transfer), status),
          "Ask who runs the proxy to allow this address, or add the host to the agent's .proxybypass."};
}

Reason timeout_reason(const FailedTransfer& transfer) {
  if (!request_was_sent(transfer)) {
    return {FailureKind::connect, fmt::format("no connection to {} came about in time.", address_of(transfer)),
            reachability_hint(transfer)};
  }
  const auto limit = std::chrono::duration<double>(transfer.request.timeout).count();
  if (limit == 0 || core::to_lower(transfer.text).find("too slow") != std::string::npos) {
    return {FailureKind::timeout, "the transfer stalled: hardly a byte came or went for too long.", ""};
  }
  return {FailureKind::timeout, fmt::format("no complete answer came within {:g} s.", limit), ""};
}

// OpenSSL reports a connection that breaks during the handshake as a TLS failure; a new connection may well work.
Reason handshake_reason(const FailedTransfer& transfer) {
  const bool broken = transfer.text.find("SSL_ERROR_SYSCALL") != std::string::npos ||
                      transfer.text.find("reset") != std::string::npos ||
                      transfer.text.find("unexpected eof") != std::string::npos;
  return {broken ? FailureKind::connect : FailureKind::tls,
          fmt::format("no secure connection to {}: {}.", address_of(transfer), transfer.text),
          broken ? reachability_hint(transfer) : "The server must offer TLS 1.2 or later; a proxy between may not."};
}

Reason reason_of(const FailedTransfer& transfer) {
  const long tunnel_status = number_of(transfer, CURLINFO_HTTP_CONNECTCODE);
  if (!transfer.proxy.empty() && tunnel_status >= 300) return proxy_refusal(transfer, tunnel_status);
  switch (transfer.code) {
    case CURLE_COULDNT_RESOLVE_HOST:
      return {FailureKind::resolve,
              fmt::format("the host name \"{}\" can't be resolved.", parse_url(transfer.request.url).host),
              "Check the spelling and the agent's DNS; behind a proxy, configure the agent with --proxyurl."};
    case CURLE_COULDNT_RESOLVE_PROXY:
      return {FailureKind::resolve,
              fmt::format("the name of the proxy {} can't be resolved.", loggable_proxy(transfer.proxy)),
              "Check the proxy address that the agent was configured with."};
    case CURLE_COULDNT_CONNECT:
    case CURLE_PROXY:
      return {FailureKind::connect,
              fmt::format("can't connect to {}: {}.", address_of(transfer), connect_text(transfer)),
              reachability_hint(transfer)};
    case CURLE_PEER_FAILED_VERIFICATION:
      return certificate_reason(transfer);
    case CURLE_SSL_CACERT_BADFILE:
      return {FailureKind::tls, "the file with trusted certificates can't be used: " + transfer.text + ".",
              "Check the PEM file that the agent's --sslcacert or AGENT_CAINFO names."};
    case CURLE_SSL_CERTPROBLEM:
      return {FailureKind::tls, "the client certificate can't be used: " + transfer.text + ".",
              "Check the agent's --sslclientcert, --sslclientcertkey, --sslclientcertarchive (which Windows reads) and "
              "--sslclientcertpassword."};
    case CURLE_SSL_CONNECT_ERROR:
      return handshake_reason(transfer);
    case CURLE_OPERATION_TIMEDOUT:
      return timeout_reason(transfer);
    case CURLE_URL_MALFORMAT:
    case CURLE_UNSUPPORTED_PROTOCOL:
      return {FailureKind::refused_by_policy, "the address can't be requested: " + transfer.text + ".", ""};
    default:
      return {FailureKind::interrupted,
              fmt::format("the connection to {} broke off: {}.", address_of(transfer),
                          transfer.text.empty() ? curl_easy_strerror(transfer.code) : transfer.text),
              transfer.proxy.empty() ? "" : reachability_hint(transfer)};
  }
}

}  // namespace

TransportError failure_of(const FailedTransfer& transfer) {
  Reason reason = reason_of(transfer);
  if (!transfer.proxy.empty()) {
    const std::string proxy = loggable_proxy(transfer.proxy);
    // libcurl's texts may quote the proxy's address as it was given, with its password.
    reason.message = core::replace_all(std::move(reason.message), transfer.proxy, proxy);
    if ((reason.message + reason.hint).find(proxy) == std::string::npos) {
      if (!reason.hint.empty()) reason.hint += ' ';
      reason.hint += fmt::format("The request went through the proxy {}.", proxy);
    }
  }
  return {reason.kind,
          std::move(reason.message),
          {transfer.request.method, loggable(transfer.request.url), 0, ""},
          std::move(reason.hint)};
}

}  // namespace mlops::http
