#include <mlops/emulator/blob/blob_store.hpp>
#include <mlops/emulator/blob/sas.hpp>
#include <mlops/emulator/server/message.hpp>
#include <mlops/emulator/store/store.hpp>
#include <mlops/http/url.hpp>
#include <mlops_test/catch.hpp>
#include <mlops_test/fakes.hpp>

using namespace mlops;
using namespace mlops::emulator;

namespace {

struct Stores {
  test::TemporaryFolder folder;
  test::FakeClock clock;
  Database database{folder.path() / "emulator.db"};
  Store store{database, clock};
};

const ResourceKey k_key{"/ws", "models", "cancer", "1"};

Request get_blob(const std::string& query) {
  Request request;
  request.method = "GET";
  request.path = "/" + std::string(k_storage_host) + "/box/a.txt";
  request.raw_query = query;
  request.query = http::parse_query(query);
  return request;
}

}  // namespace

TEST_CASE("a resource is created once, replaced with its creation time kept, and removed") {
  Stores stores;
  CHECK(stores.store.insert(k_key, {{"properties", {{"a", 1}}}}));
  CHECK_FALSE(stores.store.insert(k_key, {}));
  const std::string created = stores.store.find(k_key)->created;
  stores.clock.time += std::chrono::hours(1);
  const Resource replaced = stores.store.put(k_key, {{"properties", {{"a", 2}}}});
  CHECK(replaced.created == created);
  CHECK(replaced.modified != created);
  CHECK(stores.store.remove(k_key));
  CHECK_FALSE(stores.store.remove(k_key));
}

TEST_CASE("an update that throws leaves the resource as it was") {
  Stores stores;
  stores.store.put(k_key, {{"properties", {{"a", 1}}}});
  CHECK_THROWS(stores.store.update(k_key, [](Resource& found) {
    found.properties()["a"] = 9;
    throw std::runtime_error("no");
  }));
  CHECK(stores.store.find(k_key)->properties().at("a") == 1);
  CHECK_FALSE(stores.store.update({"/ws", "models", "none", "1"}, [](Resource&) {}));
}

TEST_CASE("what was stored is there after a restart") {
  Stores stores;
  stores.store.put(k_key, {{"properties", {{"a", 1}}}});
  Database again(stores.folder.path() / "emulator.db");
  CHECK(Store(again, stores.clock).find(k_key)->properties().at("a") == 1);
}

TEST_CASE("lists come newest first and may be cut to a name") {
  Stores stores;
  for (const char* version : {"1", "2", "3"}) stores.store.put({"/ws", "models", "cancer", version}, {});
  stores.store.put({"/ws", "models", "other", "1"}, {});
  stores.store.put({"/elsewhere", "models", "cancer", "9"}, {});
  const auto found = stores.store.list({.workspace = "/ws", .kind = "models", .name = "cancer"});
  REQUIRE(found.size() == 3);
  CHECK(found.front().key.version == "3");
  CHECK(stores.store.list({.workspace = "", .kind = "models"}).size() == 5);
}

TEST_CASE("blobs are files, with their metadata beside them, and names can't leave their container") {
  Stores stores;
  BlobStore blobs(stores.database, stores.folder.path() / "blobs", stores.folder.path() / "temporary");
  blobs.create_container("box");
  blobs.put("box", "a/b.txt", "content");
  const std::string etag = blobs.find("box", "a/b.txt")->etag;
  blobs.set_metadata("box", "a/b.txt", {{"Upload_Status", "completed"}});
  const auto found = blobs.find("box", "a/b.txt");
  CHECK(found->size == 7);
  CHECK(found->metadata == std::map<std::string, std::string>{{"upload_status", "completed"}});
  CHECK(found->etag != etag);
  CHECK(blobs.list("box", "a/").size() == 1);
  CHECK(blobs.list("box", "b").empty());
  CHECK_THROWS_AS(blobs.path_of("box", "../secret"), ServiceError);
  CHECK(blobs.remove("box", "a/b.txt"));
  CHECK_FALSE(blobs.find("box", "a/b.txt"));
}

TEST_CASE("a signature opens what it was made for, until it ends") {
  const test::FakeClock clock;
  const std::string key = "a2V5";
  const std::string sas = service_sas(key, "box", "", "r", clock.time + std::chrono::hours(1));
  const auto status = [&](const std::string& query, const std::string& container, const std::string& permissions,
                          core::SystemTime now) {
    const auto error = check_storage_access(get_blob(query), {container, "a.txt", permissions}, key, now);
    return error ? error->status() : 200;
  };
  CHECK(status(sas, "box", "r", clock.time) == 200);
  CHECK(status(sas, "box", "w", clock.time) == 403);
  CHECK(status(sas, "other", "r", clock.time) == 403);
  CHECK(status(sas, "box", "r", clock.time + std::chrono::hours(2)) == 403);
  CHECK(status(sas.substr(0, sas.size() - 8), "box", "r", clock.time) == 403);
  CHECK(status("", "box", "r", clock.time) != 200);
}
