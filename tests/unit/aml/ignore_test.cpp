#include <mlops/aml/snapshot/ignore.hpp>
#include <mlops/core/error.hpp>
#include <mlops_test/catch.hpp>
#include <mlops_test/fakes.hpp>

using namespace mlops;

namespace {

bool matches(const std::string& pattern, const std::string& path) {
  return aml::IgnorePattern(pattern).matches(aml::code_points(path));
}

}  // namespace

TEST_CASE("a name without slash is ignored at any depth, with all below it") {
  CHECK(matches("*.pyc", "a.pyc"));
  CHECK(matches("*.pyc", "deep/down/a.pyc"));
  CHECK(matches("build", "build/x/y.txt"));
  CHECK(matches("build", "src/build"));
  CHECK_FALSE(matches("build", "builds/x"));
}

TEST_CASE("a final slash means what is below, not a file of that name") {
  CHECK(matches("build/", "build/a.txt"));
  CHECK(matches("build/", "src/build/a.txt"));
  CHECK_FALSE(matches("build/", "build"));
}

TEST_CASE("a slash in front or inside ties the pattern to the root") {
  CHECK(matches("/data", "data/x"));
  CHECK_FALSE(matches("/data", "src/data/x"));
  CHECK(matches("src/*.txt", "src/a.txt"));
  CHECK_FALSE(matches("src/*.txt", "lib/src/a.txt"));
  CHECK_FALSE(matches("src/*.txt", "src/deep/a.txt"));
}

TEST_CASE("two stars cross folders") {
  CHECK(matches("**/cache", "cache"));
  CHECK(matches("**/cache", "a/b/cache/c"));
  CHECK(matches("a/**/z", "a/z"));
  CHECK(matches("a/**/z", "a/b/c/z"));
  CHECK_FALSE(matches("a/**/z", "b/a/z"));
  CHECK(matches("a/**", "a/b/c"));
  CHECK_FALSE(matches("a/**", "a"));
  CHECK(matches("**", "anything/at/all"));
  CHECK(matches("**/", "a/b"));
  CHECK_FALSE(matches("**/", "a"));
  CHECK(matches("a/**/**/z", "a/z"));
}

TEST_CASE("question marks, sets and backslashes work inside one part of a path") {
  CHECK(matches("?.txt", "a.txt"));
  CHECK_FALSE(matches("?.txt", "ab.txt"));
  CHECK(matches("[a-c].txt", "b.txt"));
  CHECK_FALSE(matches("[!a-c].txt", "b.txt"));
  CHECK(matches("[]-].txt", "].txt"));
  CHECK(matches("[abc", "[abc"));
  CHECK(matches("\\#x", "#x"));
  CHECK(matches("\\!x", "!x"));
  CHECK(matches("a\\*b", "a*b"));
  CHECK_FALSE(matches("a\\*b", "axb"));
  CHECK(matches("?.txt", "é.txt"));
}

TEST_CASE("comments and blank lines mean nothing") {
  CHECK_FALSE(aml::IgnorePattern("# a comment").effect());
  CHECK_FALSE(aml::IgnorePattern("   ").effect());
  CHECK_FALSE(aml::IgnorePattern("/").effect());
}

TEST_CASE("a lone backslash at the end is an error at its line") {
  const test::TemporaryFolder folder;
  folder.write(".amlignore", "*.pyc\nbad\\\n");
  CHECK_THROWS_WITH(aml::IgnoreRules::of_folder(folder.path()),
                    Catch::Matchers::ContainsSubstring(".amlignore:2:1: a pattern ends with a lone backslash."));
}

TEST_CASE("the last pattern that fits decides") {
  const test::TemporaryFolder folder;
  folder.write(".amlignore", "\xEF\xBB\xBF*.txt\n!keep.txt\r\n");
  const auto rules = aml::IgnoreRules::of_folder(folder.path());
  CHECK(rules.ignores("a.txt"));
  CHECK_FALSE(rules.ignores("keep.txt"));
  CHECK_FALSE(rules.ignores("a.csv"));
}

TEST_CASE(".amlignore is read instead of .gitignore, never beside it") {
  const test::TemporaryFolder folder;
  folder.write(".gitignore", "*.git\n");
  CHECK(aml::IgnoreRules::of_folder(folder.path()).ignores("a.git"));
  folder.write(".amlignore", "*.aml\n");
  const auto rules = aml::IgnoreRules::of_folder(folder.path());
  CHECK(rules.ignores("a.aml"));
  CHECK_FALSE(rules.ignores("a.git"));
}

TEST_CASE("many stars cost no more than few") {
  CHECK_FALSE(matches("*a*a*a*a*a*a*a*a*a*a*a*a*a*b", std::string(2000, 'a')));
}
