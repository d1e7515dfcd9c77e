#include <cmath>
#include <mlops/core/files.hpp>
#include <mlops/gate/metrics_file.hpp>
#include <mlops/gate/report.hpp>
#include <mlops_test/catch.hpp>

using namespace mlops;
using namespace mlops::gate;

namespace {

const std::filesystem::path k_fixtures = std::filesystem::path(MLOPS_FIXTURES) / "fixtures";

Report sample() {
  Report report;
  report.candidate = parse_metrics(document::Document::load(k_fixtures / "candidate.json"));
  report.baseline = parse_baseline(document::Document::load(k_fixtures / "production.json"));
  report.evaluation =
      evaluate(parse_rules(document::Document::load(k_fixtures / "rules.yml")), report.candidate, report.baseline);
  report.job = "train-42-1";
  report.model = "breast-cancer";
  report.rules_file = "gates/quality.yml";
  report.generated_at = "2026-03-01T12:00:00Z";
  return report;
}

// MLOPS_UPDATE_GOLDENS=1 writes what the code says now; the diff is then for a person to judge.
void check_golden(const std::string& name, const std::string& text) {
  const auto file = k_fixtures / name;
  if (std::getenv("MLOPS_UPDATE_GOLDENS")) core::write_file_atomically(file, text);
  CHECK(text == core::read_file(file));
}

}  // namespace

TEST_CASE("the Markdown report shows verdict, reasons and evidence") {
  check_golden("report.expected.md", to_markdown(sample()));
}

TEST_CASE("the JSON report holds the same for programs") {
  check_golden("report.expected.json", document::to_pretty_json(to_json(sample())));
}

TEST_CASE("the headline is the verdict and its worst reason, fit for a JSON text") {
  Evaluation evaluation;
  evaluation.findings.resize(3);
  CHECK(headline(evaluation) == "pass: all 3 conditions are met.");
  evaluation.findings[0].result = Verdict::warn;
  evaluation.findings[0].message = "b is low.";
  evaluation.findings[2].result = Verdict::fail;
  evaluation.findings[2].message = "\"a\\b\"\nis gone.";
  evaluation.verdict = Verdict::fail;
  CHECK(headline(evaluation) == "fail: 'a'b' is gone. And 1 more.");
  evaluation.findings[2].message = std::string(1000, 'x');
  CHECK(headline(evaluation).size() == 300);
}

TEST_CASE("data and production are told apart from the candidate") {
  Report report = sample();
  report.data = {{"data.rows", 400}};
  CHECK(to_json(report).at("data").at("metrics").at("data.rows") == 400.0);
  CHECK_FALSE(to_json(report).at("candidate").at("metrics").as_object().contains("data.rows"));
}

TEST_CASE("names from outside can't change the page") {
  Report report = sample();
  report.job = "a|b\n# <script>";
  const std::string text = to_markdown(report);
  CHECK(text.find("a\\|b # &lt;script>") != std::string::npos);
}

TEST_CASE("metrics files are read in both shapes") {
  const auto parse = [](const std::string& text) { return parse_metrics(document::Document::parse(text, "m.json")); };
  CHECK(parse(R"({"a": 1, "b": 0.5})") == Metrics{{"a", 1}, {"b", 0.5}});
  CHECK(parse(R"({"metrics": {"a": 1}, "job": "x"})") == Metrics{{"a", 1}});
  CHECK(parse(R"({"loss": 1e-05, "matrix": [[1, 2]], "note": "good"})") == Metrics{{"loss", 1e-05}});
  CHECK(std::isnan(parse(R"({"a": NaN})").at("a")));
  CHECK(std::isinf(parse(R"({"a": -Infinity})").at("a")));
  CHECK_THROWS_WITH(parse(R"({"a": "good"})"),
                    "m.json:1:1: the file holds no metrics: none of its entries is a number.");
  CHECK_THROWS_WITH(parse("{}"), Catch::Matchers::ContainsSubstring("the file holds no metrics"));
  CHECK_THROWS_WITH(parse("[1]"), Catch::Matchers::StartsWith("m.json:1:1: a metrics file is a mapping"));
}
