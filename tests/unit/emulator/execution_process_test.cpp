#include <fmt/format.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <mlops/core/error.hpp>
#include <mlops/core/files.hpp>
#include <mlops/emulator/execution/process.hpp>
#include <mlops_test/catch.hpp>
#include <mlops_test/fakes.hpp>

#include "execution_world.hpp"

using namespace mlops;
using emulator::ExitStatus;
using emulator::Process;
using emulator::ProcessSettings;

namespace {

ProcessSettings shell(const test::TemporaryFolder& folder, const std::string& script) {
  return {.command = {"/bin/bash", "-c", script},
          .environment = {{"PATH", "/usr/bin:/bin"}, {"GREETING", "hello"}},
          .folder = folder.path(),
          .log_file = folder.path() / "log.txt",
          .grace = std::chrono::milliseconds(300)};
}

// A number nobody else sleeps for.
std::string unique_sleep() {
  static int count = 0;
  return fmt::format("sleep 7{}{}", ::getpid(), ++count);
}

std::string failure_of(const ProcessSettings& settings) {
  try {
    Process process(settings);
  } catch (const core::Error& error) {
    return error.what();
  }
  return "it started";
}

}  // namespace

TEST_CASE("a process has the exit code of its program") {
  const test::TemporaryFolder folder;
  const ExitStatus status = Process(shell(folder, "exit 7")).wait();
  CHECK(status.code == 7);
  CHECK(status.signal == 0);
  CHECK(status.text() == "exited with status code 7");
}

TEST_CASE("a process that a signal ended says which") {
  const test::TemporaryFolder folder;
  const ExitStatus status = Process(shell(folder, "kill -SEGV $$")).wait();
  CHECK_FALSE(status.succeeded());
  CHECK(status.text() == "was ended by signal 11 (Segmentation fault)");
}

TEST_CASE("standard output and standard error are appended to the log as they come") {
  const test::TemporaryFolder folder;
  const auto log = folder.write("log.txt", "before\n");
  Process process(shell(folder, "echo out; echo err >&2; sleep 30"));
  CHECK(test::wait_until([&] { return core::read_file(log) == "before\nout\nerr\n"; }));
  CHECK(process.running());
}

TEST_CASE("a process gets the given environment and nothing of ours") {
  const test::TemporaryFolder folder;
  ::setenv("MLOPS_TEST_LEAK", "leak", 1);
  Process(shell(folder, "echo $GREETING/$MLOPS_TEST_LEAK; pwd")).wait();
  ::unsetenv("MLOPS_TEST_LEAK");
  CHECK(core::read_file(folder.path() / "log.txt") ==
        "hello/\n" + std::filesystem::canonical(folder.path()).string() + "\n");
}

TEST_CASE("a process has no descriptors but the standard ones") {
  const test::TemporaryFolder folder;
  Process(shell(folder, "ls /proc/self/fd | grep -v '^[012]$' | wc -l")).wait();
  CHECK(core::read_file(folder.path() / "log.txt") == "1\n");  // that of ls itself
}

TEST_CASE("what can't be started is an error with the reason") {
  const test::TemporaryFolder folder;
  ProcessSettings settings = shell(folder, "true");
  settings.command = {"/no/such/program"};
  CHECK(failure_of(settings) == "can't start \"/no/such/program\": No such file or directory.");
  settings = shell(folder, "true");
  settings.folder = "/no/such/folder";
  CHECK(failure_of(settings) == "can't start \"/bin/bash\": No such file or directory.");
}

TEST_CASE("terminate ends a program that ignores SIGTERM, and all it started") {
  const test::TemporaryFolder folder;
  const std::string sleep = unique_sleep();
  Process process(shell(folder, "trap '' TERM; (setsid " + sleep + " &); " + sleep + " & echo up; " + sleep));
  REQUIRE(test::wait_until([&] { return core::read_file(folder.path() / "log.txt") == "up\n"; }));
  REQUIRE(test::process_exists(sleep));
  process.terminate();
  const auto status = process.wait_for(std::chrono::seconds(10));
  REQUIRE(status);
  CHECK(status->signal == SIGKILL);
  CHECK_FALSE(test::process_exists(sleep));
}

TEST_CASE("a program that heeds SIGTERM may end in its own way") {
  const test::TemporaryFolder folder;
  ProcessSettings settings = shell(folder, "trap 'echo bye; exit 3' TERM; echo up; while :; do sleep 0.05; done");
  settings.grace = std::chrono::seconds(20);
  Process process(settings);
  REQUIRE(test::wait_until([&] { return core::read_file(folder.path() / "log.txt") == "up\n"; }));
  process.terminate();
  CHECK(process.wait().code == 3);
  CHECK_THAT(core::read_file(folder.path() / "log.txt"), Catch::Matchers::EndsWith("bye\n"));
}

TEST_CASE("what a program leaves behind ends with it") {
  const test::TemporaryFolder folder;
  const std::string sleep = unique_sleep();
  Process process(shell(folder, sleep + " & (setsid " + sleep + " &) ; exit 0"));
  CHECK(process.wait().succeeded());
  CHECK_FALSE(test::process_exists(sleep));
}

TEST_CASE("a process that ends on its own is not waited for longer than it takes") {
  const test::TemporaryFolder folder;
  const auto began = std::chrono::steady_clock::now();
  Process process(shell(folder, "true"));
  CHECK_FALSE(!process.wait_for(std::chrono::seconds(20)));
  CHECK(std::chrono::steady_clock::now() - began < std::chrono::seconds(5));
}

TEST_CASE("the destructor of a process ends it") {
  const test::TemporaryFolder folder;
  const std::string sleep = unique_sleep();
  {
    Process process(shell(folder, sleep));
    REQUIRE(test::wait_until([&] { return test::process_exists(sleep); }));
  }
  CHECK_FALSE(test::process_exists(sleep));
}

TEST_CASE("the tree ends when the process that started it is killed") {
  const test::TemporaryFolder folder;
  const std::string sleep = unique_sleep();
  const pid_t starter = ::fork();
  if (starter == 0) {
    Process process(shell(folder, "trap '' TERM; " + sleep + " & " + sleep));
    while (true) ::pause();
  }
  REQUIRE(test::wait_until([&] { return test::process_exists(sleep); }));
  ::kill(starter, SIGKILL);
  ::waitpid(starter, nullptr, 0);
  CHECK(test::wait_until([&] { return !test::process_exists(sleep); }));
}
