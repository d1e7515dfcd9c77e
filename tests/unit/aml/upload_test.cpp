#include <mlops/aml/assets.hpp>
#include <mlops/aml/json_access.hpp>
#include <mlops/aml/snapshot/code.hpp>
#include <mlops/http/url.hpp>
#include <mlops_test/azure_fixture.hpp>

using namespace mlops;
using Catch::Matchers::ContainsSubstring;
namespace json = boost::json;

namespace {

/// A workspace with one container that keeps blobs and their metadata, and code assets that are found by their hash.
struct Store {
  Store() {
    auto& transport = world.transport;
    transport.on("GET", "/datastores/workspaceblobstore?", 200,
                 R"({"name":"workspaceblobstore","properties":{"datastoreType":"AzureBlob","accountName":"acct",)"
                 R"("containerName":"box","endpoint":"core.windows.net","protocol":"https"}})");
    transport.on("POST", "/listSecrets?", 200, R"({"sasToken":"sv=1&sig=hush"})");
    transport.on("HEAD", "https://acct.", [this](const http::Request& request) { return head(request); });
    transport.on("PUT", "https://acct.", [this](const http::Request& request) { return put(request); });
    transport.on("GET", "comp=list", [this](const http::Request&) { return list(); });
    transport.on("GET", "/codes/", [this](const http::Request& request) { return get_code(request); });
    transport.on("PUT", "/codes/", [this](const http::Request& request) { return put_code(request); });
    transport.on("POST", "/startPendingUpload?", 200,
                 R"({"blobReferenceForConsumption":{"blobUri":"https://acct.blob.core.windows.net/temp",)"
                 R"("credential":{"sasUri":"https://acct.blob.core.windows.net/temp?sv=1&sig=hush"}}})");
  }

  static std::string path(const http::Request& request) { return http::decode(http::parse_url(request.url).path); }

  http::Response head(const http::Request& request) const {
    if (blobs.count(path(request)) == 0) return {404, {{"x-ms-error-code", "BlobNotFound"}}, ""};
    http::Headers headers{{"Content-Length", "1"}};
    if (complete.count(path(request)) != 0) headers.set("x-ms-meta-upload_status", "completed");
    return {200, headers, ""};
  }

  http::Response put(const http::Request& request) {
    if (request.url.find("comp=metadata") != std::string::npos) {
      complete[path(request)] = request.headers.find("x-ms-meta-name").value_or("");
      return {200, {}, ""};
    }
    blobs[path(request)] = test::body_of(request);
    return {201, {}, ""};
  }

  http::Response list() const {
    if (!may_list) return {403, {{"x-ms-error-code", "AuthorizationPermissionMismatch"}}, ""};
    std::string items;
    for (const auto& [path, content] : blobs) {
      items += "<Blob><Name>" + path.substr(path.find('/', 1) + 1) + "</Name><Properties><Content-Length>" +
               std::to_string(content.size()) + "</Content-Length></Properties></Blob>";
    }
    return {200, {}, "<EnumerationResults><Blobs>" + items + "</Blobs><NextMarker/></EnumerationResults>"};
  }

  http::Response get_code(const http::Request& request) const {
    const bool by_hash = request.url.find("hash=") != std::string::npos;
    json::array found;
    for (const auto& code : codes) {
      if (by_hash && request.url.find(aml::text_at(code, "properties.properties.hash_sha256")) != std::string::npos) {
        found.push_back(code);
      }
    }
    if (by_hash) return {200, {}, json::serialize(json::value{{"value", found}})};
    return {404, {}, "{}"};
  }

  http::Response put_code(const http::Request& request) {
    json::value code = json::parse(test::body_of(request));
    code.as_object()["id"] = path(request);
    codes.push_back(code);
    return {201, {}, json::serialize(code)};
  }

  test::AzureWorld world;
  azure::Session session{world.services, test::k_connection};
  aml::Workspace workspace{session, {"sub", "rg", "ws"}};
  std::map<std::string, std::string> blobs;
  bool may_list = true;
  std::map<std::string, std::string> complete;
  std::vector<json::value> codes;
};

}  // namespace

TEST_CASE("code is uploaded once, whoever asks") {
  Store store;
  const test::TemporaryFolder folder;
  folder.write("src/main.py", "print(1)\n");
  folder.write("src/lib/util.py", "x = 1\n");
  const std::string id = aml::create_code(store.workspace, {folder.path() / "src", {}, true, {}});
  CHECK(store.blobs ==
        std::map<std::string, std::string>{{"/temp/src/lib/util.py", "x = 1\n"}, {"/temp/src/main.py", "print(1)\n"}});
  CHECK(store.complete.size() == 1);
  CHECK(store.complete.begin()->first == "/temp/src/lib/util.py");
  REQUIRE(store.codes.size() == 1);
  CHECK(aml::text_at(store.codes[0], "properties.codeUri") == "https://acct.blob.core.windows.net/temp/src");
  CHECK(aml::text_at(store.codes[0], "properties.properties.hash_version") == "202208");

  store.world.transport.requests.clear();
  CHECK(aml::create_code(store.workspace, {folder.path() / "src", {}, true, {}}) == id);
  CHECK(store.world.service_lines().size() == 1);
  CHECK_THAT(store.world.output.text, ContainsSubstring("Code \"src\" is unchanged (2 files, 15 B"));
}

TEST_CASE("changed code is another asset") {
  Store store;
  const test::TemporaryFolder folder;
  folder.write("src/main.py", "print(1)\n");
  const std::string first = aml::create_code(store.workspace, {folder.path() / "src", {}, true, {}});
  folder.write("src/main.py", "print(2)\n");
  CHECK(aml::create_code(store.workspace, {folder.path() / "src", {}, true, {}}) != first);
}

TEST_CASE("data goes where azure-ai-ml would put it and is marked as complete") {
  Store store;
  const test::TemporaryFolder folder;
  folder.write("model.pkl", "model");
  aml::Assets assets(store.workspace);
  const auto uploaded = assets.upload(folder.path() / "model.pkl", {}, "cancer");
  const std::string path = "LocalUpload/cc77add1348125910a9118c6c3859f0856b7e66dc15fc84bd49824a05e71fd82/model.pkl";
  CHECK(uploaded.uri() == "azureml://datastores/workspaceblobstore/paths/" + path);
  CHECK_FALSE(uploaded.was_there);
  CHECK(store.complete == std::map<std::string, std::string>{{"/box/" + path, "cancer"}});

  const auto again = assets.upload(folder.path() / "model.pkl", {}, "cancer");
  CHECK(again.was_there);
  CHECK(store.blobs.size() == 1);
}

namespace {

std::size_t puts_of(const Store& store) {
  const auto& requests = store.world.transport.requests;
  return static_cast<std::size_t>(std::count_if(requests.begin(), requests.end(), [](const http::Request& request) {
    return request.method == "PUT" && request.url.find("comp=") == std::string::npos;
  }));
}

}  // namespace

TEST_CASE("of many files, those that an interrupted upload has left are not sent again") {
  Store store;
  const test::TemporaryFolder folder;
  for (char name = 'a'; name < 'k'; ++name) folder.write(std::string("data/") + name + ".csv", std::string(5, name));
  aml::Assets assets(store.workspace);
  const std::string prefix = "/box/" + assets.upload(folder.path() / "data", {}, "d").path;
  store.complete.clear();
  store.blobs.erase(prefix + "/c.csv");
  store.blobs[prefix + "/d.csv"] = "cut";
  for (const bool may_list : {true, false}) {
    CAPTURE(may_list);
    store.may_list = may_list;
    store.world.transport.requests.clear();
    store.world.output.text.clear();
    assets.upload(folder.path() / "data", {}, "d");
    CHECK(puts_of(store) == (may_list ? 2U : 10U));
    CHECK(store.complete.size() == 1);
    store.complete.clear();
  }
  CHECK(store.blobs.size() == 10);
}

TEST_CASE("an upload that was not finished is done again") {
  Store store;
  const test::TemporaryFolder folder;
  folder.write("data/a.csv", "1");
  folder.write("data/b.csv", "2");
  aml::Assets assets(store.workspace);
  const std::string prefix = "/box/" + assets.upload(folder.path() / "data", {}, "d").path;
  store.complete.clear();
  store.blobs.erase(prefix + "/b.csv");
  CHECK_FALSE(assets.upload(folder.path() / "data", {}, "d").was_there);
  CHECK(store.blobs.count(prefix + "/b.csv") == 1);
  CHECK(store.complete.count(prefix + "/a.csv") == 1);
}

TEST_CASE("a dry run uploads nothing") {
  Store store;
  store.world.services.dry_run = true;
  const test::TemporaryFolder folder;
  folder.write("src/main.py", "print(1)\n");
  aml::create_code(store.workspace, {folder.path() / "src", {}, true, {}});
  aml::Assets(store.workspace).upload(folder.path() / "src", {}, "d");
  CHECK(store.blobs.empty());
  CHECK(store.codes.empty());
  CHECK_THAT(store.world.output.text, ContainsSubstring("would upload the code \"src\" (1 file, 9 B"));
}
