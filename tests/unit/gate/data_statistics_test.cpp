#include <cmath>
#include <mlops/gate/data_statistics.hpp>
#include <mlops/gate/distribution.hpp>
#include <mlops_test/catch.hpp>
#include <mlops_test/fakes.hpp>

using namespace mlops;

namespace {

/// Lines "<i * factor + shift>,<word>" for 1000 numbers.
std::string table(double shift, const std::string& word = "red") {
  std::string text = "size,colour\n";
  for (int i = 0; i < 1000; ++i) text += std::to_string(i + shift) + "," + (i % 2 == 0 ? "blue" : word) + "\n";
  return text;
}

}  // namespace

TEST_CASE("the statistics of data are counts, missing values and the ranges of its numbers") {
  test::TemporaryFolder folder;
  const auto one = folder.write("1.csv", "age,name,key\n30,a,1\n,b,2\n50,NA,3\n");
  const auto two = folder.write("2.csv", "age,name,key\n10,null,4\n");
  const auto found = gate::data_statistics({one, two}, {}, {.ignored = {"key"}, .names = {}});
  CHECK(found == gate::Metrics{{"data.rows", 4},
                               {"data.columns", 3},
                               {"data.missing_percent", 50},
                               {"data.missing_percent.age", 25},
                               {"data.missing_percent.name", 50},
                               {"data.min.age", 10},
                               {"data.max.age", 50},
                               {"data.mean.age", 30}});
}

TEST_CASE("a column with a word among its numbers has no range, so that a rule for it fails") {
  test::TemporaryFolder folder;
  const auto found = gate::data_statistics({folder.write("d.csv", "age\n30\nold\n")}, {}, {});
  CHECK(found.count("data.min.age") == 0);
}

TEST_CASE("the same data has not moved; moved numbers and new words have") {
  test::TemporaryFolder folder;
  const auto reference = folder.write("reference.csv", table(0));
  const auto same = gate::data_statistics({folder.write("same.csv", table(0))}, {reference}, {});
  CHECK(same.at("data.drift") == 0);
  CHECK(same.at("data.drifted_columns") == 0);
  CHECK(same.at("data.new_rows") == 0);
  const auto moved = gate::data_statistics({folder.write("moved.csv", table(300))}, {reference}, {});
  CHECK(moved.at("data.drift.size") > 1);
  CHECK(moved.at("data.drift.colour") == 0);
  CHECK(moved.at("data.drift") == moved.at("data.drift.size"));
  CHECK(moved.at("data.drifted_columns") == 1);
  const auto repainted = gate::data_statistics({folder.write("new.csv", table(0, "green"))}, {reference}, {});
  CHECK(repainted.at("data.drift.colour") > 1);
  CHECK(repainted.at("data.drift.size") == 0);
}

TEST_CASE("columns that went or came are counted, and not compared") {
  test::TemporaryFolder folder;
  const auto found = gate::data_statistics({folder.write("d.csv", "a,c,d\n1,1,1\n2,2,2\n")},
                                           {folder.write("r.csv", "a,b\n1,1\n")}, {});
  CHECK(found.at("data.missing_columns") == 1);
  CHECK(found.at("data.added_columns") == 2);
  CHECK(found.at("data.new_rows") == 1);
  CHECK(found.count("data.drift.b") == 0);
}

TEST_CASE("files of one table have the same columns") {
  test::TemporaryFolder folder;
  const auto one = folder.write("1.csv", "a\n1\n");
  const auto two = folder.write("2.csv", "b\n1\n");
  CHECK_THROWS_AS(gate::data_statistics({one, two}, {}), core::Error);
}

TEST_CASE("the stability index is the sum of (p - q) ln(p / q)") {
  CHECK(gate::stability_index({50, 50}, {50, 50}) == 0);
  // (0.75 - 0.5) ln 1.5 + (0.25 - 0.5) ln 0.5
  CHECK(std::abs(gate::stability_index({50, 50}, {75, 25}) - 0.2746531) < 1e-6);
  CHECK(gate::stability_index({100, 0}, {100, 0}) == 0);
  CHECK(gate::stability_index({100, 0}, {0, 100}) > 5);
  CHECK(gate::stability_index({0, 0}, {1, 1}) == 0);
}

TEST_CASE("a long column is known by a sample that is the same each time") {
  gate::Column one;
  gate::Column two;
  for (int i = 0; i < 50'000; ++i) {
    one.add(std::to_string(i));
    two.add(std::to_string(i));
  }
  CHECK(one.sample().size() == 10'000);
  CHECK(one.sample() == two.sample());
  double mean = 0;
  for (const double value : one.sample()) mean += value / 10'000;
  CHECK(std::abs(mean - 25'000) < 500);
}

TEST_CASE("a column of many different texts is not compared") {
  gate::Column names;
  for (int i = 0; i < 101; ++i) names.add("name " + std::to_string(i));
  CHECK_FALSE(gate::Classes(names).comparable());
}
