#include <limits>
#include <mlops/emulator/mlflow/search.hpp>
#include <mlops/emulator/mlflow/wire.hpp>
#include <mlops_test/catch.hpp>

using namespace mlops;
using namespace mlops::emulator;

namespace {

Run some_run() {
  return {.id = "r1",
          .experiment = "e1",
          .name = "first",
          .status = "FINISHED",
          .start = 1000,
          .metrics = {{"accuracy", 0.9, 0, 0}, {"a b", 1, 0, 0}},
          .parameters = {{"depth", "3"}},
          .tags = {{"stage", "Production"}, {"mlflow.parentRunId", "p"}}};
}

bool accepts(const std::string& filter) {
  return Filter::parse(filter).accepts(some_run());
}

std::vector<std::string> sorted(const std::vector<std::string>& order_by) {
  std::vector<Run> runs(3);
  runs[0] = {.id = "a", .start = 1, .metrics = {{"m", 2, 0, 0}}};
  runs[1] = {.id = "b", .start = 3};
  runs[2] = {.id = "c", .start = 2, .metrics = {{"m", 10, 0, 0}}};
  sort_runs(runs, order_by);
  return {runs[0].id, runs[1].id, runs[2].id};
}

}  // namespace

TEST_CASE("filters compare metrics, parameters, tags and attributes") {
  for (const char* filter :
       {"", "metrics.accuracy > 0.8", "metrics.accuracy >= 0.9 and metrics.accuracy <= 9e-1", "metrics.`a b` = 1",
        "params.depth = '3'", "tags.mlflow.parentRunId = 'p'", "tag.stage != 'dev'", "attributes.status = 'FINISHED'",
        "run_name LIKE 'fir%'", "tags.stage ILIKE '%PROD_ction'", "attributes.run_id IN ('x', 'r1')",
        "run_id NOT IN ('x','y')", "start_time < 1001", "params.\"depth\" = \"3\"",
        "status = 'FINISHED' AND run_name = 'first'"}) {
    INFO(filter);
    CHECK(accepts(filter));
  }
  for (const char* filter :
       {"metrics.accuracy > 0.9", "metrics.none > 0", "params.depth = '4'", "tags.none != 'x'",
        "tags.stage LIKE '%prod%'", "attributes.run_id IN ('x')", "status = 'FINISHED' and run_name = 'x'"}) {
    INFO(filter);
    CHECK_FALSE(accepts(filter));
  }
}

TEST_CASE("a filter that can't be understood says where and what") {
  const auto message = [](const std::string& filter) -> std::string {
    try {
      Filter::parse(filter).accepts(some_run());
    } catch (const MlflowError& error) {
      return error.code() + ": " + error.message();
    }
    return "accepted";
  };
  CHECK(message("metrics.a >> 3") ==
        "INVALID_PARAMETER_VALUE: Invalid filter string 'metrics.a >> 3' at position 12: a number or a quoted text is "
        "expected.");
  CHECK(message("metrics.a > 3 or metrics.b > 4") ==
        "INVALID_PARAMETER_VALUE: Invalid filter string 'metrics.a > 3 or metrics.b > 4' at position 17: AND is the "
        "only way to "
        "join clauses.");
  CHECK(message("tags.a = 'open") ==
        "INVALID_PARAMETER_VALUE: Invalid filter string 'tags.a = 'open' at position 10: the quotation mark is not "
        "closed.");
  CHECK(message("metrics.a = 'x'") ==
        "INVALID_PARAMETER_VALUE: Invalid filter string 'metrics.a = 'x'' at position 16: metrics are compared with "
        "numbers.");
  CHECK(message("nothing.a = 1") ==
        "INVALID_PARAMETER_VALUE: Invalid entity type 'nothing'. Valid entity types are ['metric', "
        "'parameter', 'tag', 'attribute'].");
  CHECK_THAT(message("color = 'red'"),
             Catch::Matchers::StartsWith("INVALID_PARAMETER_VALUE: Invalid attribute key 'color' specified."));
}

TEST_CASE("runs are sorted as asked, those without the value last, else the newest first") {
  CHECK(sorted({}) == std::vector<std::string>{"b", "c", "a"});
  CHECK(sorted({"metrics.m DESC"}) == std::vector<std::string>{"c", "a", "b"});
  CHECK(sorted({"metrics.m ASC"}) == std::vector<std::string>{"a", "c", "b"});
  CHECK(sorted({"attributes.start_time"}) == std::vector<std::string>{"a", "c", "b"});
}

TEST_CASE("pages follow each other by their token") {
  const std::vector<int> items{1, 2, 3, 4, 5};
  CHECK(page(items, "", 2) == std::pair(std::vector<int>{1, 2}, std::string("2")));
  CHECK(page(items, "4", 2) == std::pair(std::vector<int>{5}, std::string()));
  CHECK(page(items, "9", 2).first.empty());
  CHECK_THROWS_AS(page(items, "x", 2), MlflowError);
}
