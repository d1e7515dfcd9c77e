#include <fmt/format.h>

#include <fstream>
#include <future>
#include <mlops/core/error.hpp>
#include <mlops/core/files.hpp>
#include <mlops/core/text.hpp>
#include <mlops/emulator/execution/python_environment.hpp>
#include <mlops_test/catch.hpp>
#include <mlops_test/fakes.hpp>

#include "execution_world.hpp"

using namespace mlops;
using namespace mlops::emulator;
using Catch::Matchers::ContainsSubstring;

namespace {

namespace fs = std::filesystem;

// Stands for Python with venv and pip: notes what is installed, does what the files beside it say.
constexpr const char* k_fake_python = R"sh(#!/bin/bash
here=FOLDER
case "$*" in
  *"-m venv"*) target="${@: -1}"; mkdir -p "$target/bin"; cp "$0" "$target/bin/python"; echo venv >> $here/calls ;;
  *"-m pip index"*) echo probe >> $here/calls; [ ! -e $here/no-index ] ;;
  *"-m pip install"*) args="$*"; echo "install ${args##*--progress-bar off }" >> $here/calls
    [ -e $here/slow ] && sleep 30
    if [ -e $here/broken ] && [[ "$*" == *$(cat $here/broken)* ]]; then echo "ERROR: No matching distribution found for $(cat $here/broken)"; exit 1; fi ;;
  *) exit 0 ;;
esac
)sh";

struct World {
  World() {
    std::ofstream(python) << core::replace_all(k_fake_python, "FOLDER", folder.path().string());
    fs::permissions(python, fs::perms::owner_all);
  }

  PythonEnvironments make(bool offline = false) const {
    return PythonEnvironments({.folder = folder.path() / "environments",
                               .python = python.string(),
                               .offline = offline,
                               .variables = {{"PATH", "/usr/bin:/bin"}}});
  }

  PythonEnvironment prepare(PythonEnvironments& environments, const std::vector<std::string>& packages,
                            const std::stop_token& stop = {}) const {
    return environments.prepare({.packages = packages, .options = {}, .python = ""}, log, build_log, stop);
  }

  std::vector<std::string> calls() const {
    const fs::path file = folder.path() / "calls";
    return fs::exists(file) ? core::list_items(core::read_file(file)) : std::vector<std::string>();
  }

  test::TemporaryFolder folder;
  fs::path python = folder.path() / "python";
  TextLog log{folder.path() / "log.txt"};
  TextLog build_log{folder.path() / "build.txt"};
};

// Whether a build of "a" ends because it was asked to stop. Catch's checks aren't for threads.
bool is_cancelled(const World& world, PythonEnvironments& environments, const std::stop_token& stop) {
  try {
    world.prepare(environments, {"a"}, stop);
  } catch (const core::Cancelled&) {
    return true;
  }
  return false;
}

}  // namespace

TEST_CASE("an environment is built once and found again") {
  const World world;
  auto environments = world.make();
  const auto first = world.prepare(environments, {"a>=1", "b"});
  CHECK(fs::exists(first.python()));
  CHECK(world.calls() == std::vector<std::string>{"probe", "venv", "install a>=1 b"});
  CHECK(world.log.tail(0) == "Building environment: a>=1, b ...\nThe environment is ready.\n");
  auto others = world.make();
  CHECK(world.prepare(others, {"a>=1", "b"}).folder == first.folder);
  CHECK(world.calls().size() == 3);
  CHECK(world.prepare(others, {"c"}).folder != first.folder);
}

TEST_CASE("what a package index refuses fails the environment with pip's reason") {
  const World world;
  std::ofstream(world.folder.path() / "broken") << "nope==9";
  auto environments = world.make();
  CHECK_THROWS_WITH(world.prepare(environments, {"a", "nope==9"}),
                    "pip can't install the environment: No matching distribution found for nope==9");
  fs::remove(world.folder.path() / "broken");
  CHECK(fs::exists(world.prepare(environments, {"a", "nope==9"}).python()));
}

TEST_CASE("packages that only Azure's machines need may be missing") {
  const World world;
  std::ofstream(world.folder.path() / "broken") << "azureml-defaults";
  auto environments = world.make();
  world.prepare(environments, {"a", "azureml-defaults", "azureml-mlflow"});
  CHECK(world.calls() == std::vector<std::string>{"probe", "venv", "install a azureml-defaults azureml-mlflow",
                                                  "install a", "install azureml-defaults", "install azureml-mlflow"});
  CHECK_THAT(world.log.tail(0),
             ContainsSubstring("WARNING: azureml-defaults can't be installed; going on without it.\n"));
}

TEST_CASE("without a package index the distribution's packages are used, and the index is asked once") {
  const World world;
  std::ofstream(world.folder.path() / "no-index") << "";
  auto environments = world.make();
  const auto first = world.prepare(environments, {"a"});
  const auto second = world.prepare(environments, {"b"});
  CHECK(first.folder == second.folder);
  CHECK(world.calls() == std::vector<std::string>{"probe", "venv"});
}

TEST_CASE("offline nothing is installed and the log names what is not satisfied") {
  const test::TemporaryFolder folder;
  PythonEnvironments environments({.folder = folder.path() / "environments",
                                   .python = "/usr/bin/python3",
                                   .offline = true,
                                   .variables = {{"PATH", "/usr/bin:/bin"}}});
  const TextLog log(folder.path() / "log.txt");
  const TextLog build_log(folder.path() / "build.txt");
  environments.prepare({.packages = {"no-such-package-anywhere>=1"}, .options = {}, .python = ""}, log, build_log, {});
  CHECK(log.tail(0) ==
        "WARNING: pip is not used (--offline), so this runs with the packages of /usr/bin/python3. Not "
        "satisfied: no-such-package-anywhere>=1 (not installed).\n");
}

TEST_CASE("without a choice, the first python3 on PATH that can make environments is taken") {
  const World world;
  const fs::path folder = world.folder.path();
  const auto python_in = [&](const char* name) {
    fs::create_directories(folder / name);
    return folder / name / "python3";
  };
  std::ofstream(python_in("no-venv")) << "#!/bin/sh\nexit 1\n";
  std::ofstream(python_in("no-program")) << "";
  fs::permissions(folder / "no-venv" / "python3", fs::perms::owner_all);
  const std::string path = fmt::format("{0}/no-venv:{0}/no-program", folder.string());
  const auto make = [&](const std::string& on_path) {
    return PythonEnvironments(
        {.folder = folder / "environments", .python = "", .offline = false, .variables = {{"PATH", on_path}}});
  };
  auto without = make(path);
  CHECK_THROWS_WITH(world.prepare(without, {"a"}),
                    fmt::format("no python3 on PATH can make virtual environments; tried: {}/no-venv/python3. Install "
                                "python3-venv, or name another interpreter with aml-emulator --python.",
                                folder.string()));
  auto empty = make("");
  CHECK_THROWS_WITH(world.prepare(empty, {"a"}), ContainsSubstring("there is no python3 on PATH."));

  fs::copy_file(world.python, python_in("good"));
  auto with = make(path + ':' + (folder / "good").string() + ":/usr/bin:/bin");
  CHECK(fs::exists(world.prepare(with, {"a"}).python()));
  CHECK(world.calls() == std::vector<std::string>{"probe", "venv", "install a"});
}

TEST_CASE("a build that was cut short is done anew") {
  const World world;
  std::ofstream(world.folder.path() / "slow") << "";
  auto environments = world.make();
  std::stop_source stop;
  auto builder = std::async(std::launch::async, [&] { return is_cancelled(world, environments, stop.get_token()); });
  REQUIRE(test::wait_until([&] { return world.calls().size() == 3; }));
  stop.request_stop();
  CHECK(builder.get());
  fs::remove(world.folder.path() / "slow");
  CHECK(fs::exists(world.prepare(environments, {"a"}).python()));
  CHECK(world.calls() == std::vector<std::string>{"probe", "venv", "install a", "venv", "install a"});
}

TEST_CASE("who needs the environment that another builds waits for it") {
  const World world;
  std::ofstream(world.folder.path() / "slow") << "";
  auto builders = world.make();
  auto waiters = world.make();
  std::stop_source stop;
  auto builder = std::async(std::launch::async, [&] { return is_cancelled(world, builders, stop.get_token()); });
  REQUIRE(test::wait_until([&] { return world.calls().size() == 3; }));
  auto waiter = std::async(std::launch::async, [&] { return world.prepare(waiters, {"a"}).python(); });
  REQUIRE(test::wait_until([&] { return world.log.tail(0).find("Waiting for the environment") != std::string::npos; }));
  fs::remove(world.folder.path() / "slow");
  stop.request_stop();
  CHECK(builder.get());
  CHECK(fs::exists(waiter.get()));
}
