#include <mlops/azure/resource_manager.hpp>

#include <mlops_test/azure_fixture.hpp>

using namespace mlops;
using test::AzureWorld;
using test::error_of;
using test::k_arm;

namespace {

namespace json = boost::json;

struct Fixture {
  AzureWorld world;
  azure::Session session{world.services, test::k_connection};
  azure::ResourceManager manager{session};
};

const std::string k_path = "/subscriptions/sub/resourceGroups/rg/providers/P/things/t";
const std::string k_url = k_arm + k_path + "?api-version=2024-01-01";

}  // namespace

TEST_CASE("A session knows its connection and sends nothing on its own", "[session]") {
  Fixture fixture;
  CHECK(fixture.session.subscription_id() == "sub");
  CHECK(fixture.session.cloud().name == "AzureCloud");
  CHECK(&fixture.session.transport_for("https://a") == &fixture.session.transport_for("https://a"));
  CHECK(&fixture.session.transport_for("https://a") != &fixture.session.transport_for("https://b"));
  CHECK(fixture.world.transport.requests.empty());
}

TEST_CASE("A resource is read with a token, and a missing one is no failure to find", "[arm]") {
  Fixture fixture;
  fixture.world.transport.on("GET", "/things/t", 200, R"({"name":"t"})");
  CHECK(fixture.manager.find(k_path, "2024-01-01")->at("name") == "t");
  CHECK(fixture.world.transport.requests.back().url == k_url);
  CHECK(fixture.world.transport.requests.back().headers.find("Authorization") == "Bearer token-1");
  fixture.world.transport.on("GET", "/things/t", 404, R"({"error":{"code":"ResourceNotFound","message":"no"}})");
  CHECK_FALSE(fixture.manager.find(k_path, "2024-01-01"));
  const auto error = error_of([&] { fixture.manager.get(k_path, "2024-01-01", "the thing \"t\""); });
  CHECK(error.code() == "not-found");
  CHECK(error.message() == "the thing \"t\" does not exist.");
  fixture.world.transport.on("GET", "/things/t", 403, R"({"error":{"code":"AuthorizationFailed","message":"no"}})");
  CHECK(error_of([&] { fixture.manager.find(k_path, "2024-01-01"); }).code() == "service-error");
}

TEST_CASE("A busy service is asked again, and the user is told", "[arm]") {
  Fixture fixture;
  fixture.world.transport.on("GET", "/things/t", [n = std::make_shared<int>(0)](const http::Request&) {
    return ++*n == 1 ? http::Response{429, {{"Retry-After", "2"}}} : http::Response{200, {}, "{}"};
  });
  fixture.manager.find(k_path, "2024-01-01");
  CHECK_THAT(fixture.world.output.text, Catch::Matchers::ContainsSubstring("-> 429, trying again in 2.0 s (2 of 6)\n"));
}

TEST_CASE("A list is followed over its pages up to the wanted number", "[arm]") {
  Fixture fixture;
  fixture.world.transport.on(
      "GET", "/things?", 200,
      R"({"value":[{"n":1},{"n":2}],"nextLink":"https://management.azure.com/page2?api-version=2024-01-01&$skipToken=x"})");
  fixture.world.transport.on("GET", "/page2", 200, R"({"value":[{"n":3}],"nextLink":null})");
  const auto items = fixture.manager.list("/things", "2024-01-01", {{"$filter", "a b"}});
  REQUIRE(items.size() == 3);
  CHECK(items[2].at("n") == 3);
  CHECK(fixture.world.service_lines() ==
        std::vector<std::string>{"GET " + k_arm + "/things?api-version=2024-01-01&$filter=a%20b",
                                 "GET " + k_arm + "/page2?api-version=2024-01-01&$skipToken=x"});
  CHECK(fixture.manager.list("/things", "2024-01-01", {}, 2).size() == 2);
  CHECK(fixture.world.service_lines().size() == 3);
}

TEST_CASE("The token does not follow a link out of the cloud's domain", "[arm]") {
  Fixture fixture;
  const auto follow = [&](const std::string& link) {
    fixture.world.transport.on("GET", "/things?", 200, "{\"value\":[],\"nextLink\":\"" + link + "\"}");
    fixture.manager.list("/things", "1");
  };
  fixture.world.transport.on("GET", "/next", 200, R"({"value":[]})");
  CHECK_NOTHROW(follow("https://westeurope.management.azure.com/next"));
  for (const char* link :
       {"https://evil.example/next", "http://management.azure.com/next", "https://azure.com.evil.example/next",
        "https://management.azure.com:8443/next", "https://management.azure.com@evil.example/next"}) {
    const auto error = error_of([&] { follow(link); });
    CHECK(error.code() == "answer-invalid");
    CHECK_THAT(error.message(), Catch::Matchers::ContainsSubstring("the token is not sent there"));
  }
}

TEST_CASE("A refused change names what was to be done", "[arm]") {
  Fixture fixture;
  fixture.world.transport.on("PUT", "/things/t", 409, R"({"error":{"code":"Conflict","message":"Busy."}})");
  CHECK(error_of([&] { fixture.manager.put(k_path, "2024-01-01", json::object(), "the thing \"t\""); }).message() ==
        "can't create the thing \"t\": Conflict: Busy.");
}

TEST_CASE("A POST without a body sends none, and an empty answer is an empty object", "[arm]") {
  Fixture fixture;
  fixture.world.transport.on("POST", "/things/t/start", 200, "");
  CHECK(fixture.manager.post(k_path + "/start", "1", nullptr, "the thing", false) == json::object());
  CHECK(test::body_of(fixture.world.transport.requests.back()).empty());
  fixture.world.transport.on("POST", "/things/t/keys", 200, R"({"key":"k"})");
  CHECK(fixture.manager.post(k_path + "/keys", "1", json::object(), "the thing", true).at("key") == "k");
  CHECK(test::body_of(fixture.world.transport.requests.back()) == "{}");
}

TEST_CASE("Deleting says whether there was something", "[arm]") {
  Fixture fixture;
  fixture.world.transport.on("DELETE", "/things/t", 200, "");
  CHECK(fixture.manager.remove(k_path, "1", "the thing"));
  fixture.world.transport.on("DELETE", "/things/t", 204, "");
  CHECK_FALSE(fixture.manager.remove(k_path, "1", "the thing"));
  fixture.world.transport.on("DELETE", "/things/t", 404, "");
  CHECK_FALSE(fixture.manager.remove(k_path, "1", "the thing"));
}

TEST_CASE("A dry run shows what it would send, masks secrets and sends nothing that changes anything", "[arm]") {
  Fixture fixture;
  fixture.world.services.dry_run = true;
  fixture.world.log.add_secret(core::Secret("hunter2"));
  const json::value body = {{"properties", {{"password", "hunter2"}}}};
  CHECK(fixture.manager.put(k_path, "2024-01-01", body, "the thing") == body);
  CHECK(fixture.manager.patch(k_path, "2024-01-01", body, "the thing") == body);
  CHECK(fixture.manager.post(k_path + "/start", "2024-01-01", nullptr, "the thing", false) == json::object());
  CHECK(fixture.manager.remove(k_path, "2024-01-01", "the thing"));
  CHECK(fixture.world.transport.requests.empty());
  CHECK_THAT(fixture.world.output.text, Catch::Matchers::ContainsSubstring("would PUT " + k_url + "\n{\n"));
  CHECK_THAT(fixture.world.output.text, Catch::Matchers::ContainsSubstring("\"password\": \"***\""));
  CHECK_THAT(fixture.world.output.text, Catch::Matchers::ContainsSubstring("would DELETE " + k_url + "\n"));

  fixture.world.transport.on("GET", "/things/t", 200, "{}");
  fixture.world.transport.on("POST", "/things/t/keys", 200, "{}");
  fixture.manager.find(k_path, "2024-01-01");
  fixture.manager.post(k_path + "/keys", "2024-01-01", nullptr, "the keys", true);
  CHECK(fixture.world.service_lines().size() == 2);
}
