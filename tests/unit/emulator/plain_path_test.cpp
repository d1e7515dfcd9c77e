#include <mlops/core/error.hpp>
#include <mlops/emulator/plain_path.hpp>
#include <mlops_test/catch.hpp>
#include <mlops_test/fakes.hpp>

using namespace mlops;
using mlops::emulator::plain_path;
namespace fs = std::filesystem;

TEST_CASE("a folder whose path is one word is used as it is") {
  test::TemporaryFolder folder;
  const auto data = folder.path() / "Größe-1.2_a+b";
  CHECK(plain_path(data, folder.path()) == data);
  CHECK(fs::is_empty(folder.path()));
}

TEST_CASE("a folder whose path a shell would take apart is reached through a link without blanks") {
  test::TemporaryFolder folder;
  const auto data = folder.path() / "My Projects (old)/data";
  const auto link = plain_path(data, folder.path());
  CHECK(link.parent_path() == folder.path());
  CHECK(link.filename().string().starts_with("aml-emulator-"));
  CHECK(fs::equivalent(link, data));

  SECTION("the next start uses the same link") {
    CHECK(plain_path(data, folder.path()) == link);
  }
  SECTION("something else in the link's place is left alone") {
    fs::remove(link);
    fs::create_directory(link);
    CHECK_THROWS_WITH(plain_path(data, folder.path()),
                      "jobs can't work in \"" + data.string() + "\", whose path is not one word, and \"" +
                          link.string() + "\" is no link to it. Name a folder without blanks with --data.");
    CHECK(fs::is_directory(fs::symlink_status(link)));
  }
}
