#include <mlops/core/files.hpp>
#include <mlops/core/partial_file.hpp>
#include <mlops_test/catch.hpp>
#include <mlops_test/fakes.hpp>

using mlops::core::PartialFile;
using mlops::core::read_file;
namespace fs = std::filesystem;

TEST_CASE("a file has its name only once it is complete") {
  const mlops::test::TemporaryFolder folder;
  const fs::path target = folder.path() / "sub" / "data.csv";
  {
    PartialFile file(target);
    file.append("one,two\n");
    file.append("lost");
    file.truncate(8);
    file.append("3,4\n");
    CHECK(file.size() == 12);
    CHECK_FALSE(fs::exists(target));
    file.complete();
  }
  CHECK(read_file(target) == "one,two\n3,4\n");
  CHECK(std::distance(fs::directory_iterator(target.parent_path()), {}) == 1);
}

TEST_CASE("a file that is given up leaves the earlier one and nothing else") {
  const mlops::test::TemporaryFolder folder;
  folder.write("data.csv", "old");
  { PartialFile(folder.path() / "data.csv").append("new"); }
  CHECK(read_file(folder.path() / "data.csv") == "old");
  CHECK(std::distance(fs::directory_iterator(folder.path()), {}) == 1);
}

TEST_CASE("a file where none can be is the system's error") {
  const mlops::test::TemporaryFolder folder;
  folder.write("data.csv", "old");
  CHECK_THROWS_AS(PartialFile(folder.path() / "data.csv" / "x"), std::system_error);
}
