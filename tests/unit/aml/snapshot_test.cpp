#include <cstdlib>
#include <filesystem>
#include <mlops/aml/snapshot/code.hpp>
#include <mlops/aml/snapshot/files.hpp>
#include <mlops/core/error.hpp>
#include <mlops/core/files.hpp>
#include <mlops/core/real_world.hpp>
#include <mlops/core/text.hpp>
#include <mlops_test/catch.hpp>
#include <mlops_test/fakes.hpp>

namespace fs = std::filesystem;
using namespace mlops;

namespace {

std::vector<std::string> names(const std::vector<aml::SnapshotFile>& files) {
  std::vector<std::string> result;
  for (const auto& file : files) result.push_back(file.name);
  return result;
}

std::string content_hash_of(const fs::path& folder) {
  return aml::content_hash(aml::snapshot_files(folder, aml::IgnoreRules::of_folder(folder)));
}

std::string object_hash_of(const fs::path& path) {
  return aml::object_hash(path, fs::is_directory(path) ? aml::IgnoreRules::of_folder(path) : aml::IgnoreRules());
}

}  // namespace

// The expected hashes were made by azure-ai-ml 1.35.2.
TEST_CASE("the content hash of a folder is the SDK's") {
  const test::TemporaryFolder folder;
  folder.write(".amlignore", "*.pyc\n# c\n");
  folder.write("main.py", "import sys\nprint(1)\n");
  folder.write("sub/a.txt", "hello\n");
  folder.write("x.pyc", "compiled");
  CHECK(content_hash_of(folder.path()) == "8d0e9b7e7cf69dc13d400826b63af6d1456e06b1b748085b670cda4d3f3deafb");
}

TEST_CASE("the object hash of a file and of a folder is the SDK's") {
  const test::TemporaryFolder folder;
  const fs::path file = folder.write("model.pkl", "model");
  CHECK(object_hash_of(file) == "cc77add1348125910a9118c6c3859f0856b7e66dc15fc84bd49824a05e71fd82");
  folder.write("data/empty.txt", "");
  folder.write("data/t.csv", "a,b\n1,2\n");
  CHECK(object_hash_of(folder.path() / "data") == "921c5955cfb4f97518f78cfd91d0ad420f9b11cf5cda9053b03e724c80a02aff");
}

TEST_CASE("files are ordered by their names in lower case, also of other scripts") {
  const test::TemporaryFolder folder;
  for (const char* name : {"b.txt", "A.txt", "Ärger.txt", "ändern.txt", "Zoo/x.txt", "zebra.txt", "Ωmega", "Я", "а"}) {
    folder.write(name, "");
  }
  CHECK(names(aml::snapshot_files(folder.path(), {})) == std::vector<std::string>{"A.txt", "b.txt", "zebra.txt",
                                                                                  "Zoo/x.txt", "ändern.txt",
                                                                                  "Ärger.txt", "Ωmega", "а", "Я"});
}

TEST_CASE("links are followed and keep their own names") {
  const test::TemporaryFolder folder;
  folder.write("outside/shared.py", "x = 1\n");
  folder.write("src/main.py", "import shared\n");
  fs::create_symlink("../outside/shared.py", folder.path() / "src" / "linked.py");
  fs::create_directory_symlink("../outside", folder.path() / "src" / "lib");
  const auto files = aml::snapshot_files(folder.path() / "src", {});
  CHECK(names(files) == std::vector<std::string>{"lib/shared.py", "linked.py", "main.py"});
  CHECK(files[1].file == fs::canonical(folder.path() / "outside" / "shared.py"));
  CHECK(files[1].size == 6);
}

TEST_CASE("a link that leads back is an error, not an endless walk") {
  const test::TemporaryFolder folder;
  folder.write("src/main.py", "");
  fs::create_directory_symlink(".", folder.path() / "src" / "again");
  CHECK_THROWS_WITH(aml::snapshot_files(folder.path() / "src", {}),
                    Catch::Matchers::ContainsSubstring("the link \"again/\" leads back to a folder above it."));
}

TEST_CASE("a link that leads nowhere is named") {
  const test::TemporaryFolder folder;
  fs::create_symlink("missing", folder.path() / "broken");
  CHECK_THROWS_WITH(aml::snapshot_files(folder.path(), {}),
                    Catch::Matchers::ContainsSubstring("broken\" can't be read"));
}

TEST_CASE("what an ignored folder holds stays out, unless a later pattern takes it back in") {
  const test::TemporaryFolder folder;
  folder.write(".amlignore", "logs\n!logs/keep.txt\n");
  folder.write("logs/keep.txt", "");
  folder.write("logs/drop.txt", "");
  folder.write("main.py", "");
  CHECK(names(aml::snapshot_files(folder.path(), aml::IgnoreRules::of_folder(folder.path()))) ==
        std::vector<std::string>{".amlignore", "logs/keep.txt", "main.py"});
}

TEST_CASE("components leave out __pycache__, jobs don't") {
  const test::TemporaryFolder folder;
  folder.write("main.py", "");
  folder.write("__pycache__/main.pyc", "");
  CHECK(names(aml::code_files({folder.path(), {}, true, {}})) == std::vector<std::string>{"main.py"});
  CHECK(aml::code_files({folder.path(), {}, false, {}}).size() == 2);
}

TEST_CASE("additional includes lie beside the code and may not hide it") {
  const test::TemporaryFolder folder;
  folder.write("src/main.py", "");
  folder.write("shared/util.py", "");
  folder.write("one.txt", "");
  const auto files =
      aml::code_files({folder.path() / "src", {}, true, {folder.path() / "shared", folder.path() / "one.txt"}});
  CHECK(names(files) == std::vector<std::string>{"main.py", "one.txt", "shared/util.py"});
  folder.write("src/one.txt", "");
  CHECK_THROWS_WITH(aml::code_files({folder.path() / "src", {}, true, {folder.path() / "one.txt"}}),
                    Catch::Matchers::ContainsSubstring("would put \"one.txt\" over a file of the code folder"));
}

TEST_CASE("a code folder without files is an error at its place") {
  const test::TemporaryFolder folder;
  fs::create_directories(folder.path() / "src" / "empty");
  CHECK_THROWS_WITH(aml::code_files({folder.path() / "src", {"job.yml", 4, 7}, false, {}}),
                    Catch::Matchers::StartsWith("job.yml:4:7: the folder") &&
                        Catch::Matchers::ContainsSubstring("holds no file to upload"));
}

// With a Python that has azure-ai-ml, the same trees are hashed by both.
TEST_CASE("hashes and ignore rules agree with an installed SDK") {
  const char* python = std::getenv("MLOPS_SDK_PYTHON");
  if (!python) {
    WARN("skipped: MLOPS_SDK_PYTHON names no Python with azure-ai-ml");
    return;
  }
  const char* patterns =
      GENERATE("", "*.pyc\n", "build/\n!build/keep.txt\n", "/a\n", "a/**/z.txt\n", "**/x\n", "?.txt\n", "[!a]*.txt\n",
               "a/*\n!a/b\n", "*\n!*.py\n", "\\#odd\n", "**\n!main.py\n", "b*/\n");
  const test::TemporaryFolder folder;
  for (const char* name : {"main.py", "a/b/z.txt", "a/z.txt", "a/b/c/d.py", "build/keep.txt", "build/x.o", "x/y/x",
                           "q.txt", "ab.txt", "#odd", "Other.PY", "b.pyc", "Über/straße.txt", "empty.txt"}) {
    folder.write(std::string("tree/") + name,
                 std::string(name).size() % 2 == 0 ? "" : std::string("content of ") + name);
  }
  const fs::path tree = folder.path() / "tree";
  if (*patterns != '\0') folder.write("tree/.amlignore", patterns);
  const fs::path script = folder.write("hash.py",
                                       "import sys\n"
                                       "from azure.ai.ml._utils._asset_utils import *\n"
                                       "i = get_ignore_file(sys.argv[1])\n"
                                       "print(get_content_hash(sys.argv[1], i), get_object_hash(sys.argv[1], i))\n");
  const auto result = core::system_processes()->run({python, script.string(), tree.string()}, folder.path());
  REQUIRE(result);
  REQUIRE(result->exit_code == 0);
  INFO("patterns: " << patterns);
  CHECK(std::string(core::trim(result->output)) == content_hash_of(tree) + " " + object_hash_of(tree));
}
