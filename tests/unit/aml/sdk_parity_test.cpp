// What azure-ai-ml 1.35.2 sends for the files in fixtures/sdk, recorded from a server that accepts everything and
// normalized: values of environment variables as texts, the blob store's address, nothing for null and {}. Where our
// documents differ on purpose, the test says so.

#include <mlops/aml/compile/compile.hpp>
#include <mlops/aml/json_access.hpp>
#include <mlops/core/files.hpp>
#include <mlops_test/catch.hpp>

#include "recording_resolver.hpp"

namespace json = boost::json;
using namespace mlops;

namespace {

json::value without_empty(const json::value& value) {
  if (const auto* object = value.if_object()) {
    json::object result;
    for (const auto& member : *object) {
      json::value inner = without_empty(member.value());
      const bool empty = inner.is_null() || (inner.is_object() && inner.get_object().empty());
      if (!empty) result[member.key()] = std::move(inner);
    }
    return result;
  }
  if (const auto* array = value.if_array()) {
    json::array result;
    for (const auto& element : *array) result.push_back(without_empty(element));
    return result;
  }
  return value;
}

// Every difference as "path: ours != theirs".
void compare(std::vector<std::string>& differences, const std::string& path, const json::value* ours,
             const json::value* theirs) {
  if (ours && theirs && ours->is_object() && theirs->is_object()) {
    for (const auto& member : ours->get_object()) {
      compare(differences, path + "/" + std::string(member.key()), &member.value(),
              theirs->get_object().if_contains(member.key()));
    }
    for (const auto& member : theirs->get_object()) {
      if (!ours->get_object().contains(member.key())) {
        compare(differences, path + "/" + std::string(member.key()), nullptr, &member.value());
      }
    }
    return;
  }
  if (ours && theirs && *ours == *theirs) return;
  differences.push_back(path + ": " + (ours ? json::serialize(*ours) : "nothing") +
                        " != " + (theirs ? json::serialize(*theirs) : "nothing"));
}

std::vector<std::string> differences_from_sdk(const std::string& name) {
  const std::filesystem::path folder = std::filesystem::path(MLOPS_FIXTURES) / "fixtures" / "sdk";
  test::RecordingResolver resolver;
  const aml::YamlFile file = aml::load_yaml(folder / (name + ".yml"), resolver.variables);
  const aml::Kind kind = aml::kind_of(file);
  const aml::Compiled compiled = aml::compile(kind, file, resolver);
  const json::value expected = json::parse(core::read_file(folder / (name + ".expected.json")));

  json::object ours;
  for (const auto& [path, body] : resolver.created) ours[path] = without_empty(body);
  const auto* asset = aml::asset_kind(kind);
  std::string path = "jobs/<name>";
  if (asset) {
    path = std::string(asset->plural) + "/" + compiled.name + "/versions/" +
           (compiled.version.empty() ? "1" : compiled.version);
  } else if (kind == aml::Kind::compute) {
    path = "computes/" + compiled.name;
  }
  ours[path] = without_empty(compiled.body);
  json::object theirs;
  for (const auto& request : expected.as_array())
    theirs[aml::text_at(request, "path")] = *aml::find_at(request, "body");
  std::vector<std::string> differences;
  const json::value our_value(ours);
  const json::value their_value(theirs);
  compare(differences, "", &our_value, &their_value);
  return differences;
}

using Differences = std::vector<std::string>;

}  // namespace

TEST_CASE("a command job compiles to what azure-ai-ml sends") {
  // isArchived is put in when the job is created.
  CHECK(differences_from_sdk("command") == Differences{"/jobs/<name>/properties/isArchived: nothing != false"});
}

TEST_CASE("a pipeline with inline, file and registered components compiles to what azure-ai-ml sends") {
  CHECK(differences_from_sdk("pipeline") == Differences{"/jobs/<name>/properties/isArchived: nothing != false"});
}

TEST_CASE("a component compiles to what azure-ai-ml sends, its hash included") {
  CHECK(differences_from_sdk("component") == Differences{});
}

TEST_CASE("a data asset compiles to what azure-ai-ml sends") {
  CHECK(differences_from_sdk("data") == Differences{});
}

TEST_CASE("a model compiles to what azure-ai-ml sends") {
  CHECK(differences_from_sdk("model") == Differences{});
}

TEST_CASE("environments compile to what azure-ai-ml sends") {
  CHECK(differences_from_sdk("environment-build") == Differences{});
  CHECK(differences_from_sdk("environment-conda") == Differences{});
}

TEST_CASE("computes compile to what azure-ai-ml sends") {
  CHECK(differences_from_sdk("compute-cluster") == Differences{});
  CHECK(differences_from_sdk("compute-kubernetes") == Differences{});
}
