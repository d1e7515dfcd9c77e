#include <cmath>
#include <mlops/gate/evaluate.hpp>
#include <mlops/gate/report.hpp>
#include <mlops_test/catch.hpp>

using namespace mlops::gate;

namespace {

Rule rule(const std::string& metric) {
  Rule rule;
  rule.metric = metric;
  return rule;
}

Rule at_least(double minimum) {
  Rule result = rule("accuracy");
  result.minimum = minimum;
  return result;
}

Rule compared(BaselineCondition condition) {
  Rule result = rule("accuracy");
  result.baseline = condition;
  return result;
}

Finding judge(const Rule& one, const Metrics& candidate, const std::optional<Baseline>& baseline = {}) {
  const Evaluation evaluation = evaluate({one}, candidate, baseline);
  REQUIRE(evaluation.findings.size() == 1);
  CHECK(evaluation.verdict == evaluation.findings[0].result);
  return evaluation.findings[0];
}

}  // namespace

TEST_CASE("a bound is met on the limit and missed beyond it") {
  CHECK(judge(at_least(0.9), {{"accuracy", 0.9}}).result == Verdict::pass);
  CHECK(judge(at_least(0.9), {{"accuracy", 0.95 - 0.05}}).result == Verdict::pass);
  const Finding below = judge(at_least(0.9), {{"accuracy", 0.812}});
  CHECK(below.result == Verdict::fail);
  CHECK(below.message == "accuracy 0.812 is below the minimum 0.9.");
  Rule most = rule("accuracy");
  most.maximum = 0.5;
  CHECK(judge(most, {{"accuracy", 0.51}}).message == "accuracy 0.51 is above the maximum 0.5.");
  CHECK(judge(most, {{"accuracy", 0.5}}).result == Verdict::pass);
  CHECK(judge(at_least(0.9), {{"accuracy", 0.8999999}}).message == "accuracy 0.8999999 is below the minimum 0.9.");
  most.maximum = 1e-13;
  CHECK(judge(most, {{"accuracy", 5e-13}}).result == Verdict::fail);
  CHECK(show(1234567) == "1234567");
}

TEST_CASE("evidence that is missing or not a number never passes") {
  CHECK(judge(at_least(0.9), {{"acuracy", 1}, {"recall", 1}}).message ==
        "accuracy was not logged; did you mean \"acuracy\"? Logged: acuracy, recall.");
  CHECK(judge(at_least(0.9), {}).message == "accuracy was not logged; the candidate has no metrics at all.");
  CHECK(judge(at_least(0.9), {{"accuracy", std::nan("")}}).message == "accuracy is NaN, not a finite number.");
  CHECK(judge(at_least(0.9), {{"accuracy", INFINITY}}).result == Verdict::fail);
}

TEST_CASE("a misspelt metric of the gate's own is a mistake in the rules") {
  Rule drift = rule("data.drfit");
  drift.maximum = 0.3;
  drift.place = {"gates/drift.yml", 2, 3};
  CHECK_THROWS_WITH(
      judge(drift, {{"data.drift", 0.1}}),
      "gates/drift.yml:2:3: there is no metric \"data.drfit\"; did you mean \"data.drift\"? Correct the rule.");
  drift.metric = "production.age_days";
  CHECK(judge(drift, {{"data.drift", 0.1}}).result == Verdict::fail);  // no model is in production yet
}

TEST_CASE("a candidate may be worse than production only by the margin") {
  const Baseline production{"7", {{"accuracy", 0.95}}};

  struct Case {
    BaselineCondition condition;
    double value;
    Verdict result;
  };

  const std::vector<Case> k_table = {
      {{true, 0.01, false}, 0.94, Verdict::pass}, {{true, 0.01, false}, 0.939, Verdict::fail},
      {{true, 0, false}, 0.95, Verdict::pass},    {{true, 0, false}, 0.9499, Verdict::fail},
      {{true, 10, true}, 0.855, Verdict::pass},   {{true, 10, true}, 0.854, Verdict::fail},
      {{false, 0.05, false}, 1.0, Verdict::pass}, {{false, 0.05, false}, 1.01, Verdict::fail},
  };
  for (const auto& one : k_table) {
    CAPTURE(one.value, one.condition.margin);
    CHECK(judge(compared(one.condition), {{"accuracy", one.value}}, production).result == one.result);
  }
  CHECK(judge(compared({true, 0.01, false}), {{"accuracy", 0.9}}, production).message ==
        "accuracy 0.9 is clearly worse than production's 0.95 (version 7; the limit is 0.94).");
}

TEST_CASE("percent margins of a negative baseline still widen the limit") {
  const Baseline production{"1", {{"accuracy", -10}}};
  CHECK(judge(compared({true, 10, true}), {{"accuracy", -11}}, production).result == Verdict::pass);
  CHECK(judge(compared({true, 10, true}), {{"accuracy", -11.1}}, production).result == Verdict::fail);
}

TEST_CASE("a baseline that is no number lets nothing pass") {
  const Finding finding =
      judge(compared({true, 0, false}), {{"accuracy", 1}}, Baseline{"3", {{"accuracy", std::nan("")}}});
  CHECK(finding.result == Verdict::fail);
  CHECK(finding.message == "accuracy can't be compared: production's is NaN (version 3).");
}

TEST_CASE("without production the rule itself says what holds") {
  const auto missing = [](Verdict when_missing, const std::optional<Baseline>& baseline) {
    BaselineCondition condition;
    condition.when_missing = when_missing;
    return judge(compared(condition), {{"accuracy", 1}}, baseline);
  };
  CHECK(missing(Verdict::pass, {}).result == Verdict::pass);
  CHECK(missing(Verdict::warn, {}).message ==
        "accuracy has nothing to be compared with: no model is in production yet.");
  CHECK(missing(Verdict::fail, Baseline{"3", {{"recall", 1}}}).message ==
        "accuracy has nothing to be compared with: version 3 in production has no such metric.");
}

TEST_CASE("the verdict is the worst finding, a warning stays a warning") {
  Rule warning = at_least(0.99);
  warning.severity = Verdict::warn;
  const Metrics candidate = {{"accuracy", 0.95}};
  CHECK(evaluate({warning, at_least(0.9)}, candidate, {}).verdict == Verdict::warn);
  CHECK(evaluate({warning, at_least(0.96)}, candidate, {}).verdict == Verdict::fail);
  CHECK(reasons(evaluate({warning, at_least(0.96)}, candidate, {})).front() ==
        "accuracy 0.95 is below the minimum 0.96.");
}
