#include <mlops/aml/assets.hpp>
#include <mlops/aml/create_asset.hpp>
#include <mlops/aml/workspace.hpp>
#include <mlops/aml/workspace_resolver.hpp>
#include <mlops/core/hash.hpp>
#include <mlops_test/azure_fixture.hpp>

using namespace mlops;
using Catch::Matchers::ContainsSubstring;
namespace json = boost::json;

namespace {

json::value datastore(const std::string& name, const std::string& credentials = "AccountKey") {
  return {{"name", name},
          {"properties",
           {{"datastoreType", name == "lake" ? "AzureDataLakeGen2" : "AzureBlob"},
            {"accountName", "acct"},
            {"containerName", "box"},
            {"endpoint", "core.windows.net"},
            {"protocol", "https"},
            {"credentials", {{"credentialsType", credentials}}}}}};
}

struct Service {
  Service() {
    auto& transport = world.transport;
    transport.on("GET", "/datastores?", [](const http::Request&) {
      return http::Response{
          200,
          {},
          json::serialize(json::value{{"value", json::array{datastore("workspaceblobstore"), datastore("archive")}}})};
    });
    transport.on("GET", "/datastores/", [](const http::Request& request) {
      for (const char* name : {"workspaceblobstore", "archive", "lake"}) {
        if (request.url.find(std::string("/datastores/") + name) != std::string::npos) {
          return http::Response{
              200, {}, json::serialize(datastore(name, std::string(name) == "archive" ? "None" : "Sas"))};
        }
      }
      return http::Response{404, {}, "{}"};
    });
    transport.on("POST", "/listSecrets?", 200, R"({"secretsType":"Sas","sasToken":"?sv=1&sig=hush"})");
    transport.on("GET", "/computes/cpu-cluster?", 200, R"({"name":"cpu-cluster"})");
    transport.on("GET", "/computes/", 404, "{}");
    transport.on("GET", "/computes/cpu-cluster?", 200, R"({"name":"cpu-cluster"})");
    transport.on("GET", "/computes?", 200, R"({"value":[{"name":"cpu-cluster"},{"name":"gpu"}]})");
  }

  std::size_t asked(const std::string& part) const {
    std::size_t count = 0;
    for (const auto& line : world.service_lines()) count += line.find(part) != std::string::npos ? 1 : 0;
    return count;
  }

  test::AzureWorld world;
  azure::Session session{world.services, test::k_connection};
  aml::Workspace workspace{session, {"sub", "rg", "ws"}};
};

aml::Compiled data(const std::string& version, const std::string& uri) {
  aml::Compiled compiled;
  compiled.kind = aml::Kind::data;
  compiled.name = "cancer";
  compiled.version = version;
  compiled.name_place = {"data.yml", 2, 7};
  compiled.body = {{"properties", {{"dataType", "uri_file"}, {"dataUri", uri}, {"tags", {{"a", "b"}}}}}};
  return compiled;
}

}  // namespace

// The expected signature was made by azure-storage-blob.
TEST_CASE("a signature from the account's key is the one the storage SDK makes") {
  const core::Secret key(core::base64(std::string(64, 'k')));
  const auto now = *core::from_iso8601("2026-03-01T12:00:00Z");
  CHECK(aml::container_sas("acct", key, "box", now, now + std::chrono::hours(1)) ==
        "sv=2020-12-06&st=2026-03-01T11%3A55%3A00Z&se=2026-03-01T13%3A00%3A00Z&sr=c&sp=racwl&"
        "sig=iMHMW%2FR1xv7xO6bHdoa1jlxVBoEIZX7XxT681p2lU%2Bw%3D");
}

TEST_CASE("a container's signature is asked for once and renewed before it ends") {
  Service service;
  service.workspace.container("workspaceblobstore");
  service.workspace.container("workspaceblobstore");
  CHECK(service.asked("listSecrets") == 1);
  service.world.clock.time += std::chrono::minutes(46);
  service.workspace.container("workspaceblobstore");
  CHECK(service.asked("listSecrets") == 2);
}

TEST_CASE("a datastore without credentials, or whose secrets may not be read, is opened by the identity") {
  Service service;
  service.workspace.container("archive");
  CHECK(service.asked("listSecrets") == 0);
  service.world.transport.on("POST", "/listSecrets?", 403,
                             R"({"error":{"code":"AuthorizationFailed","message":"no"}})");
  service.workspace.container("workspaceblobstore");
  service.world.transport.on("HEAD", "https://acct.blob.core.windows.net/box/x", 404, "");
  CHECK_FALSE(service.workspace.container("workspaceblobstore").properties("x"));
  CHECK(service.world.transport.requests.back().headers.contains("Authorization"));
}

TEST_CASE("an account key is turned into a signature and never shown") {
  Service service;
  service.world.transport.on("POST", "/listSecrets?", 200,
                             R"({"secretsType":"AccountKey","key":")" + core::base64("key-of-the-account") + "\"}");
  service.world.transport.on("HEAD", "https://acct.blob.core.windows.net/box/x", 404, "");
  service.workspace.container("workspaceblobstore").properties("x");
  CHECK_THAT(service.world.transport.requests.back().url, ContainsSubstring("&sr=c&sp=racwl&sig="));
}

TEST_CASE("datastores are found, unknown and unusable ones are named") {
  Service service;
  CHECK(service.workspace.datastore("workspaceblobstore").container_url == "https://acct.blob.core.windows.net/box");
  CHECK(test::error_of([&] { service.workspace.datastore("archve"); }).message() ==
        "unknown datastore \"archve\"; did you mean \"archive\"?");
  CHECK(test::error_of([&] { service.workspace.datastore("lake"); }).code() == "datastore-unsupported");
}

TEST_CASE("an unknown compute is an error with the nearest one, at its place in the YAML") {
  Service service;
  const aml::Plan plan;
  aml::WorkspaceResolver resolver(service.workspace, plan, true);
  CHECK_THAT(resolver.compute("azureml:cpu-cluster", {}), Catch::Matchers::EndsWith("/computes/cpu-cluster"));
  CHECK(resolver.compute("azureml:Serverless", {}) == service.workspace.id() + "/computes/serverless");
  CHECK(std::string(test::error_of([&] {
                      resolver.compute("azureml:cpu-clustr", {"job.yml", 3, 10});
                    }).what()) ==
        "job.yml:3:10: unknown compute \"cpu-clustr\"; did you mean \"cpu-cluster\"? The workspace has: cpu-cluster, "
        "gpu.");
}

TEST_CASE("an asset without a name that is there already is taken as it is") {
  Service service;
  service.world.transport.on("PUT", "/environments/CliV2AnonymousEnvironment/versions/abc?", 409,
                             R"({"error":{"code":"Conflict","message":"already exists"}})");
  const aml::Plan plan;
  aml::WorkspaceResolver resolver(service.workspace, plan, false);
  CHECK(resolver.anonymous(aml::k_environment, "CliV2AnonymousEnvironment", "abc", {{"properties", json::object()}}) ==
        service.workspace.id() + "/environments/CliV2AnonymousEnvironment/versions/abc");
  service.world.transport.on("PUT", "/environments/CliV2AnonymousEnvironment/versions/def?", 400, "{}");
  CHECK_THROWS(resolver.anonymous(aml::k_environment, "CliV2AnonymousEnvironment", "def", json::object()));
}

TEST_CASE("what an earlier file of the task creates counts as existing") {
  Service service;
  aml::Plan plan;
  plan.add(aml::k_compute, "new-cluster");
  plan.add(aml::k_data, "cancer", "");
  plan.add(aml::k_environment, "env", "2");
  aml::WorkspaceResolver resolver(service.workspace, plan, true);
  CHECK_THAT(resolver.compute("azureml:new-cluster", {}), Catch::Matchers::EndsWith("/computes/new-cluster"));
  CHECK_THAT(resolver.asset(aml::k_data, "azureml:cancer@latest", {}),
             Catch::Matchers::EndsWith("/data/cancer/versions/latest"));
  CHECK_THAT(resolver.asset(aml::k_environment, "azureml:env:2", {}),
             Catch::Matchers::EndsWith("/environments/env/versions/2"));
  service.world.transport.on("GET", "/environments/env/versions/1?", 404, "{}");
  service.world.transport.on("GET", "/environments/env?", 404, "{}");
  service.world.transport.on("GET", "/environments?", 200, R"({"value":[]})");
  CHECK(test::error_of([&] { resolver.asset(aml::k_environment, "azureml:env:1", {}); }).code() == "not-found");
}

TEST_CASE("references are read in all their forms") {
  using Form = aml::AssetReference::Form;
  CHECK(aml::AssetReference::parse("azureml:a:1")->form == Form::version);
  CHECK(aml::AssetReference::parse("azureml:a@latest")->version == "latest");
  CHECK(aml::AssetReference::parse("azureml:a")->form == Form::name);
  CHECK(aml::AssetReference::parse("azureml:/subscriptions/s/x")->id == "/subscriptions/s/x");
  CHECK(aml::AssetReference::parse("azureml://registries/r/models/m/versions/1")->form == Form::registry);
  for (const char* no :
       {"azureml://datastores/d/paths/x", "./local", "https://x/y", "azureml:", "azureml:a:", "plain"}) {
    CHECK_FALSE(aml::AssetReference::parse(no));
  }
}

TEST_CASE("latest is looked up, a version must exist, a misspelt name gets the nearest") {
  Service service;
  auto& transport = service.world.transport;
  transport.on("GET", "/data/cancer?", 200, R"({"properties":{"latestVersion":"4","nextVersion":"5"}})");
  transport.on("GET", "/data/cancer/versions/4?", 200, R"({"name":"4"})");
  transport.on("GET", "/data/cancer/versions/9?", 404, "{}");
  transport.on("GET", "/data/cancr?", 404, "{}");
  transport.on("GET", "/data?", 200, R"({"value":[{"name":"cancer"}]})");
  aml::Assets assets(service.workspace);
  CHECK_THAT(assets.resolve(aml::k_data, "azureml:cancer@latest", {}),
             Catch::Matchers::EndsWith("/data/cancer/versions/4"));
  CHECK(std::string(test::error_of([&] {
                      assets.resolve(aml::k_data, "azureml:cancer:9", {"j.yml", 1, 2});
                    }).what()) ==
        "j.yml:1:2: the data asset \"cancer\" has no version \"9\". Its newest version is \"4\".");
  CHECK(std::string(test::error_of([&] {
                      assets.resolve(aml::k_data, "azureml:cancr@latest", {"j.yml", 1, 2});
                    }).what()) ==
        "j.yml:1:2: unknown data asset \"cancr\"; did you mean \"cancer\"? Create it first, e.g. by naming its file "
        "before "
        "this one.");
  CHECK(test::error_of([&] { assets.resolve(aml::k_data, "azureml:cancer@prod", {}); }).message() ==
        "\"azureml:cancer@prod\" uses the label \"prod\".");
}

TEST_CASE("an asset without a version gets the next one only when its content changed") {
  Service service;
  auto& transport = service.world.transport;
  transport.on("GET", "/data/cancer?", 200, R"({"properties":{"latestVersion":"4","nextVersion":"5"}})");
  transport.on(
      "GET", "/data/cancer/versions/4?", 200,
      R"({"name":"4","properties":{"dataType":"uri_file","tags":{"a":"b"},)"
      R"("dataUri":"azureml://subscriptions/s/resourcegroups/r/workspaces/w/datastores/blob/paths/x/y.csv"}})");
  transport.on("PUT", "/data/cancer/versions/", 201, R"({"id":"/made"})");
  const auto same = aml::apply_asset(service.workspace, data("", "azureml://datastores/blob/paths/x/y.csv"));
  CHECK(same.version == "4");
  CHECK(same.existed);
  CHECK(service.asked("PUT ") == 0);
  const auto changed = aml::apply_asset(service.workspace, data("", "azureml://datastores/blob/paths/x/z.csv"));
  CHECK(changed.version == "5");
  CHECK(changed.id == "/made");
}

TEST_CASE("a version that exists with other content can't be made again") {
  Service service;
  service.world.transport.on("GET", "/data/cancer/versions/4?", 200,
                             R"({"name":"4","properties":{"dataType":"uri_file","dataUri":"https://x/a.csv"}})");
  CHECK(
      std::string(test::error_of([&] { aml::apply_asset(service.workspace, data("4", "https://x/b.csv")); }).what()) ==
      "data.yml:2:7: the data asset cancer:4 exists with other content. Versions can't be changed: raise `version`, or "
      "leave it out to get the next one.");
}

TEST_CASE("new tags of the same content update the version") {
  Service service;
  auto& transport = service.world.transport;
  transport.on("GET", "/data/cancer/versions/4?", 200,
               R"({"name":"4","properties":{"dataType":"uri_file","dataUri":"https://x/a.csv","tags":{}}})");
  transport.on("PUT", "/data/cancer/versions/4?", 200, R"({"id":"/kept"})");
  CHECK(aml::apply_asset(service.workspace, data("4", "https://x/a.csv")).existed);
  CHECK(service.asked("PUT ") == 1);
}

TEST_CASE("a number that another pipeline took is not fought over") {
  Service service;
  auto& transport = service.world.transport;
  int asked = 0;
  transport.on("GET", "/data/cancer?", [&](const http::Request&) {
    ++asked;
    return http::Response{
        200, {}, R"({"properties":{"latestVersion":"","nextVersion":")" + std::to_string(asked > 2 ? 2 : 1) + "\"}}"};
  });
  transport.on("GET", "/data/cancer/versions?", 200, R"({"value":[]})");
  transport.on("GET", "/data/cancer/versions/1?", 200,
               R"({"name":"1","properties":{"dataType":"uri_file","dataUri":"https://x/other.csv"}})");
  transport.on("PUT", "/data/cancer/versions/1?", 409, R"({"error":{"code":"Conflict","message":"taken"}})");
  transport.on("PUT", "/data/cancer/versions/2?", 201, R"({"id":"/two"})");
  CHECK(aml::apply_asset(service.workspace, data("", "https://x/a.csv")).id == "/two");
}
