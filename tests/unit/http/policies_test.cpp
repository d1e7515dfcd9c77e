#include <atomic>
#include <mlops/http/client.hpp>
#include <mlops_test/catch.hpp>
#include <mlops_test/fakes.hpp>
#include <set>
#include <stdexcept>
#include <thread>

using namespace mlops;
using namespace std::chrono_literals;

TEST_CASE("Each request gets a user agent and a request id of its own", "[policies]") {
  test::FakeTransport transport;
  transport.on("GET", "h", 200, "");
  const auto identity = http::with_request_identity(transport, "mlops-test/1.0");
  http::Request request;
  request.url = "https://h/";
  identity->send(request);
  identity->send(request);
  request.headers = {{"user-agent", "mine"}, {"X-MS-Client-Request-Id", "fixed"}};
  identity->send(request);
  const auto& seen = transport.requests;
  CHECK(seen[0].headers.find("User-Agent") == "mlops-test/1.0");
  CHECK(seen[0].headers.find("x-ms-client-request-id")->size() == 36);
  CHECK(seen[0].headers.find("x-ms-client-request-id") != seen[1].headers.find("x-ms-client-request-id"));
  CHECK(seen[2].headers.fields() == request.headers.fields());
}

TEST_CASE("A log line holds method, masked address, result and time, and nothing of headers and bodies", "[policies]") {
  test::FakeClock clock;
  test::FakeTransport transport;
  std::vector<std::string> lines;
  const auto logging = http::with_logging(transport, clock, [&](const std::string& line) { lines.push_back(line); });
  transport.on("PUT", "h", [&](const http::Request&) {
    clock.time += 35ms;
    return http::Response{201, {}, "secret answer"};
  });
  http::Request request;
  request.method = "PUT";
  request.url = "https://h/c?comp=block&sig=abc";
  request.headers = {{"Authorization", "Bearer abc"}};
  request.body = std::string("secret body");
  logging->send(request);
  transport.script_failure(http::FailureKind::connect);
  CHECK_THROWS_AS(logging->send(request), http::TransportError);
  CHECK(lines == std::vector<std::string>{"PUT https://h/c?comp=block&sig=*** -> 201 in 35 ms",
                                          "PUT https://h/c?comp=block&sig=*** -> the connection failed in 0 ms"});
}

TEST_CASE("All calls are made once, on no more threads than allowed", "[parallel]") {
  std::atomic<int> now{0};
  std::atomic<int> most{0};
  std::mutex mutex;
  std::multiset<std::size_t> called;
  http::parallel_for(40, 4, [&](std::size_t index) {
    most = std::max(most.load(), ++now);
    std::this_thread::sleep_for(1ms);
    --now;
    const std::lock_guard lock(mutex);
    called.insert(index);
  });
  CHECK(called.size() == 40);
  CHECK(std::set<std::size_t>(called.begin(), called.end()).size() == 40);
  CHECK(most <= 4);
  CHECK(most >= 2);
}

TEST_CASE("The first failure stops further calls and is thrown when all have ended", "[parallel]") {
  std::atomic<int> calls{0};
  const auto fail_third = [&](std::size_t index) {
    ++calls;
    if (index == 2) throw std::runtime_error("third");
  };
  CHECK_THROWS_WITH(http::parallel_for(1000, 1, fail_third), "third");
  CHECK(calls == 3);
  CHECK_THROWS_WITH(http::parallel_for(100000, 4, fail_third), "third");
  CHECK(calls < 100003);
  http::parallel_for(0, 4, [](std::size_t) { FAIL("there is nothing to call"); });
}
