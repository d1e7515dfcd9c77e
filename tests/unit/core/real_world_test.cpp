#include <mlops/core/real_world.hpp>
#include <mlops_test/catch.hpp>

using namespace mlops::core;

TEST_CASE("a program's output and exit code come back") {
  const auto processes = system_processes();
  const auto result = processes->run({"sh", "-c", "echo out; echo err >&2; exit 3"}, ".");
  REQUIRE(result);
  CHECK(result->output == "out\n");
  CHECK(result->exit_code == 3);
}

TEST_CASE("a program that isn't there is an expected answer") {
  CHECK_FALSE(system_processes()->run({"no-such-program-at-all"}, "."));
}
