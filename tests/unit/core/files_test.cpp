#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <mlops/core/error.hpp>
#include <mlops/core/files.hpp>
#include <mlops_test/catch.hpp>
#include <mlops_test/fakes.hpp>

using namespace mlops::core;
namespace fs = std::filesystem;

TEST_CASE("reading a file that isn't there names it and where paths start") {
  CHECK_THROWS_WITH(read_file("nowhere.yml"), "the file \"nowhere.yml\" does not exist. Paths are relative to \"" +
                                                  fs::current_path().string() + "\".");
  CHECK_THROWS_WITH(read_file("/"), "\"/\" is a folder, a file is needed.");
}

TEST_CASE("writing replaces a file in one step") {
  const mlops::test::TemporaryFolder folder;
  const fs::path file = folder.path() / "deep" / "er" / "out.json";
  write_file_atomically(file, "one");
  write_file_atomically(file, "two");
  CHECK(read_file(file) == "two");
  CHECK(std::distance(fs::directory_iterator(file.parent_path()), fs::directory_iterator()) == 1);
}

TEST_CASE("writing through a symbolic link replaces what it points to and keeps the link") {
  const mlops::test::TemporaryFolder folder;
  const fs::path target = folder.write("real.json", "one");
  fs::create_symlink("real.json", folder.path() / "link.json");
  write_file_atomically(folder.path() / "link.json", "two");
  CHECK(fs::is_symlink(folder.path() / "link.json"));
  CHECK(read_file(target) == "two");

  fs::create_symlink("later.json", folder.path() / "dangling.json");
  write_file_atomically(folder.path() / "dangling.json", "three");
  CHECK(read_file(folder.path() / "later.json") == "three");

  fs::create_symlink("loop.json", folder.path() / "loop.json");
  CHECK_THROWS_WITH(write_file_atomically(folder.path() / "loop.json", "four"),
                    Catch::Matchers::ContainsSubstring("Too many levels of symbolic links"));
}

TEST_CASE("a device is written to, never replaced") {
  write_file_atomically("/dev/null", "x");
  CHECK(fs::is_character_file("/dev/null"));
  CHECK_THROWS_WITH(write_file_atomically("/dev/full", "x"), Catch::Matchers::ContainsSubstring("No space left"));
  CHECK(fs::is_character_file("/dev/full"));
}

TEST_CASE("what is named by a descriptor goes on where the descriptor stands") {
  const mlops::test::TemporaryFolder folder;
  const fs::path log = folder.path() / "log.txt";
  const int descriptor = ::open(log.c_str(), O_WRONLY | O_CREAT | O_CLOEXEC, 0600);
  REQUIRE(::write(descriptor, "before,", 7) == 7);
  for (const char* folder_of_descriptors : {"/dev/fd/", "/proc/self/fd/"}) {
    write_file_atomically(folder_of_descriptors + std::to_string(descriptor), "here,");
  }
  REQUIRE(::write(descriptor, "after", 5) == 5);
  ::close(descriptor);
  CHECK(read_file(log) == "before,here,here,after");
}

TEST_CASE("a write that fails leaves nothing behind and says what to check") {
  CHECK_THROWS_WITH(write_file_atomically("/proc/nowhere/out.json", "x"),
                    Catch::Matchers::ContainsSubstring("can't write the file") &&
                        Catch::Matchers::ContainsSubstring("free disk space"));
}

TEST_CASE("globs match inside folders, and ** across them") {
  CHECK(glob_matches("*.yml", "a.yml"));
  CHECK_FALSE(glob_matches("*.yml", "b/a.yml"));
  CHECK(glob_matches("**/*.yml", "a.yml"));
  CHECK(glob_matches("**/*.yml", "b/c/a.yml"));
  CHECK(glob_matches("config/infra-?EV.yml", "config/infra-DEV.yml"));
  CHECK_FALSE(glob_matches("config/infra-?EV.yml", "config/infra-DDEV.yml"));

  const mlops::test::TemporaryFolder folder;
  folder.write("b.yml", "");
  folder.write("a.yml", "");
  folder.write("sub/c.yml", "");
  const std::string root = folder.path().string();
  CHECK(expand_glob(root + "/*.yml") == std::vector<fs::path>{root + "/a.yml", root + "/b.yml"});
  CHECK(expand_glob(root + "/**/*.yml").size() == 3);
  CHECK(expand_glob("plain.yml") == std::vector<fs::path>{"plain.yml"});
}

TEST_CASE("a path that leads out of its folder is told apart from one that stays") {
  CHECK(stays_inside("a/b.txt"));
  CHECK(stays_inside("a/../b.txt"));
  CHECK(stays_inside("..a/b"));
  for (const char* path : {"", "/a", "../a", "a/../../b", ".."}) CHECK_FALSE(stays_inside(path));
}

TEST_CASE("sizes are shown in the unit a person would choose") {
  CHECK(human_size(0) == "0 B");
  CHECK(human_size(1023) == "1023 B");
  CHECK(human_size(1536) == "1.5 KB");
  CHECK(human_size(300ULL * 1024 * 1024) == "300.0 MB");
}
