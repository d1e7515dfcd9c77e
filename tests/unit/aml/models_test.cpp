#include <mlops/aml/models.hpp>
#include <mlops_test/azure_fixture.hpp>

using namespace mlops;
using namespace mlops::aml;

namespace {

const std::string k_models = "/models/cancer";

/// A workspace whose models stand in a map; PUTs land there.
struct Registry {
  Registry() {
    world.transport.on("GET", k_models + "?", [this](const http::Request&) { return container(); });
    world.transport.on("GET", k_models + "/versions?", [this](const http::Request&) { return list(); });
    world.transport.on("GET", k_models + "/versions/", [this](const http::Request& request) { return get(request); });
    world.transport.on("PUT", k_models + "/versions/", [this](const http::Request& request) { return put(request); });
  }

  static std::string version_in(const std::string& url) {
    const auto start = url.find("/versions/") + 10;
    return url.substr(start, url.find('?') - start);
  }

  void add(const std::string& version, const TextMap& tags, const TextMap& properties = {}) {
    NewModel model{"cancer", "custom_model", "azureml://x", "", tags, properties};
    versions[version] = model_body(model).at("properties").as_object();
  }

  json::value resource(const std::string& version) const {
    return json::object{
        {"name", version}, {"id", "/ws/models/cancer/versions/" + version}, {"properties", versions.at(version)}};
  }

  http::Response container() const {
    if (versions.empty()) return {404, {}, "{}"};
    return {200, {}, R"({"properties":{"nextVersion":")" + next_version + "\"}}"};
  }

  http::Response list() const {
    json::array items;
    for (const auto& [version, body] : versions) items.push_back(resource(version));
    return {200, {}, json::serialize(json::object{{"value", items}})};
  }

  http::Response get(const http::Request& request) const {
    const std::string version = version_in(request.url);
    if (versions.count(version) == 0) return {404, {}, "{}"};
    return {200, {}, json::serialize(resource(version))};
  }

  http::Response put(const http::Request& request) {
    const std::string version = version_in(request.url);
    if (before_put) std::exchange(before_put, nullptr)();
    const auto body = json::parse(test::body_of(request)).at("properties").as_object();
    const auto there = versions.find(version);
    if (there != versions.end() && there->second.at("properties") != body.at("properties")) {
      return {409, {}, R"({"error":{"code":"Conflict","message":"exists"}})"};
    }
    versions[version] = body;
    return {201, {}, json::serialize(resource(version))};
  }

  test::AzureWorld world;
  azure::Session session{world.services, test::k_connection};
  Workspace workspace{session, {"sub", "rg", "ws"}};
  Models models{workspace};
  std::map<std::string, json::object> versions;
  std::string next_version = "1";
  std::function<void()> before_put;
};

NewModel wanted(const std::string& key) {
  return {"cancer", "custom_model", "azureml://x", "", {}, {{"key", key}}};
}

}  // namespace

TEST_CASE("versions come newest first, numbers by value") {
  Registry registry;
  for (const char* version : {"2", "10", "9", "beta"}) registry.add(version, {});
  std::vector<std::string> order;
  for (const auto& model : registry.models.versions("cancer")) order.push_back(model.version);
  CHECK(order == std::vector<std::string>{"10", "9", "2", "beta"});
}

TEST_CASE("production is the newest version with the tag; having none is an expected answer") {
  Registry registry;
  CHECK_FALSE(registry.models.find_tagged("cancer", "stage", "production"));
  registry.add("1", {{"stage", "production"}});
  registry.add("2", {{"stage", "production"}});
  registry.add("3", {{"stage", "staging"}});
  CHECK(registry.models.find_tagged("cancer", "stage", "production")->version == "2");
}

TEST_CASE("the next free version is taken, and the one after it when another run was faster") {
  Registry registry;
  CHECK(registry.models.create(wanted("a"), "", "key").version == "1");
  registry.next_version = "2";
  registry.before_put = [&] { registry.add("2", {}, {{"key", "somebody else's"}}); };
  CHECK(registry.models.create(wanted("b"), "", "key").version == "3");
  CHECK(registry.versions.size() == 3);
}

TEST_CASE("a create whose first answer was lost finds its own version") {
  Registry registry;
  registry.add("1", {}, {{"key", "a"}, {"more", "x"}});
  CHECK(registry.models.create(wanted("a"), "1", "key").version == "1");
}

TEST_CASE("a version that was asked for and holds something else is refused") {
  Registry registry;
  registry.add("7", {}, {{"key", "other"}});
  CHECK_THROWS_WITH(registry.models.create(wanted("a"), "7", "key"),
                    "version 7 of the model \"cancer\" exists and holds something else. Name another version, or leave "
                    "it out to get the next free one.");
}

TEST_CASE("a tag moves to the new version first and then leaves the others") {
  Registry registry;
  registry.add("1", {{"stage", "production"}, {"owner", "ada"}});
  registry.add("2", {{"gate", "pass"}});
  const auto lost = registry.models.move_tag(*registry.models.find("cancer", "2"), "stage", "production");
  CHECK(lost == std::vector<std::string>{"1"});
  CHECK(registry.versions.at("2").at("tags") == json::parse(R"({"gate":"pass","stage":"production"})"));
  CHECK(registry.versions.at("1").at("tags") == json::parse(R"({"owner":"ada"})"));
  std::vector<std::string> puts;
  for (const auto& request : registry.world.transport.requests) {
    if (request.method == "PUT") puts.push_back(Registry::version_in(request.url));
  }
  CHECK(puts == std::vector<std::string>{"2", "1"});
}
