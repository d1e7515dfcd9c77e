#include <mlops/http/client.hpp>
#include <mlops_test/catch.hpp>
#include <mlops_test/fakes.hpp>

using namespace mlops;
using namespace std::chrono_literals;

namespace {

struct Fixture {
  test::FakeClock clock;
  test::FakeCancellation cancellation;
  test::FakeSleeper sleeper{clock};
  test::FakeTransport transport;
  std::vector<std::string> notes;
  std::unique_ptr<http::Transport> retries = make({});

  std::unique_ptr<http::Transport> make(http::RetrySettings settings) {
    return http::with_retries(transport, clock, sleeper, cancellation, settings,
                              [this](const std::string& note) { notes.push_back(note); });
  }

  http::Response send(const std::string& method, const std::string& url = "https://h/p") {
    http::Request request;
    request.method = method;
    request.url = url;
    return retries->send(request);
  }
};

}  // namespace

TEST_CASE("A good answer and a permanent error are not repeated", "[retry]") {
  Fixture fixture;
  for (const int status : {200, 304, 400, 401, 403, 404, 409, 412, 501}) {
    fixture.transport.script({status});
    CHECK(fixture.send("GET").status == status);
  }
  CHECK(fixture.transport.requests.size() == 9);
  CHECK(fixture.sleeper.sleeps.empty());
}

TEST_CASE("Every transient status is repeated until it is over", "[retry]") {
  for (const int status : {408, 429, 500, 502, 503, 504}) {
    Fixture fixture;
    fixture.transport.script({status});
    fixture.transport.script({200, {}, "done"});
    const http::Response response = fixture.send("GET");
    CHECK(response.body == "done");
    CHECK(response.attempts == 2);
    CHECK(fixture.sleeper.sleeps.size() == 1);
  }
}

TEST_CASE("Waits are random below a bound that doubles up to its limit", "[retry]") {
  Fixture fixture;
  fixture.retries = fixture.make({9, 1000ms, 8000ms, 300s});
  std::vector<std::int64_t> longest(8, 0);
  for (int round = 0; round < 200; ++round) {
    fixture.sleeper.sleeps.clear();
    for (int i = 0; i < 9; ++i) fixture.transport.script({500});
    fixture.send("GET");
    for (std::size_t i = 0; i < 8; ++i) longest[i] = std::max(longest[i], fixture.sleeper.sleeps[i].count());
  }
  const std::vector<std::int64_t> bounds = {1000, 2000, 4000, 8000, 8000, 8000, 8000, 8000};
  for (std::size_t i = 0; i < 8; ++i) {
    CHECK(longest[i] <= bounds[i]);
    CHECK(longest[i] > bounds[i] / 2);  // 200 draws that all fall into the lower half: one in 2^200
  }
}

TEST_CASE("When the attempts are used up the last answer is returned as it is", "[retry]") {
  Fixture fixture;
  for (int i = 0; i < 6; ++i) fixture.transport.script({503, {{"x-ms-request-id", "r"}}, "body " + std::to_string(i)});
  const http::Response response = fixture.send("PUT");
  CHECK(response.status == 503);
  CHECK(response.body == "body 5");
  CHECK(response.attempts == 6);
  CHECK(fixture.transport.requests.size() == 6);
}

TEST_CASE("Retry-After is waited for exactly and told to the user", "[retry]") {
  Fixture fixture;
  fixture.transport.script({503, {{"Retry-After", "7"}}});
  fixture.transport.script({200});
  fixture.send("PUT", "https://h/p?sig=SECRET");
  CHECK(fixture.sleeper.sleeps == std::vector<core::Milliseconds>{7s});
  CHECK(fixture.notes == std::vector<std::string>{"PUT https://h/p?sig=*** -> 503, trying again in 7.0 s (2 of 6)"});
}

TEST_CASE("A Retry-After beyond the limit ends the repetitions instead of coming back too early", "[retry]") {
  Fixture fixture;
  fixture.transport.script({429, {{"Retry-After", "3600"}}});
  CHECK(fixture.send("GET").status == 429);
  CHECK(fixture.sleeper.sleeps.empty());
}

TEST_CASE("An unsafe request is repeated only when it can't have been carried out", "[retry]") {
  Fixture fixture;
  SECTION("500 may come after the work was done") {
    fixture.transport.script({500});
    CHECK(fixture.send("POST").status == 500);
    CHECK(fixture.transport.requests.size() == 1);
  }
  SECTION("503 without Retry-After may, too") {
    fixture.transport.script({503});
    CHECK(fixture.send("POST").status == 503);
    CHECK(fixture.transport.requests.size() == 1);
  }
  SECTION("429 and 503 with Retry-After refuse it before") {
    fixture.transport.script({429});
    fixture.transport.script({503, {{"Retry-After", "1"}}});
    fixture.transport.script({201});
    CHECK(fixture.send("POST").status == 201);
  }
  SECTION("no connection was made") {
    fixture.transport.script_failure(http::FailureKind::connect);
    fixture.transport.script_failure(http::FailureKind::resolve);
    fixture.transport.script({201});
    CHECK(fixture.send("POST").status == 201);
  }
  SECTION("the connection broke off") {
    fixture.transport.script_failure(http::FailureKind::interrupted);
    CHECK_THROWS_AS(fixture.send("POST"), http::TransportError);
    CHECK(fixture.transport.requests.size() == 1);
  }
}

TEST_CASE("Failures of the connection are repeated, failures of trust are not", "[retry]") {
  Fixture fixture;
  fixture.transport.script_failure(http::FailureKind::timeout);
  fixture.transport.script_failure(http::FailureKind::interrupted);
  fixture.transport.script({200});
  CHECK(fixture.send("GET").status == 200);
  CHECK_THAT(fixture.notes.front(),
             Catch::Matchers::StartsWith("GET https://h/p -> the connection failed, trying again in "));

  fixture.transport.script_failure(http::FailureKind::tls);
  CHECK_THROWS_AS(fixture.send("GET"), http::TransportError);
  fixture.transport.script_failure(http::FailureKind::refused_by_policy);
  CHECK_THROWS_AS(fixture.send("GET"), http::TransportError);
  CHECK(fixture.transport.requests.size() == 5);
}

TEST_CASE("A sink is told to start again before a repetition", "[retry]") {
  Fixture fixture;
  std::string got;
  int restarts = 0;
  http::Request request;
  request.url = "https://h/p";
  request.sink = [&](std::string_view bytes) { got += bytes; };
  request.restart_sink = [&] {
    ++restarts;
    got.clear();
  };
  fixture.transport.on("GET", "/p", [&](const http::Request& sent) -> http::Response {
    if (restarts > 0) return {200, {}, "whole"};
    sent.sink("wh");
    throw http::TransportError(http::FailureKind::interrupted, "broke off.", {}, "");
  });
  fixture.retries->send(request);
  CHECK(got == "whole");
  CHECK(restarts == 1);
}

TEST_CASE("A stop during a wait ends the request", "[retry]") {
  Fixture fixture;
  fixture.sleeper.on_sleep = [&] { fixture.cancellation.stop = true; };
  fixture.transport.script({503});
  CHECK_THROWS_AS(fixture.send("GET"), core::Cancelled);
  CHECK(fixture.transport.requests.size() == 1);
}

TEST_CASE("A request that must go out in spite of a stop is repeated once", "[retry]") {
  Fixture fixture;
  fixture.cancellation.stop = true;
  http::Request request;
  request.method = "POST";
  request.url = "https://h/cancel";
  request.safe_to_repeat = true;
  request.even_when_cancelled = true;
  fixture.transport.on("POST", "/cancel", 503, "");
  CHECK(fixture.retries->send(request).status == 503);
  CHECK(fixture.transport.requests.size() == 2);
}
