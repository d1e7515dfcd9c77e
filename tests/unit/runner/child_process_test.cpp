#include <mlops/core/error.hpp>
#include <mlops/runner/process/child_process.hpp>
#include <mlops_test/catch.hpp>

using namespace mlops::runner;

namespace {

struct Result {
  ChildEnd end;
  std::vector<std::string> lines;
  std::vector<std::string> error_lines;
};

// Runs a shell script; `stop_after` asks for a stop once so many lines have come.
Result run(const std::string& script, bool separate = false, std::size_t stop_after = 1000) {
  Result result;
  const ChildSettings settings{.command = {"sh", "-c", script},
                               .environment = {{"PATH", "/usr/bin:/bin"}, {"WORD", "given"}},
                               .folder = "/",
                               .interrupt_time = std::chrono::milliseconds(300),
                               .terminate_time = std::chrono::milliseconds(300)};
  ChildEvents events{.on_line = [&](std::string_view line) { result.lines.emplace_back(line); },
                     .stop = [&] { return result.lines.size() >= stop_after; }};
  if (separate) events.on_error_line = [&](std::string_view line) { result.error_lines.emplace_back(line); };
  result.end = system_children()->run(settings, events);
  return result;
}

}  // namespace

TEST_CASE("a child's lines come one by one, without their ends, and its exit code") {
  const auto result = run("echo one; printf 'two\\r\\n\\n'; printf $WORD; exit 7");
  CHECK(result.lines == std::vector<std::string>{"one", "two", "", "given"});
  CHECK(result.end.exit_code == 7);
  CHECK_FALSE(result.end.stopped);
}

TEST_CASE("standard error comes in order with the output, or apart") {
  const std::string script = "echo a; echo b >&2; echo c";
  CHECK(run(script).lines == std::vector<std::string>{"a", "b", "c"});
  const auto apart = run(script, true);
  CHECK(apart.lines == std::vector<std::string>{"a", "c"});
  CHECK(apart.error_lines == std::vector<std::string>{"b"});
}

TEST_CASE("a child that a signal ends has 128 and its number as exit code") {
  CHECK(run("kill -9 $$").end.exit_code == 137);
}

TEST_CASE("a stop is SIGINT first, then SIGTERM, then the end") {
  const auto polite = run("trap 'echo int; exit 3' INT; echo up; while :; do sleep 0.05; done", false, 1);
  CHECK(polite.end.stopped);
  CHECK(polite.lines == std::vector<std::string>{"up", "int"});
  CHECK(polite.end.exit_code == 3);

  const auto deaf = run("trap '' INT TERM; echo up; while :; do sleep 0.05; done", false, 1);
  CHECK(deaf.end.exit_code == 137);
}

TEST_CASE("what a child leaves in the background is told, and ended with its group") {
  const auto result = run("sleep 1000 & echo started");
  CHECK(result.lines == std::vector<std::string>{"started"});
  CHECK(result.end.output_open);
  REQUIRE(result.end.group != 0);
  CHECK(system_children()->end_group(result.end.group));
}

TEST_CASE("a program that is not there is an error with its name") {
  const ChildSettings settings{.command = {"no-such-program"}, .environment = {{"PATH", "/bin"}}, .folder = "/"};
  CHECK_THROWS_WITH(system_children()->run(settings, {}),
                    "the program \"no-such-program\" was not found on PATH. Install it, or add its folder to PATH.");
}
