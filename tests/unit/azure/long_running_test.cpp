#include <mlops/azure/resource_manager.hpp>

#include <mlops_test/azure_fixture.hpp>

using namespace mlops;
using namespace std::chrono_literals;
using test::AzureWorld;
using test::error_of;
using test::k_arm;

namespace {

namespace json = boost::json;

const std::string k_path = "/subscriptions/sub/things/t";
const std::string k_status = k_arm + "/operations/1";
const std::string k_result = k_arm + "/results/1";

std::string state(const std::string& provisioning_state) {
  return R"({"id":"t","properties":{"provisioningState":")" + provisioning_state + "\"}}";
}

/// Answers one after another, the last again and again. The fake copies its handlers: the place is shared.
test::FakeTransport::Handler sequence(const std::vector<http::Response>& responses) {
  return [responses, next = std::make_shared<std::size_t>(0)](const http::Request&) {
    const http::Response response = responses[*next];
    if (*next + 1 < responses.size()) ++*next;
    return response;
  };
}

struct Fixture {
  AzureWorld world;
  azure::Session session{world.services, test::k_connection};
  azure::ResourceManager manager{session};
  test::FakeTransport& transport = world.transport;
  std::vector<std::string> states;

  Fixture() {
    manager.on_progress([this](const std::string& status) { states.push_back(status); });
  }

  json::value put() { return manager.put(k_path, "1", {{"a", 1}}, "the thing \"t\""); }
};

}  // namespace

TEST_CASE("A PUT that is done at once does not wait", "[operation]") {
  Fixture fixture;
  for (const auto& body : {state("Succeeded"), std::string(R"({"id":"t"})")}) {
    fixture.transport.on("PUT", "/things/t", 201, body);
    CHECK(fixture.put().at("id") == "t");
  }
  CHECK(fixture.world.sleeper.sleeps.empty());
  CHECK(fixture.world.service_lines().size() == 2);
}

TEST_CASE("A PUT follows the status address and returns the resource as it ends up", "[operation]") {
  Fixture fixture;
  fixture.transport.on("PUT", "/things/t", 201, state("Creating"), {{"Azure-AsyncOperation", k_status}});
  fixture.transport.on(
      "GET", "/operations/1",
      sequence({{200, {}, R"({"status":"InProgress"})"}, {202, {}, ""}, {200, {}, R"({"status":"Succeeded"})"}}));
  fixture.transport.on("GET", "/things/t", 200, state("Succeeded"));
  CHECK(fixture.put().at("properties").at("provisioningState") == "Succeeded");
  CHECK(fixture.states == std::vector<std::string>{"InProgress", "InProgress", "InProgress"});
  CHECK(fixture.world.service_lines().back() == "GET " + k_arm + k_path + "?api-version=1");
}

TEST_CASE("Waits start short and grow to fifteen seconds", "[operation]") {
  Fixture fixture;
  std::vector<http::Response> responses(14, {200, {}, R"({"status":"Running"})"});
  responses.push_back({200, {}, R"({"status":"Succeeded"})"});
  fixture.transport.on("PUT", "/things/t", 201, "", {{"Azure-AsyncOperation", k_status}});
  fixture.transport.on("GET", "/operations/1", sequence(responses));
  fixture.transport.on("GET", "/things/t", 200, state("Succeeded"));
  fixture.put();
  const auto& sleeps = fixture.world.sleeper.sleeps;
  CHECK(sleeps.front() == 200ms);
  CHECK(sleeps.back() == 15s);
  CHECK(std::is_sorted(sleeps.begin(), sleeps.end()));
}

TEST_CASE("Retry-After sets the wait", "[operation]") {
  Fixture fixture;
  fixture.transport.on("PUT", "/things/t", 201, "", {{"Azure-AsyncOperation", k_status}, {"Retry-After", "4"}});
  fixture.transport.on(
      "GET", "/operations/1",
      sequence({{200, {{"Retry-After", "9"}}, R"({"status":"Running"})"}, {200, {}, R"({"status":"Succeeded"})"}}));
  fixture.transport.on("GET", "/things/t", 200, state("Succeeded"));
  fixture.put();
  CHECK(fixture.world.sleeper.sleeps == std::vector<core::Milliseconds>{4s, 9s});
}

TEST_CASE("Without a status address the resource's own state is watched", "[operation]") {
  Fixture fixture;
  fixture.transport.on("PUT", "/things/t", 200, state("Updating"));
  fixture.transport.on("GET", "/things/t", sequence({{200, {}, state("Updating")}, {200, {}, state("Succeeded")}}));
  CHECK(fixture.put().at("properties").at("provisioningState") == "Succeeded");
  CHECK(fixture.states == std::vector<std::string>{"Updating", "Updating"});
}

TEST_CASE("An accepted request is followed to its location", "[operation]") {
  Fixture fixture;
  fixture.transport.on("POST", "/things/t/run", 202, "", {{"Location", k_result}});
  fixture.transport.on("GET", "/results/1", sequence({{202, {{"Location", k_arm + "/results/2"}}, ""}}));
  fixture.transport.on("GET", "/results/2", sequence({{202}, {200, {}, R"({"answer":42})"}}));
  CHECK(fixture.manager.post(k_path + "/run", "1", nullptr, "the run", false).at("answer") == 42);
}

TEST_CASE("A location that answers with nothing leads back to the resource", "[operation]") {
  Fixture fixture;
  fixture.transport.on("PATCH", "/things/t", 202, "", {{"Location", k_result}});
  fixture.transport.on("GET", "/results/1", 204, "");
  fixture.transport.on("GET", "/things/t", 200, state("Succeeded"));
  CHECK(fixture.manager.patch(k_path, "1", json::object(), "the thing").at("id") == "t");
}

TEST_CASE("The result of a POST with a status address stands at its location", "[operation]") {
  Fixture fixture;
  fixture.transport.on("POST", "/run", 202, "", {{"Azure-AsyncOperation", k_status}, {"Location", k_result}});
  fixture.transport.on("GET", "/operations/1", 200, R"({"status":"Succeeded"})");
  fixture.transport.on("GET", "/results/1", 200, R"({"answer":42})");
  CHECK(fixture.manager.post(k_path + "/run", "1", nullptr, "the run", false).at("answer") == 42);
}

TEST_CASE("A deletion ends when its operation or the resource is gone", "[operation]") {
  Fixture fixture;
  SECTION("by the status") {
    fixture.transport.on("DELETE", "/things/t", 202, "", {{"Azure-AsyncOperation", k_status}});
    fixture.transport.on("GET", "/operations/1",
                         sequence({{200, {}, R"({"status":"Deleting"})"}, {200, {}, R"({"status":"Succeeded"})"}}));
  }
  SECTION("by an operation that goes with it") {
    fixture.transport.on("DELETE", "/things/t", 202, "", {{"Location", k_result}});
    fixture.transport.on("GET", "/results/1", sequence({{202}, {404}}));
  }
  SECTION("by the resource") {
    fixture.transport.on("DELETE", "/things/t", 202, "");
    fixture.transport.on("GET", "/things/t", sequence({{200, {}, state("Deleting")}, {404}}));
  }
  CHECK(fixture.manager.remove(k_path, "1", "the thing"));
  CHECK(fixture.world.sleeper.sleeps.size() == 2);
}

TEST_CASE("A failed operation gives its own error", "[operation]") {
  Fixture fixture;
  SECTION("in the operation's status") {
    fixture.transport.on("PUT", "/things/t", 201, state("Creating"), {{"Azure-AsyncOperation", k_status}});
    fixture.transport.on("GET", "/operations/1", 200,
                         R"({"status":"Failed","error":{"code":"QuotaExceeded","message":"No cores left."}})",
                         {{"x-ms-request-id", "op-1"}});
    const auto error = error_of([&] { fixture.put(); });
    CHECK(error.code() == "operation-failed");
    CHECK(error.message() == "the operation on the thing \"t\" failed: QuotaExceeded: No cores left.");
    CHECK_THAT(core::to_string(error.place()), Catch::Matchers::EndsWith("(HTTP 200, request id op-1)"));
  }
  SECTION("in the resource's properties") {
    fixture.transport.on("PUT", "/things/t", 200,
                         R"({"properties":{"provisioningState":"Failed","provisioningErrors":[
                             {"error":{"code":"SubnetFull","message":"No address left."}}]}})");
    CHECK(error_of([&] { fixture.put(); }).message() ==
          "the operation on the thing \"t\" failed: SubnetFull: No address left.");
  }
  SECTION("in the resource after the operation has succeeded") {
    fixture.transport.on("PUT", "/things/t", 201, "", {{"Azure-AsyncOperation", k_status}});
    fixture.transport.on("GET", "/operations/1", 200, R"({"status":"Succeeded"})");
    fixture.transport.on("GET", "/things/t", 200, state("Failed"));
    CHECK(error_of([&] { fixture.put(); }).message() == "the operation on the thing \"t\" failed.");
  }
  SECTION("cancelled") {
    fixture.transport.on("PUT", "/things/t", 201, "", {{"Azure-AsyncOperation", k_status}});
    fixture.transport.on("GET", "/operations/1", 200, R"({"status":"Canceled"})");
    CHECK(error_of([&] { fixture.put(); }).message() == "the operation on the thing \"t\" was cancelled.");
  }
}

TEST_CASE("An operation that takes too long is left to go on", "[operation]") {
  Fixture fixture;
  fixture.manager.set_operation_timeout(10min);
  fixture.transport.on("PUT", "/things/t", 200, state("Creating"));
  fixture.transport.on("GET", "/things/t", 200, state("Creating"));
  const auto start = fixture.world.clock.time;
  const auto error = error_of([&] { fixture.put(); });
  CHECK(error.code() == "operation-timeout");
  CHECK(error.message() == "the operation on the thing \"t\" is still \"Creating\" after 10 min.");
  CHECK(fixture.world.clock.time - start < 10min + 1s);
}

TEST_CASE("A stop ends the wait for an operation", "[operation]") {
  Fixture fixture;
  fixture.transport.on("PUT", "/things/t", 200, state("Creating"));
  fixture.world.sleeper.on_sleep = [&] { fixture.world.cancellation.stop = true; };
  CHECK_THROWS_AS(fixture.put(), core::Cancelled);
}

TEST_CASE("What is sent in spite of a stop does not wait for its operation", "[operation]") {
  Fixture fixture;
  fixture.world.cancellation.stop = true;
  fixture.transport.on("POST", "/cancel", 202, "", {{"Location", k_result}});
  fixture.transport.on("DELETE", "/things/t", 202, "", {{"Location", k_result}});
  fixture.manager.post(k_path + "/cancel", "1", nullptr, "the job", true, true);
  CHECK(fixture.manager.remove(k_path, "1", "the thing", true));
  CHECK(fixture.world.sleeper.sleeps.empty());
  CHECK(fixture.world.service_lines().size() == 2);
}

TEST_CASE("A status address in another domain gets no token", "[operation]") {
  Fixture fixture;
  fixture.transport.on("PUT", "/things/t", 201, "", {{"Azure-AsyncOperation", "https://evil.example/1"}});
  CHECK(error_of([&] { fixture.put(); }).code() == "answer-invalid");
}

TEST_CASE("Tokens are renewed while an operation is waited for", "[operation]") {
  Fixture fixture;
  fixture.manager.set_operation_timeout(180min);
  fixture.transport.on("PUT", "/things/t", 200, state("Creating"));
  const auto start = fixture.world.clock.time;
  fixture.transport.on("GET", "/things/t", [&](const http::Request&) {
    return http::Response{200, {}, state(fixture.world.clock.time - start > 130min ? "Succeeded" : "Creating")};
  });
  fixture.put();
  CHECK(fixture.world.tokens == 3);
}
