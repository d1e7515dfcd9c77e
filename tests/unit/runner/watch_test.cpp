#include <mlops/core/real_world.hpp>
#include <mlops/runner/watch.hpp>
#include <mlops_test/catch.hpp>
#include <mlops_test/fakes.hpp>

using namespace mlops;
using namespace mlops::runner;

namespace {

/// Sleeps not at all, and changes something instead.
class ChangingSleeper : public core::Sleeper {
 public:
  std::vector<std::function<void()>> changes;  ///< one for each sleep
  std::vector<core::Milliseconds> sleeps;

  void sleep(core::Milliseconds time) override {
    if (sleeps.size() < changes.size()) changes[sleeps.size()]();
    sleeps.push_back(time);
  }

  void sleep_through(core::Milliseconds time) override { sleep(time); }
};

}  // namespace

TEST_CASE("a change of the sources is noticed once they rest; runs and what git ignores are no sources") {
  test::TemporaryFolder folder;
  const auto processes = core::system_processes();
  folder.write("a.yml", "one");
  const std::vector<fs::path> paths{folder.path()};
  const auto before = Snapshot::of(paths, *processes);
  ChangingSleeper sleeper;
  test::FakeCancellation cancellation;

  SECTION("a folder without git") {
    sleeper.changes = {[&] { folder.write(".pipeline-run/1/log.txt", "x"); }, [&] { folder.write("b/new.py", "1"); },
                       [&] { folder.write("b/new.py", "12"); }};
    const auto changed = wait_for_change(before, paths, *processes, sleeper, cancellation);
    REQUIRE(changed);
    CHECK(changed->filename() == "new.py");
    CHECK(sleeper.sleeps.size() == 4);  // the last one finds nothing new any more
    CHECK(sleeper.sleeps.front() >= std::chrono::milliseconds(300));
  }
  SECTION("a git working tree") {
    REQUIRE(processes->run({"git", "init", "-q"}, folder.path()));
    folder.write(".gitignore", "*.log\n");
    const auto with_git = Snapshot::of(paths, *processes);
    folder.write("build.log", "x");
    CHECK_FALSE(Snapshot::of(paths, *processes).changed_since(with_git));
    fs::remove(folder.path() / "a.yml");
    CHECK(Snapshot::of(paths, *processes).changed_since(with_git) == folder.path() / "a.yml");
  }
  SECTION("until the user stops it") {
    cancellation.stop = true;
    CHECK_FALSE(wait_for_change(before, paths, *processes, sleeper, cancellation));
  }
}
