#include <mlops/core/error.hpp>
#include <mlops_test/catch.hpp>

using namespace mlops::core;

TEST_CASE("an error reads as place, message, hint") {
  const Error error("key-unknown", "unknown key \"computee\".", FilePlace{"job.yml", 7, 3}, "Remove it.");
  CHECK(std::string(error.what()) == "job.yml:7:3: unknown key \"computee\". Remove it.");

  SECTION("a request is a place too, with its status and id") {
    const Error failed("service-error", "it does not exist.", RequestPlace{"GET", "https://x/y", 404, "abc"});
    CHECK(std::string(failed.what()) == "GET https://x/y (HTTP 404, request id abc): it does not exist.");
  }
  SECTION("a request without an answer says so") {
    CHECK(to_string(RequestPlace{"GET", "https://x/y", 0, ""}) == "GET https://x/y (no answer)");
  }
  SECTION("a place once known is kept") {
    const Error placed = error.with_place(FilePlace{"other.yml", 1, 1});
    CHECK(std::get<FilePlace>(placed.place()).file == "job.yml");
  }
}

TEST_CASE("the nearest name is suggested only when it may be a misspelling") {
  const std::vector<std::string> keys = {"compute", "command", "environment"};
  CHECK(nearest("computee", keys) == "compute");
  CHECK(nearest("Enviroment", keys) == "environment");
  CHECK(nearest("schedule", keys) == std::nullopt);
  CHECK(did_you_mean(nearest("comand", keys)) == "; did you mean \"command\"?");
}

TEST_CASE("the edit distance counts insertions, deletions and substitutions") {
  CHECK(edit_distance("", "abc") == 3);
  CHECK(edit_distance("kitten", "sitting") == 3);
  CHECK(edit_distance("ABC", "abc") == 0);
}
