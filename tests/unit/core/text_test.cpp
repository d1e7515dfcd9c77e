#include <mlops/core/text.hpp>
#include <mlops/core/world.hpp>
#include <mlops_test/catch.hpp>

using namespace mlops::core;

TEST_CASE("multi-line inputs are lists without blanks and comments") {
  CHECK(list_items("  a.yml \r\n\n# not this\nb.yml") == std::vector<std::string>{"a.yml", "b.yml"});
  CHECK(list_items("").empty());
}

TEST_CASE("splitting keeps empty parts, joining undoes it") {
  CHECK(split("a,,b", ',') == std::vector<std::string>{"a", "", "b"});
  CHECK(join(split("a,,b", ','), ",") == "a,,b");
}

TEST_CASE("a cut text never ends inside a UTF-8 character") {
  CHECK(truncate_utf8("grün", 3) == "gr");
  CHECK(truncate_utf8("grün", 4) == "grü");
  CHECK(truncate_utf8("grün", 99) == "grün");
}

TEST_CASE("replacing doesn't look at what it put in") {
  CHECK(replace_all("aa", "a", "aa") == "aaaa");
}

TEST_CASE("times are read and written as the services do") {
  const auto time = from_iso8601("2026-03-01T12:34:56.789Z");
  REQUIRE(time);
  CHECK(to_iso8601(*time) == "2026-03-01T12:34:56Z");
  CHECK(to_iso8601(*time + Milliseconds(7), true) == "2026-03-01T12:34:56.007Z");
  CHECK_FALSE(from_iso8601("yesterday"));
}
