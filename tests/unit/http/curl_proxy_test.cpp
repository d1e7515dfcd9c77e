#include <mlops/core/hash.hpp>
#include <mlops_test/catch.hpp>
#include <mlops_test/fakes.hpp>

#include "curl_fixture.hpp"

using namespace mlops;
using http::FailureKind;
using test::answer;
using test::failure_of_sending;
using test::LoopbackServer;
using test::Peer;
using test::request_to;
using test::SeenRequest;
using test::TestCertificate;

namespace {

const std::string k_credentials = "Basic " + core::base64("user:p@ss word");

/// A server for service.example, which exists behind a proxy that asks for a password.
struct Fixture {
  test::SharedCancellation cancellation;
  test::TemporaryFolder folder;
  TestCertificate authority{{"Test Authority", "", true}};
  TestCertificate leaf{{"leaf", "DNS:service.example,IP:127.0.0.1"}, &authority};
  LoopbackServer server{[](const SeenRequest&, Peer& peer) { peer.write(answer(200, "hello")); }, {&leaf}};
  int refusal = 0;
  LoopbackServer proxy{[this](const SeenRequest& seen, Peer& peer) {
    if (refusal != 0) return peer.write(answer(refusal, "no"));
    if (seen.headers.find("Proxy-Authorization") != k_credentials) {
      return peer.write(answer(407, "who?", "Proxy-Authenticate: Basic realm=\"test\"\r\n"));
    }
    peer.write("HTTP/1.1 200 Connection established\r\nX-Proxy: yes\r\n\r\n");
    peer.tunnel_to(server.port());
  }};

  http::NetworkSettings settings() {
    http::NetworkSettings settings;
    settings.proxy_url = proxy.url("");
    settings.proxy_username = "user";
    settings.proxy_password = core::Secret("p@ss word");
    settings.ca_file = folder.write("ca.pem", authority.certificate_pem()).string();
    return settings;
  }

  std::unique_ptr<http::Transport> transport(const http::NetworkSettings& settings) {
    return http::curl_transport(settings, cancellation);
  }
};

}  // namespace

TEST_CASE("A tunnel through a proxy with a password is kept, and the token stays inside it", "[proxy]") {
  Fixture fixture;
  const auto transport = fixture.transport(fixture.settings());
  http::Request request = request_to("https://service.example/path");
  request.headers = {{"Authorization", "Bearer token"}};
  for (int i = 0; i < 2; ++i) {
    const http::Response response = transport->send(request);
    CHECK(response.body == "hello");
    CHECK_FALSE(response.headers.contains("X-Proxy"));
  }
  CHECK(fixture.server.connections() == 1);
  CHECK(fixture.server.seen().at(0).headers.find("Authorization") == "Bearer token");
  CHECK_FALSE(fixture.server.seen().at(0).headers.contains("Proxy-Authorization"));
  for (const auto& seen : fixture.proxy.seen()) {
    CHECK(seen.method == "CONNECT");
    CHECK(seen.target == "service.example:443");
    CHECK_FALSE(seen.headers.contains("Authorization"));
  }
}

TEST_CASE("A missing proxy password is called by its name", "[proxy]") {
  Fixture fixture;
  http::NetworkSettings settings = fixture.settings();
  settings.proxy_password = {};
  settings.proxy_username.clear();
  const auto error = failure_of_sending(*fixture.transport(settings), request_to("https://service.example/"));
  CHECK(error.kind() == FailureKind::refused_by_policy);
  CHECK(error.message() == "the proxy " + fixture.proxy.url("") + " asks for a user name and a password.");
  CHECK_THAT(error.hint(), Catch::Matchers::ContainsSubstring("--proxyusername"));
}

TEST_CASE("A proxy's refusal is permanent, its overload is not", "[proxy]") {
  Fixture fixture;
  const auto transport = fixture.transport(fixture.settings());
  fixture.refusal = 403;
  const auto refused = failure_of_sending(*transport, request_to("https://service.example/"));
  CHECK_FALSE(refused.retryable());
  CHECK(refused.message() ==
        "the proxy " + fixture.proxy.url("") + " refused a tunnel to service.example:443 with status 403.");
  fixture.refusal = 503;
  const auto overloaded = failure_of_sending(*transport, request_to("https://service.example/"));
  CHECK(overloaded.kind() == FailureKind::connect);
  CHECK(overloaded.retryable());
}

TEST_CASE("Loopback addresses never go through the proxy", "[proxy]") {
  Fixture fixture;
  const auto transport = fixture.transport(fixture.settings());
  CHECK(transport->send(request_to(fixture.server.url())).body == "hello");
  CHECK(fixture.proxy.connections() == 0);
}

TEST_CASE("Addresses that a bypass pattern matches go directly, whatever their case", "[proxy]") {
  Fixture fixture;
  http::NetworkSettings settings = fixture.settings();
  settings.proxy_bypass = {"(broken", "^https://NO-SUCH[.]invalid"};
  const auto transport = fixture.transport(settings);
  CHECK(failure_of_sending(*transport, request_to("https://no-such.invalid/x")).kind() == FailureKind::resolve);
  CHECK(fixture.proxy.connections() == 0);
  CHECK(transport->send(request_to("https://service.example/?u=https://no-such.invalid")).body == "hello");
}

TEST_CASE("A proxy that can't be reached is named", "[proxy]") {
  Fixture fixture;
  http::NetworkSettings settings = fixture.settings();
  settings.proxy_url = "http://no-such-proxy.invalid:3128";
  const auto error = failure_of_sending(*fixture.transport(settings), request_to("https://service.example/"));
  CHECK(error.kind() == FailureKind::resolve);
  CHECK(error.message() == "the name of the proxy http://no-such-proxy.invalid:3128 can't be resolved.");
}
