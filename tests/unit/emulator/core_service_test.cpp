#include <mlops/core/error.hpp>
#include <mlops/core/real_world.hpp>
#include <mlops/emulator/emulator.hpp>
#include <mlops/http/client.hpp>
#include <mlops/http/url.hpp>
#include <mlops_test/catch.hpp>
#include <mlops_test/fakes.hpp>
#include <thread>

using namespace mlops;

namespace json = boost::json;

namespace {

/// A running emulator and a client with a token.
class Service {
 public:
  Service() { sign_in(); }

  http::Response send(const std::string& method, const std::string& path, const std::string& body = {}) {
    return send_to(method, k_workspace + path, body);
  }

  http::Response send_to(const std::string& method, const std::string& path, const std::string& body = {}) {
    http::Request request;
    request.method = method;
    request.url = m_emulator->url() + path;
    request.headers = {{"Authorization", "Bearer " + m_token}, {"Content-Type", "application/json"}};
    request.body = body;
    return m_transport->send(request);
  }

  json::value get(const std::string& path) { return json::parse(send("GET", path).body); }

  /// Waits until the resource's provisioningState is no longer in between.
  std::string settled(const std::string& path) {
    for (int i = 0; i < 200; ++i) {
      const std::string state(get(path).at("properties").at("provisioningState").as_string());
      if (state == "Succeeded" || state == "Failed") return state;
      std::this_thread::sleep_for(std::chrono::milliseconds(20));
    }
    return "never";
  }

  http::Response token_for(const std::string& secret) {
    http::Request request;
    request.method = "POST";
    request.url = m_emulator->url() + "/" + m_settings.tenant + "/oauth2/v2.0/token";
    request.headers = {{"Content-Type", "application/x-www-form-urlencoded"}};
    request.body = "grant_type=client_credentials&client_id=" + m_settings.client_id + "&client_secret=" + secret +
                   "&scope=" + http::encode(m_emulator->url() + "/.default");
    return m_transport->send(request);
  }

  void restart() {
    m_emulator.reset();
    m_emulator = std::make_unique<emulator::Emulator>(m_settings, *m_clock, false);
    sign_in();
  }

  std::string url() const { return m_emulator->url(); }

  void forget_token() { m_token = "forgotten"; }

 private:
  static constexpr const char* k_workspace =
      "/subscriptions/22222222-3333-4444-8555-666666666666/resourceGroups/rg/providers/"
      "Microsoft.MachineLearningServices/workspaces/ws";

  void sign_in() {
    const auto answer = token_for(m_emulator->client_secret());
    m_token = json::parse(answer.body).at("access_token").as_string().c_str();
  }

  static emulator::Settings settings(const std::filesystem::path& folder) {
    emulator::Settings settings;
    settings.data = folder;
    settings.connection_file = folder / "connection.env";
    settings.workspaces = {{"rg", "ws"}};
    settings.subscription = "22222222-3333-4444-8555-666666666666";
    settings.tenant = "33333333-4444-4555-8666-777777777777";
    settings.client_id = "44444444-5555-4666-8777-888888888888";
    settings.operation_time = std::chrono::milliseconds(30);
    return settings;
  }

  test::TemporaryFolder m_folder;
  std::unique_ptr<core::Clock> m_clock = core::system_clock();
  test::FakeCancellation m_cancellation;
  emulator::Settings m_settings = settings(m_folder.path());
  std::unique_ptr<emulator::Emulator> m_emulator = std::make_unique<emulator::Emulator>(m_settings, *m_clock, false);
  std::unique_ptr<http::Transport> m_transport = http::curl_transport({}, m_cancellation);
  std::string m_token;
};

std::string code_of(const http::Response& response) {
  return json::parse(response.body).at("error").at("code").as_string().c_str();
}

constexpr const char* k_compute =
    R"({"location":"local","properties":{"computeType":"AmlCompute","properties":{"vmSize":"x"}}})";
constexpr const char* k_endpoint = R"({"location":"local","properties":{"authMode":"Key"}})";

}  // namespace

TEST_CASE("only the right secret gets a token, and only a token opens the workspace") {
  Service service;
  CHECK(service.send("GET", "?api-version=2025-12-01").status == 200);
  const auto refused = service.token_for("wrong");
  CHECK(refused.status == 401);
  CHECK(refused.body.find("AADSTS7000215") != std::string::npos);
  service.forget_token();
  CHECK(service.send("GET", "?api-version=2025-12-01").status == 401);
}

TEST_CASE("what is not known is not found, in Azure's words") {
  Service service;
  const auto unknown = service.send("GET", "/featuresets?api-version=2025-12-01");
  CHECK(unknown.status == 404);
  CHECK(code_of(unknown) == "NotFound");
  CHECK(service.send("GET", "/computes/none?api-version=2025-12-01").status == 404);
}

TEST_CASE("a compute is provisioned in a while and survives a restart") {
  Service service;
  const auto made = service.send("PUT", "/computes/cpu?api-version=2025-12-01", k_compute);
  CHECK(made.status == 201);
  CHECK(made.headers.contains("Azure-AsyncOperation"));
  CHECK(service.settled("/computes/cpu?api-version=2025-12-01") == "Succeeded");
  service.restart();
  CHECK(service.get("/computes/cpu?api-version=2025-12-01").at("name") == "cpu");
  CHECK(code_of(service.send("PUT", "/computes/bad?api-version=2025-12-01",
                             R"({"properties":{"computeType":"Abacus"}})")) == "UserError");
}

TEST_CASE("a schedule is kept, listed by whether it is on, and deleted") {
  Service service;
  const std::string address = "/schedules/nightly?api-version=2025-12-01";
  const auto with_trigger = [](const std::string& trigger, const std::string& rest) {
    return R"({"properties":{)" + rest + R"("trigger":{"triggerType":")" + trigger +
           R"(","expression":"0 3 * * *"},"action":{"actionType":"CreateJob","jobDefinition":{"jobType":"Pipeline"}}}})";
  };
  CHECK(service.send("PUT", address, with_trigger("Cron", "")).status == 201);
  CHECK(service.settled(address) == "Succeeded");
  CHECK(service.get(address).at("properties").at("isEnabled") == true);
  CHECK(service.get("/schedules?api-version=2025-12-01").at("value").as_array().size() == 1);
  CHECK(service.send("PUT", address, with_trigger("Cron", R"("isEnabled":false,)")).status == 200);
  CHECK(service.settled(address) == "Succeeded");
  CHECK(service.get("/schedules?api-version=2025-12-01").at("value").as_array().empty());
  CHECK(service.get("/schedules?api-version=2025-12-01&listViewType=All").at("value").as_array().size() == 1);
  CHECK(code_of(service.send("PUT", address, with_trigger("Sometimes", ""))) == "UserError");
  CHECK(service.send("DELETE", address).status == 202);
  CHECK(service.send("DELETE", "/schedules/other?api-version=2025-12-01").status == 204);
}

TEST_CASE("a registry is found by its name and holds assets of its own") {
  Service service;
  const std::string registry =
      "/subscriptions/22222222-3333-4444-8555-666666666666/resourceGroups/shared/providers/"
      "Microsoft.MachineLearningServices/registries/common";
  const std::string version = "?api-version=2025-12-01";
  CHECK(service.send_to("GET", "/registrymanagement/v1.0/registries/common/discovery").status == 404);
  CHECK(service.send_to("PUT", registry + version, "{}").status == 201);
  const json::value found =
      json::parse(service.send_to("GET", "/registrymanagement/v1.0/registries/common/discovery").body);
  CHECK(found.at("resourceGroup") == "shared");
  const std::string environment = registry + "/environments/e/versions/1" + version;
  CHECK(service.send_to("GET", environment).status == 404);
  CHECK(service.send_to("PUT", environment, R"({"properties":{"image":"i"}})").status == 201);
  CHECK(json::parse(service.send_to("GET", environment).body).at("id").as_string() ==
        registry + "/environments/e/versions/1");
  CHECK(service.send("GET", "/environments/e/versions/1" + version).status == 404);
  const auto upload = service.send_to("POST", registry + "/data/d/versions/1/startPendingUpload" + version,
                                      R"({"pendingUploadType":"TemporaryBlobReference"})");
  CHECK(
      json::parse(upload.body).at("blobReferenceForConsumption").at("blobUri").as_string().starts_with(service.url()));
}

TEST_CASE("a job on a compute that isn't there, or of a type that can't run here, is refused") {
  Service service;
  const auto refused = service.send(
      "PUT", "/jobs/j?api-version=2025-12-01",
      R"({"properties":{"jobType":"Command","command":"true","environmentId":"e","computeId":"/computes/none"}})");
  CHECK(refused.status == 400);
  CHECK(refused.body.find("The compute 'none' does not exist") != std::string::npos);
  CHECK(service.send("PUT", "/jobs/j?api-version=2025-12-01", R"({"properties":{"jobType":"Sweep"}})").status == 400);
  CHECK(service.send("GET", "/jobs/j?api-version=2025-12-01").status == 404);
}

TEST_CASE("an endpoint with a compute is on Kubernetes, with or without an identity") {
  Service service;
  const std::string compute = "/computes/aks?api-version=2025-12-01";
  REQUIRE(service.send("PUT", compute, R"({"location":"local","properties":{"computeType":"Kubernetes"}})").status <
          300);
  const std::string id = service.get(compute).at("id").as_string().c_str();
  REQUIRE(service.settled(compute) == "Succeeded");
  for (const std::string identity : {"", R"("identity":{"type":"SystemAssigned"},)"}) {
    for (const bool on_kubernetes : {false, true}) {
      CAPTURE(identity, on_kubernetes);
      const std::string where = on_kubernetes ? R"(,"compute":")" + id + '"' : "";
      const auto made = service.send("PUT", "/onlineEndpoints/cancer?api-version=2025-12-01",
                                     "{" + identity + R"("properties":{"authMode":"Key")" + where + "}}");
      REQUIRE(made.status < 300);
      CHECK(json::parse(made.body).at("kind") == (on_kubernetes ? "K8S" : "Managed"));
    }
  }
}

TEST_CASE("while an endpoint is being changed, none of its deployments is made or deleted") {
  Service service;
  service.send("PUT", "/onlineEndpoints/cancer?api-version=2025-12-01", k_endpoint);
  const auto refused =
      service.send("PUT", "/onlineEndpoints/cancer/deployments/blue?api-version=2025-12-01", R"({"properties":{}})");
  CHECK(refused.status == 409);
  CHECK(code_of(refused) == "Conflict");
  CHECK(refused.body.find("The endpoint 'cancer' is being changed (Creating).") != std::string::npos);
}

TEST_CASE("an endpoint has keys of its own, and its traffic must add up and name its deployments") {
  Service service;
  CHECK(service.send("PUT", "/onlineEndpoints/cancer?api-version=2025-12-01", k_endpoint).status == 201);
  CHECK(service.settled("/onlineEndpoints/cancer?api-version=2025-12-01") == "Succeeded");
  const json::value keys =
      json::parse(service.send("POST", "/onlineEndpoints/cancer/listKeys?api-version=2025-12-01").body);
  CHECK(keys.at("primaryKey") != keys.at("secondaryKey"));
  CHECK(service.get("/onlineEndpoints/cancer?api-version=2025-12-01").as_object().contains("keys") == false);
  const auto traffic = service.send("PUT", "/onlineEndpoints/cancer?api-version=2025-12-01",
                                    R"({"location":"local","properties":{"authMode":"Key","traffic":{"blue":100}}})");
  CHECK(traffic.status == 400);
  CHECK(traffic.body.find("names the deployment 'blue'") != std::string::npos);
  service.restart();
  const std::string address(
      service.get("/onlineEndpoints/cancer?api-version=2025-12-01").at("properties").at("scoringUri").as_string());
  CHECK(address == service.url() + "/endpoints/rg/ws/cancer/score");
  CHECK(service.send("PUT", "/onlineEndpoints/1?api-version=2025-12-01", k_endpoint).status == 400);
}

TEST_CASE("two emulators don't share a data folder") {
  Service service;
  const test::TemporaryFolder folder;
  const auto clock = core::system_clock();
  emulator::Settings settings;
  settings.data = folder.path();
  settings.connection_file = folder.path() / "connection.env";
  const emulator::Emulator first(settings, *clock, false);
  try {
    const emulator::Emulator second(settings, *clock, false);
    FAIL("the second one started");
  } catch (const core::Error& error) {
    CHECK(error.code() == "data-folder-in-use");
  }
}
