#include <mlops/http/curl_failure.hpp>
#include <mlops/http/network_route.hpp>
#include <mlops_test/catch.hpp>
#include <thread>

#include "curl_fixture.hpp"

using namespace mlops;
using namespace std::chrono_literals;
using http::FailureKind;
using test::failure_of_sending;
using test::LoopbackServer;
using test::Peer;
using test::request_to;
using test::SeenRequest;

namespace {

struct Fixture {
  test::SharedCancellation cancellation;
  http::CurlLimits limits;
  std::unique_ptr<http::Transport> transport = http::curl_transport({}, cancellation);
};

std::chrono::milliseconds time_of(const std::function<void()>& call) {
  const auto start = std::chrono::steady_clock::now();
  call();
  return std::chrono::duration_cast<std::chrono::milliseconds>(std::chrono::steady_clock::now() - start);
}

void stall(const SeenRequest&, Peer& peer) {
  peer.stall();
}

}  // namespace

TEST_CASE("A refused connection names the address and is repeatable by anybody", "[curl]") {
  Fixture fixture;
  int port = 0;
  {
    const LoopbackServer gone([](const SeenRequest&, Peer&) {});
    port = gone.port();
  }
  const auto error =
      failure_of_sending(*fixture.transport, request_to("http://127.0.0.1:" + std::to_string(port) + "/p?sig=SECRET"));
  CHECK(error.kind() == FailureKind::connect);
  CHECK_FALSE(error.may_have_been_processed());
  CHECK(error.retryable());
  const std::string address = "127.0.0.1:" + std::to_string(port);
  CHECK(core::to_string(error.place()) == "GET http://" + address + "/p?sig=*** (no answer)");
  CHECK(error.message() == "can't connect to " + address + ": Connection refused.");
  CHECK_THAT(error.hint(), Catch::Matchers::ContainsSubstring("--proxyurl"));
}

TEST_CASE("A host name that can't be resolved is called so", "[curl]") {
  Fixture fixture;
  const auto error = failure_of_sending(*fixture.transport, request_to("https://no-such-host.invalid/"));
  CHECK(error.kind() == FailureKind::resolve);
  CHECK(error.message() == "the host name \"no-such-host.invalid\" can't be resolved.");
  CHECK_FALSE(error.may_have_been_processed());
}

TEST_CASE("A connection that breaks off may have done its work", "[curl]") {
  Fixture fixture;
  SECTION("by a reset") {
    LoopbackServer server([](const SeenRequest&, Peer& peer) { peer.reset(); });
    const auto error = failure_of_sending(*fixture.transport, request_to(server.url(), "POST", std::string("x")));
    CHECK(error.kind() == FailureKind::interrupted);
    CHECK(error.may_have_been_processed());
    CHECK_THAT(error.message(), Catch::Matchers::ContainsSubstring("broke off"));
  }
  SECTION("without a word") {
    LoopbackServer server([](const SeenRequest&, Peer& peer) { peer.close(); });
    CHECK(failure_of_sending(*fixture.transport, request_to(server.url())).kind() == FailureKind::interrupted);
  }
  SECTION("in the middle of the body") {
    LoopbackServer server([](const SeenRequest&, Peer& peer) {
      peer.write("HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nhalf");
      peer.close();
    });
    CHECK(failure_of_sending(*fixture.transport, request_to(server.url())).kind() == FailureKind::interrupted);
  }
}

TEST_CASE("A request with a time limit ends with it", "[curl]") {
  Fixture fixture;
  LoopbackServer server(&stall);
  http::Request request = request_to(server.url());
  request.timeout = 300ms;
  const auto error = failure_of_sending(*fixture.transport, request);
  CHECK(error.kind() == FailureKind::timeout);
  CHECK(error.message() == "no complete answer came within 0.3 s.");
}

TEST_CASE("A transfer without a time limit ends when it stalls", "[curl]") {
  Fixture fixture;
  fixture.limits.stall = 1s;
  fixture.transport = http::curl_transport({}, fixture.cancellation, fixture.limits);
  LoopbackServer server([](const SeenRequest&, Peer& peer) {
    peer.write("HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\nsome");
    peer.stall();
  });
  http::Request request = request_to(server.url());
  request.timeout = 0ms;
  http::FailureKind kind{};
  const auto spent = time_of([&] { kind = failure_of_sending(*fixture.transport, request).kind(); });
  CHECK(kind == FailureKind::timeout);
  CHECK(spent > 900ms);
}

TEST_CASE("A slow transfer without a time limit is let go on", "[curl]") {
  Fixture fixture;
  fixture.limits.stall = 3s;  // far above what a busy machine holds a thread back between two pieces
  fixture.transport = http::curl_transport({}, fixture.cancellation, fixture.limits);
  LoopbackServer server([](const SeenRequest&, Peer& peer) {
    peer.write("HTTP/1.1 200 OK\r\nContent-Length: 400\r\n\r\n");
    for (int i = 0; i < 40; ++i) {
      std::this_thread::sleep_for(100ms);
      peer.write("0123456789");
    }
  });
  http::Request request = request_to(server.url());
  request.timeout = 0ms;
  http::Response response;
  const auto spent = time_of([&] { response = fixture.transport->send(request); });
  CHECK(response.body.size() == 400);
  CHECK(spent > fixture.limits.stall);
}

TEST_CASE("A stop ends a request that waits for its answer", "[curl]") {
  Fixture fixture;
  LoopbackServer server(&stall);  // the answer never comes
  std::thread user([&] {
    std::this_thread::sleep_for(150ms);
    fixture.cancellation.stop = true;
  });
  http::Request request = request_to(server.url());
  request.timeout = 0ms;
  CHECK_THROWS_AS(fixture.transport->send(request), core::Cancelled);
  user.join();
}

TEST_CASE("After a stop nothing is sent but what must go out, and that for a short time only", "[curl]") {
  Fixture fixture;
  fixture.limits.when_cancelled = 300ms;
  fixture.transport = http::curl_transport({}, fixture.cancellation, fixture.limits);
  fixture.cancellation.stop = true;
  LoopbackServer server([](const SeenRequest& seen, Peer& peer) {
    if (seen.target == "/stall") peer.stall();
    peer.write(test::answer(202));
  });
  CHECK_THROWS_AS(fixture.transport->send(request_to(server.url())), core::Cancelled);
  http::Request request = request_to(server.url("/cancel"), "POST");
  request.even_when_cancelled = true;
  CHECK(fixture.transport->send(request).status == 202);
  CHECK(server.seen().size() == 1);
  request.url = server.url("/stall");
  CHECK(failure_of_sending(*fixture.transport, request).kind() == FailureKind::timeout);
}

TEST_CASE("Plain http to another machine is refused before anything is sent", "[curl]") {
  Fixture fixture;
  for (const char* url : {"http://example.com/", "http://10.0.0.1/", "http://localhost.example.com/",
                          "http://127.0.0.1@example.com/", "http://169.254.169.253/"}) {
    const auto error = failure_of_sending(*fixture.transport, request_to(url));
    CHECK(error.kind() == FailureKind::refused_by_policy);
    CHECK_FALSE(error.retryable());
    CHECK_THAT(error.message(), Catch::Matchers::StartsWith("plain http to "));
  }
  CHECK(failure_of_sending(*fixture.transport, request_to("file:///etc/passwd")).kind() ==
        FailureKind::refused_by_policy);
}

TEST_CASE("Plain http to another machine passes where the request allows it, and nothing else does", "[curl]") {
  http::Request request = request_to("http://example.com/score");
  request.allow_plain_http = true;
  CHECK_NOTHROW(http::NetworkRoute::check(request, http::parse_url(request.url)));
  request.url = "ftp://example.com/score";
  CHECK_THROWS_AS(http::NetworkRoute::check(request, http::parse_url(request.url)), http::TransportError);
}

TEST_CASE("A header field with a line break is refused", "[curl]") {
  Fixture fixture;
  LoopbackServer server([](const SeenRequest&, Peer& peer) { peer.write(test::answer(200)); });
  http::Request request = request_to(server.url());
  request.headers = {{"x-ms-meta-a", "b\r\nX-Evil: 1"}};
  const auto error = failure_of_sending(*fixture.transport, request);
  CHECK(error.message() == "the header field \"x-ms-meta-a\" holds a line break.");
  CHECK(server.seen().empty());
}

TEST_CASE("What Windows says of a certificate is told in words", "[curl]") {
  const auto request = request_to("https://service.example/x");
  CURL* const easy = curl_easy_init();
  const auto told = [&](const std::string& text) {
    return http::failure_of({easy, CURLE_PEER_FAILED_VERIFICATION, "schannel: " + text, "", request}).message();
  };
  const std::string start = "the certificate of \"service.example\" is not accepted: ";
  CHECK(told("CertGetCertificateChain trust error CERT_TRUST_IS_REVOKED") == start + "its authority has revoked it.");
  CHECK(told("CertGetCertificateChain trust error CERT_TRUST_IS_UNTRUSTED_ROOT") ==
        start + "it comes from an authority that this machine does not know.");
  CHECK(told("CertGetCertificateChain trust error CERT_TRUST_IS_NOT_TIME_VALID") ==
        start + "it has expired or is not valid yet.");
  curl_easy_cleanup(easy);
}
