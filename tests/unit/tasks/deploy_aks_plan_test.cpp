#include <mlops/tasks/deploy-aks/options.hpp>
#include <mlops/tasks/deploy-aks/plan.hpp>
#include <mlops/tasks/deploy-aks/spec.hpp>
#include <mlops_test/azure_fixture.hpp>

using namespace mlops;
using namespace mlops::tasks::deploy_aks;
using aml::Traffic;
using Names = std::vector<std::string>;

namespace {

json::value deployment(const std::string& name, const std::string& state, const json::object& tags) {
  return json::object{{"name", name}, {"properties", {{"provisioningState", state}}}, {"tags", tags}};
}

const json::object k_ours = {{k_managed_by, k_us}, {k_content, "abc"}, {k_phase, k_live}};

Options read(std::map<std::string, std::string> more) {
  more.insert({{"endpointFile", "e.yml"}, {"deploymentFile", "d.yml"}});
  return read_options(agent::Inputs(spec(), more));
}

}  // namespace

TEST_CASE("the content's hash knows neither the order of members nor tags") {
  const auto hash = [](const char* text) { return content_hash(json::parse(text).as_object()); };
  CHECK(hash(R"({"a":1,"b":{"c":2,"d":3}})") == hash(R"({"b":{"d":3,"c":2},"a":1,"tags":{"x":"y"}})"));
  CHECK(hash(R"({"a":1})") != hash(R"({"a":2})"));
}

TEST_CASE("names are made of the version, in the characters and the length that the service allows") {
  CHECK(name_candidates("3", "blue", "1a2b3c4d") == Names{"model-3", "model-3-1a2b3c"});
  CHECK(name_candidates("1.0_beta", "blue", "1a2b3c4d") == Names{"model-1-0-beta", "model-1-0-beta-1a2b3c"});
  CHECK(name_candidates("", "blue", "1a2b3c4d") == Names{"blue", "blue-1a2b3c"});
  for (const auto& name : name_candidates(std::string(60, '7'), "", "1a2b3c4d")) CHECK(name.size() <= 32);
  CHECK(name_candidates("2026-11-23-16-30-00-", "", "f00ba4").front() == "model-2026-11-23-16-30-00");
}

TEST_CASE("a deployment's name is checked before anything is done") {
  for (const char* good : {"blue", "m-3", "A12"}) CHECK_NOTHROW(check_deployment_name(good));
  for (const char* bad : {"m3", "3blue", "blue_green", "blue-", "a2345678901234567890123456789012x"}) {
    CHECK_THROWS_AS(check_deployment_name(bad), core::Error);
  }
  CHECK(test::error_of([] {
          read({{"deploymentName", "m3"}});
        }).what() ==
        std::string(
            "the input deploymentName (--deployment-name) is \"m3\". Use 3 to 32 letters, digits and '-', the first "
            "a letter, the last not '-'."));
}

TEST_CASE("what is done with a deployment that has the wanted name") {
  struct Row {
    std::optional<json::value> there;
    Traffic traffic;
    Existing expected;
  };

  const json::object foreign = {{"team", "x"}};
  const json::object changed = {{k_managed_by, k_us}, {k_content, "other"}};
  const std::vector<Row> rows = {
      {std::nullopt, {}, Existing::none},
      {deployment("d", "Succeeded", k_ours), {{"d", 100}}, Existing::adopt},
      {deployment("d", "Creating", k_ours), {}, Existing::wait},
      {deployment("d", "Deleting", foreign), {}, Existing::wait},
      {deployment("d", "Failed", k_ours), {}, Existing::replace},
      {deployment("d", "Canceled", k_ours), {{"d", 0}}, Existing::replace},
      {deployment("d", "Failed", k_ours), {{"d", 10}}, Existing::other},
      {deployment("d", "Succeeded", changed), {}, Existing::replace},
      {deployment("d", "Succeeded", changed), {{"d", 1}}, Existing::other},
      {deployment("d", "Succeeded", foreign), {}, Existing::other},
      {deployment("d", "Failed", foreign), {}, Existing::other},
  };
  for (const auto& row : rows) {
    CAPTURE(row.there ? json::serialize(*row.there) : "none");
    CHECK(judge(row.there, "abc", row.traffic) == row.expected);
  }
}

TEST_CASE("shares keep their proportions and always add up to 100") {
  CHECK(traffic_after({}, "new", 100) == Traffic{{"new", 100}});
  CHECK(traffic_after({}, "new", 20) == Traffic{{"new", 100}});
  CHECK(traffic_after({{"old", 0}}, "new", 0) == Traffic{});
  CHECK(traffic_after({{"old", 100}}, "new", 100) == Traffic{{"new", 100}});
  CHECK(traffic_after({{"old", 100}}, "new", 0) == Traffic{{"old", 100}});
  CHECK(traffic_after({{"a", 60}, {"b", 30}, {"new", 10}}, "new", 40) == Traffic{{"a", 40}, {"b", 20}, {"new", 40}});
  for (int percent = 0; percent <= 100; ++percent) {
    std::int64_t sum = 0;
    for (const auto& [name, share] : traffic_after({{"a", 33}, {"b", 33}, {"c", 34}}, "new", percent)) sum += share;
    CHECK(sum == 100);
  }
}

TEST_CASE("the way back of a killed run is its deployment's tag, as long as it leads somewhere") {
  json::object trial = k_ours;
  trial[k_phase] = k_trial;
  trial[k_previous_traffic] = "old=90,older=10";
  const auto d = deployment("d", "Succeeded", trial);
  const auto old = deployment("old", "Succeeded", k_ours);
  const auto older = deployment("older", "Succeeded", k_ours);
  const Traffic all_new = {{"d", 100}};
  CHECK(traffic_before(all_new, {d, old, older}, "d") == Traffic{{"old", 90}, {"older", 10}});
  CHECK(traffic_before(all_new, {d, old}, "d") == all_new);
  CHECK(traffic_before({{"old", 100}}, {d, old, older}, "d") == Traffic{{"old", 100}});
  trial[k_phase] = k_live;
  CHECK(traffic_before(all_new, {deployment("d", "Succeeded", trial), old, older}, "d") == all_new);
  CHECK(traffic_of_tag(to_tag({{"a", 70}, {"b", 0}, {"c", 30}})) == Traffic{{"a", 70}, {"c", 30}});
  CHECK(traffic_of_tag(to_tag({})).empty());
}

TEST_CASE("only what is ours, at rest, unused and was there before is removed") {
  const json::value endpoint = {
      {"properties", {{"traffic", {{"new", 90}, {"canary", 10}, {"old", 0}}}, {"mirrorTraffic", {{"shadow", 5}}}}}};
  const std::vector<json::value> deployments = {
      deployment("new", "Succeeded", k_ours),    deployment("canary", "Succeeded", k_ours),
      deployment("shadow", "Succeeded", k_ours), deployment("old", "Succeeded", k_ours),
      deployment("failed", "Failed", k_ours),    deployment("busy", "Creating", k_ours),
      deployment("by-hand", "Succeeded", {}),    deployment("another-run", "Succeeded", k_ours)};
  const Names before = {"new", "canary", "shadow", "old", "failed", "busy", "by-hand"};
  CHECK(removable(deployments, endpoint, before, "new") == Names{"old", "failed"});
}

TEST_CASE("options that can't be meant are refused before anything is sent") {
  CHECK(test::error_of([] { read({{"traffic", "101"}}); }).message() == "the input traffic (--traffic) is 101.");
  CHECK(test::error_of([] {
          read({{"tagModel", "production"}});
        }).message() == "the input tagModel (--tag-model) is \"production\".");
  const test::TemporaryFolder folder;
  const auto sample = folder.write("sample.json", "{\"data\": [1,}\n").string();
  CHECK(test::error_of([&] { read({{"sampleRequest", sample}}); }).code() == "json-syntax");
  folder.write("sample.json", "data: [1]\n");
  CHECK(test::error_of([&] { read({{"sampleRequest", sample}}); }).code() == "json-syntax");
  CHECK(test::error_of([] { read({{"sampleRequest", "nowhere.json"}}); }).code() == "file-missing");
}
