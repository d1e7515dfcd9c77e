#include <mlops/gate/rules.hpp>
#include <mlops_test/catch.hpp>

using namespace mlops;
using namespace mlops::gate;

namespace {

std::vector<Rule> parse(const std::string& text) {
  return parse_rules(document::Document::parse(text, "gate.yml"));
}

}  // namespace

TEST_CASE("a rules file says what each metric must fulfil") {
  const auto rules = parse(R"(
rules:
  - metric: accuracy
    min: 0.9
    max: 1
    severity: warn
    description: Share of right answers.
  - metric: log_loss
    baseline: {direction: lower_is_better, max_rise_percent: 5, when_missing: fail}
)");
  REQUIRE(rules.size() == 2);
  CHECK(rules[0].metric == "accuracy");
  CHECK(rules[0].minimum == 0.9);
  CHECK(rules[0].maximum == 1.0);
  CHECK(rules[0].severity == Verdict::warn);
  CHECK_FALSE(rules[0].baseline);
  REQUIRE(rules[1].baseline);
  CHECK_FALSE(rules[1].baseline->higher_is_better);
  CHECK(rules[1].baseline->margin == 5);
  CHECK(rules[1].baseline->margin_is_percent);
  CHECK(rules[1].baseline->when_missing == Verdict::fail);
}

TEST_CASE("a mistake in a rules file is named with its place") {
  const std::vector<std::pair<std::string, std::string>> k_table = {
      {"rules:\n  - metric: a\n    mini: 1\n", "gate.yml:3:5: unknown key \"mini\" in a rule; did you mean \"min\"?"},
      {"rules:\n  - min: 1\n", "gate.yml:2:5: the key \"metric\" is missing. Add it to this mapping."},
      {"rules:\n  - metric: a\n    min: high\n", "gate.yml:3:10: a number is needed here, not the text \"high\"."},
      {"rules:\n  - metric: a\n    min: .nan\n", "gate.yml:3:10: a finite number is needed here."},
      {"rules:\n  - metric: a\n", "gate.yml:2:5: the rule for \"a\" has no condition. Give it min, max or baseline."},
      {"rules:\n  - metric: a\n    min: 2\n    max: 1\n",
       "gate.yml:3:10: min is greater than max: no value can fulfil the rule."},
      {"rules:\n  - metric: a\n    min: 1\n    severity: error\n",
       "gate.yml:4:15: \"error\" is not one of warn, fail."},
      {"rules:\n  - metric: a\n    baseline: {direction: higher_is_better, max_rise: 1}\n",
       "gate.yml:3:45: \"max_rise\" does not go with direction higher_is_better. Write max_drop."},
      {"rules:\n  - metric: a\n    baseline: {direction: higher_is_better, max_drop: -1}\n",
       "gate.yml:3:55: a margin must not be negative."},
      {"rules:\n  - metric: a\n    baseline: {direction: higher_is_better, max_drop: 1, max_drop_percent: 1}\n",
       "gate.yml:3:58: max_drop and max_drop_percent exclude each other. Remove one of the two."},
      {"rules:\n  - metric: a\n    baseline: {direction: higher}\n",
       "gate.yml:3:27: \"higher\" is not one of higher_is_better, lower_is_better."},
      {"rules:\n  - metric: a\n    baseline: {max_drop: 1}\n",
       "gate.yml:3:15: the key \"direction\" is missing. Add it to this mapping."},
      {"rules: []\n", "gate.yml:1:1: the file has no rules: such a gate would pass everything. Add at least one rule."},
      {"- metric: a\n", "gate.yml:1:1: a rules file is a mapping with the key \"rules\". See docs/gate-rules.md."},
  };
  for (const auto& [text, message] : k_table) {
    CAPTURE(text);
    CHECK_THROWS_WITH(parse(text), message);
  }
}
