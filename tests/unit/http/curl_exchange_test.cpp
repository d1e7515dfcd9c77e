#include <zlib.h>

#include <mlops/http/client.hpp>
#include <mlops_test/catch.hpp>
#include <mlops_test/fakes.hpp>

#include "curl_fixture.hpp"

using namespace mlops;
using namespace std::chrono_literals;
using test::answer;
using test::LoopbackServer;
using test::Peer;
using test::request_to;
using test::SeenRequest;

namespace {

std::string gzipped(const std::string& text) {
  z_stream stream{};
  deflateInit2(&stream, Z_BEST_COMPRESSION, Z_DEFLATED, 15 + 16, 8, Z_DEFAULT_STRATEGY);
  std::string result(text.size() + 64, '\0');
  std::string input = text;
  stream.next_in = reinterpret_cast<Bytef*>(input.data());
  stream.avail_in = static_cast<uInt>(input.size());
  stream.next_out = reinterpret_cast<Bytef*>(result.data());
  stream.avail_out = static_cast<uInt>(result.size());
  deflate(&stream, Z_FINISH);
  result.resize(stream.total_out);
  deflateEnd(&stream);
  return result;
}

struct Fixture {
  test::SharedCancellation cancellation;
  std::unique_ptr<http::Transport> transport = http::curl_transport({}, cancellation);
};

}  // namespace

TEST_CASE("Method, path, headers and body arrive, and the answer comes back", "[curl]") {
  Fixture fixture;
  LoopbackServer server([](const SeenRequest&, Peer& peer) {
    peer.write(answer(201, "{\"ok\":true}", "ETag: \"1\"\r\nX-Twice: a\r\nX-Twice: b\r\n"));
  });
  http::Request request = request_to(server.url("/a/../b?x=1"), "PATCH", std::string("body\0text", 9));
  request.headers = {{"Content-Type", "application/json"}, {"X-Empty", ""}};
  const http::Response response = fixture.transport->send(request);
  CHECK(response.status == 201);
  CHECK(response.body == "{\"ok\":true}");
  CHECK(response.headers.find("etag") == "\"1\"");
  CHECK(response.headers.fields().size() == 4);
  const SeenRequest seen = server.seen().at(0);
  CHECK(seen.method == "PATCH");
  CHECK(seen.target == "/a/../b?x=1");
  CHECK(seen.body == std::string("body\0text", 9));
  CHECK(seen.headers.find("Content-Type") == "application/json");
  CHECK(seen.headers.find("X-Empty") == "");
  CHECK_FALSE(seen.headers.contains("Expect"));
}

TEST_CASE("PUT and POST without a body say that its length is zero", "[curl]") {
  Fixture fixture;
  LoopbackServer server([](const SeenRequest&, Peer& peer) { peer.write(answer(200)); });
  for (const char* method : {"PUT", "POST"}) fixture.transport->send(request_to(server.url(), method));
  for (const char* method : {"GET", "DELETE"}) fixture.transport->send(request_to(server.url(), method));
  const auto seen = server.seen();
  CHECK(seen.at(0).headers.find("Content-Length") == "0");
  CHECK(seen.at(1).headers.find("Content-Length") == "0");
  CHECK_FALSE(seen.at(1).headers.contains("Content-Type"));
  CHECK_FALSE(seen.at(2).headers.contains("Content-Length"));
  CHECK(seen.at(3).method == "DELETE");
  CHECK_FALSE(seen.at(3).headers.contains("Content-Length"));
}

TEST_CASE("One connection serves requests one after another", "[curl]") {
  Fixture fixture;
  LoopbackServer server([](const SeenRequest&, Peer& peer) { peer.write(answer(200, "x")); });
  for (int i = 0; i < 20; ++i) fixture.transport->send(request_to(server.url()));
  CHECK(server.connections() == 1);
}

TEST_CASE("Requests from several threads run at the same time over as many connections, which are kept", "[curl]") {
  Fixture fixture;
  LoopbackServer server([](const SeenRequest& seen, Peer& peer) {
    std::this_thread::sleep_for(5ms);
    peer.write(answer(200, seen.target));
  });
  http::parallel_for(40, 4, [&](std::size_t i) {
    const std::string path = "/" + std::to_string(i);
    if (fixture.transport->send(request_to(server.url(path))).body != path) throw std::runtime_error("mixed up");
  });
  CHECK(server.seen().size() == 40);
  CHECK(server.connections() <= 4);
}

TEST_CASE("A connection that the server closed meanwhile is replaced without a failure", "[curl]") {
  Fixture fixture;
  LoopbackServer server([](const SeenRequest&, Peer& peer) {
    peer.write(answer(200, "x"));
    peer.close();
  });
  for (int i = 0; i < 3; ++i) CHECK(fixture.transport->send(request_to(server.url())).body == "x");
  CHECK(server.connections() == 3);
}

TEST_CASE("204 and HEAD answers have no body", "[curl]") {
  Fixture fixture;
  LoopbackServer server([](const SeenRequest& seen, Peer& peer) {
    if (seen.method == "HEAD") {
      peer.write("HTTP/1.1 200 OK\r\nContent-Length: 12345\r\nx-ms-meta-a: b\r\n\r\n");
    } else {
      peer.write("HTTP/1.1 204 No Content\r\n\r\n");
    }
  });
  const http::Response head = fixture.transport->send(request_to(server.url(), "HEAD"));
  CHECK(head.headers.find("Content-Length") == "12345");
  CHECK(head.body.empty());
  CHECK(fixture.transport->send(request_to(server.url(), "DELETE")).status == 204);
  CHECK(server.connections() == 1);
}

TEST_CASE("Interim answers are passed over: status and headers are those of the last", "[curl]") {
  Fixture fixture;
  LoopbackServer server([](const SeenRequest&, Peer& peer) {
    peer.write("HTTP/1.1 100 Continue\r\nX-Interim: 1\r\n\r\n");
    peer.write("HTTP/1.1 103 Early Hints\r\nX-Interim: 2\r\n\r\n");
    peer.write(answer(404, "no", "X-Last: 3\r\n"));
  });
  const http::Response response = fixture.transport->send(request_to(server.url()));
  CHECK(response.status == 404);
  CHECK_FALSE(response.headers.contains("X-Interim"));
  CHECK(response.headers.find("X-Last") == "3");
}

TEST_CASE("A redirection is an answer and is not followed", "[curl]") {
  Fixture fixture;
  LoopbackServer server([&](const SeenRequest&, Peer& peer) { peer.write(answer(302, "", "Location: /other\r\n")); });
  const http::Response response = fixture.transport->send(request_to(server.url()));
  CHECK(response.status == 302);
  CHECK(response.headers.find("Location") == "/other");
  CHECK(server.seen().size() == 1);
}

TEST_CASE("Chunked and compressed answers are put together", "[curl]") {
  Fixture fixture;
  const std::string text(100'000, 'a');
  LoopbackServer server([&](const SeenRequest& seen, Peer& peer) {
    if (seen.target == "/chunked") {
      peer.write("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n6\r\n world\r\n0\r\n\r\n");
    } else {
      const bool wanted = seen.headers.find("Accept-Encoding") == "gzip";
      peer.write(wanted ? answer(200, gzipped(text), "Content-Encoding: gzip\r\n") : answer(200, "plain"));
    }
  });
  CHECK(fixture.transport->send(request_to(server.url("/chunked"))).body == "hello world");
  CHECK(fixture.transport->send(request_to(server.url("/gzip"))).body == text);
  http::Request ranged = request_to(server.url("/gzip"));
  ranged.headers = {{"x-ms-range", "bytes=0-4"}};
  CHECK(fixture.transport->send(ranged).body == "plain");
}

TEST_CASE("A piece of a file is sent with its length, read while it is sent", "[curl]") {
  Fixture fixture;
  const test::TemporaryFolder folder;
  std::string content;
  for (int i = 0; i < 600'000; ++i) content += std::to_string(i % 10);
  const auto file = folder.write("data.bin", content);
  LoopbackServer server([](const SeenRequest&, Peer& peer) { peer.write(answer(201)); });
  fixture.transport->send(request_to(server.url("/all"), "PUT", http::FileRange{file, 0, content.size()}));
  fixture.transport->send(request_to(server.url("/part"), "PUT", http::FileRange{file, 123'456, 300'000}));
  fixture.transport->send(request_to(server.url("/nothing"), "PUT", http::FileRange{file, 5, 0}));
  const auto seen = server.seen();
  CHECK(seen.at(0).body == content);
  CHECK(seen.at(1).headers.find("Content-Length") == "300000");
  CHECK(seen.at(1).body == content.substr(123'456, 300'000));
  CHECK(seen.at(2).headers.find("Content-Length") == "0");
  CHECK_FALSE(seen.at(1).headers.contains("Transfer-Encoding"));
  CHECK(server.connections() == 1);
}

TEST_CASE("A file body starts again when a kept connection turns out to be dead", "[curl]") {
  Fixture fixture;
  const test::TemporaryFolder folder;
  const auto file = folder.write("data.bin", "0123456789");
  LoopbackServer server([&](const SeenRequest& seen, Peer& peer) {
    if (seen.connection == 1 && seen.method == "PUT") return peer.close();
    peer.write(answer(200));
  });
  fixture.transport->send(request_to(server.url()));
  CHECK(fixture.transport->send(request_to(server.url(), "PUT", http::FileRange{file, 2, 5})).status == 200);
  CHECK(server.seen().back().body == "23456");
  CHECK(server.connections() == 2);
}

TEST_CASE("A file that is missing or too short fails with its name", "[curl]") {
  Fixture fixture;
  const test::TemporaryFolder folder;
  const auto file = folder.write("short.bin", "12345");
  LoopbackServer server([](const SeenRequest&, Peer& peer) { peer.write(answer(200)); });
  CHECK_THROWS_WITH(
      fixture.transport->send(request_to(server.url(), "PUT", http::FileRange{folder.path() / "none", 0, 5})),
      "can't read \"" + (folder.path() / "none").string() + "\": No such file or directory.");
  CHECK_THROWS_WITH(fixture.transport->send(request_to(server.url(), "PUT", http::FileRange{file, 0, 50})),
                    "can't read \"" + file.string() + "\": it became shorter while it was sent.");
}

TEST_CASE("A sink gets the body of a good answer in pieces, and nothing of an error's", "[curl]") {
  Fixture fixture;
  const std::string large(3'000'000, 'x');
  LoopbackServer server(
      [&](const SeenRequest& seen, Peer& peer) { peer.write(answer(seen.target == "/good" ? 206 : 500, large)); });
  std::string got;
  std::size_t largest = 0;
  http::Request request = request_to(server.url("/good"));
  request.sink = [&](std::string_view piece) {
    got += piece;
    largest = std::max(largest, piece.size());
  };
  const http::Response good = fixture.transport->send(request);
  CHECK(good.body.empty());
  CHECK(got == large);
  CHECK(largest <= 256 * 1024);
  got.clear();
  request.url = server.url("/bad");
  const http::Response bad = fixture.transport->send(request);
  CHECK(got.empty());
  CHECK(bad.body.size() == 1024 * 1024);
}

TEST_CASE("What a sink throws comes out of send, and the transport works on", "[curl]") {
  Fixture fixture;
  LoopbackServer server([&](const SeenRequest&, Peer& peer) { peer.write(answer(200, "body")); });
  http::Request request = request_to(server.url());
  request.sink = [](std::string_view) { throw core::Error("disk-full", "the disk is full."); };
  CHECK_THROWS_WITH(fixture.transport->send(request), "the disk is full.");
  CHECK(fixture.transport->send(request_to(server.url())).body == "body");
}
