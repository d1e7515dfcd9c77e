#include <openssl/ssl.h>

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

void say_hello(const SeenRequest&, Peer& peer) {
  peer.write(answer(200, "hello"));
}

/// An authority whose certificate the transport knows.
struct Fixture {
  test::SharedCancellation cancellation;
  test::TemporaryFolder folder;
  TestCertificate authority{{"Test Authority", "", true}};
  TestCertificate leaf{{"leaf", "DNS:localhost,IP:127.0.0.1"}, &authority};
  std::unique_ptr<http::Transport> transport = make();

  std::unique_ptr<http::Transport> make(http::NetworkSettings settings = {}) {
    settings.ca_file = folder.write("ca.pem", authority.certificate_pem()).string();
    return http::curl_transport(settings, cancellation);
  }
};

}  // namespace

TEST_CASE("A certificate of the given authority is accepted, and its connection kept", "[tls]") {
  Fixture fixture;
  LoopbackServer server(&say_hello, {&fixture.leaf});
  for (int i = 0; i < 3; ++i) CHECK(fixture.transport->send(request_to(server.url())).body == "hello");
  CHECK(server.connections() == 1);
}

TEST_CASE("A self-signed certificate is refused with the way out", "[tls]") {
  Fixture fixture;
  const TestCertificate lone({"localhost", "IP:127.0.0.1"});
  LoopbackServer server(&say_hello, {&lone});
  const auto error = failure_of_sending(*fixture.transport, request_to(server.url()));
  CHECK(error.kind() == FailureKind::tls);
  CHECK_FALSE(error.retryable());
  CHECK(error.message() ==
        "the certificate of \"127.0.0.1\" is not accepted: it is self-signed by an authority that this machine does "
        "not trust.");
  CHECK_THAT(error.hint(),
             Catch::Matchers::ContainsSubstring("--sslcacert") && Catch::Matchers::ContainsSubstring("AGENT_CAINFO"));
  CHECK(server.seen().empty());
}

TEST_CASE("An unknown authority, an expired certificate and another host's are told apart", "[tls]") {
  Fixture fixture;
  const TestCertificate stranger({"Another Authority", "", true});
  const TestCertificate unknown({"leaf", "IP:127.0.0.1"}, &stranger);
  const TestCertificate expired({"leaf", "IP:127.0.0.1", false, -30, -1}, &fixture.authority);
  const TestCertificate early({"leaf", "IP:127.0.0.1", false, 2, 30}, &fixture.authority);
  const TestCertificate elsewhere({"leaf", "DNS:other.example"}, &fixture.authority);
  const auto message_for = [&](const TestCertificate& certificate) {
    LoopbackServer server(&say_hello, {&certificate});
    const auto error = failure_of_sending(*fixture.transport, request_to(server.url()));
    CHECK(error.kind() == FailureKind::tls);
    return error.message();
  };
  const std::string start = "the certificate of \"127.0.0.1\" is not accepted: it ";
  CHECK(message_for(unknown) == start + "comes from an authority that this machine does not know.");
  CHECK(message_for(expired) == start + "has expired.");
  CHECK(message_for(early) == start + "is not valid yet.");
  CHECK(message_for(elsewhere) == start + "was issued for another host name.");
}

TEST_CASE("A server that asks for a certificate gets the client's, from PEM files or from an archive", "[tls]") {
  Fixture fixture;
  const TestCertificate client({"agent"}, &fixture.authority);
  LoopbackServer server(&say_hello, {&fixture.leaf, 0, &fixture.authority});
  http::NetworkSettings settings;
  settings.client_key_password = core::Secret("p4ss");
  SECTION("files") {
    settings.client_certificate_file = fixture.folder.write("client.pem", client.certificate_pem()).string();
    settings.client_key_file = fixture.folder.write("client.key", client.key_pem("p4ss")).string();
  }
  SECTION("an archive") {
    settings.client_archive_file = fixture.folder.write("client.pfx", client.archive("p4ss")).string();
  }
  CHECK(fixture.make(settings)->send(request_to(server.url())).body == "hello");
}

TEST_CASE("A client certificate's archive that the password doesn't open is told", "[tls]") {
  Fixture fixture;
  const TestCertificate client({"agent"}, &fixture.authority);
  LoopbackServer server(&say_hello, {&fixture.leaf, 0, &fixture.authority});
  http::NetworkSettings settings;
  settings.client_archive_file = fixture.folder.write("client.pfx", client.archive("p4ss")).string();
  settings.client_key_password = core::Secret("wrong");
  const auto error = failure_of_sending(*fixture.make(settings), request_to(server.url()));
  CHECK(error.kind() == FailureKind::tls);
  CHECK_THAT(error.message(), Catch::Matchers::ContainsSubstring("the client certificate can't be used"));
  CHECK_THAT(error.message(), !Catch::Matchers::ContainsSubstring("wrong"));
}

TEST_CASE("The check can be switched off as the agent can be installed", "[tls]") {
  Fixture fixture;
  const TestCertificate lone({"localhost", "DNS:other.example"});
  LoopbackServer server(&say_hello, {&lone});
  http::NetworkSettings settings;
  settings.skip_certificate_check = true;
  CHECK(http::curl_transport(settings, fixture.cancellation)->send(request_to(server.url())).body == "hello");
}

TEST_CASE("A server that offers nothing newer than TLS 1.1 is refused", "[tls]") {
  Fixture fixture;
  LoopbackServer server(&say_hello, {&fixture.leaf, TLS1_1_VERSION});
  const auto error = failure_of_sending(*fixture.transport, request_to(server.url()));
  CHECK(error.kind() == FailureKind::tls);
  CHECK_THAT(error.hint(), Catch::Matchers::ContainsSubstring("TLS 1.2"));
}

TEST_CASE("A connection that breaks during the handshake may be tried again", "[tls]") {
  Fixture fixture;
  // A plain server that takes the handshake's bytes for a request that never ends, and is gone with the test.
  auto server = std::make_unique<LoopbackServer>(&say_hello);
  const std::string url = "https://127.0.0.1:" + std::to_string(server->port()) + "/";
  std::thread end([&] {
    std::this_thread::sleep_for(std::chrono::milliseconds(150));
    server.reset();
  });
  const auto error = failure_of_sending(*fixture.transport, request_to(url));
  end.join();
  CHECK(error.kind() == FailureKind::connect);
  CHECK(error.retryable());
}

TEST_CASE("A file of certificates that can't be read is named", "[tls]") {
  Fixture fixture;
  LoopbackServer server(&say_hello, {&fixture.leaf});
  http::NetworkSettings settings;
  settings.ca_file = (fixture.folder.path() / "missing.pem").string();
  const auto error =
      failure_of_sending(*http::curl_transport(settings, fixture.cancellation), request_to(server.url()));
  CHECK(error.kind() == FailureKind::tls);
  CHECK_THAT(error.message(), Catch::Matchers::ContainsSubstring("missing.pem"));
}
