#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <mlops/gate/evaluate.hpp>

namespace mlops::gate {

namespace {

// Sums like 0.95 - 0.01 miss the decimal by the last bit; a value on the limit must meet it.
constexpr double k_relative_tolerance = 1e-12;

constexpr std::size_t k_most_names = 20;  // of metrics in one sentence

bool at_least(double value, double limit) {
  return value >= limit - k_relative_tolerance * std::abs(limit);
}

/// The value with as many digits as it takes to tell it from the other.
std::string show_beside(double value, double other) {
  const std::string text = show(value);
  return value != other && text == show(other) ? fmt::format("{}", value) : text;
}

Finding finding_of(const Rule& rule, std::string condition) {
  Finding finding;
  finding.metric = rule.metric;
  finding.description = rule.description;
  finding.severity = rule.severity;
  finding.condition = std::move(condition);
  return finding;
}

std::string missing_metric(const std::string& metric, const Metrics& candidate) {
  std::vector<std::string> names;
  for (const auto& [name, value] : candidate) names.push_back(name);
  if (names.empty()) return fmt::format("{} was not logged; the candidate has no metrics at all.", metric);
  const auto suggestion = core::nearest(metric, names);
  const std::size_t shown = std::min(names.size(), k_most_names);
  const std::string more = shown < names.size() ? fmt::format(" and {} more", names.size() - shown) : std::string();
  return fmt::format("{} was not logged{} Logged: {}{}.", metric, core::did_you_mean(suggestion),
                     fmt::join(names.begin(), names.begin() + static_cast<std::ptrdiff_t>(shown), ", "), more);
}

/// The gate itself makes the metrics of data and of production: one that it does not know is a mistake in the rules,
/// not a bad value, whatever the verdict is for.
void refuse_misspelt(const std::string& metric, const Metrics& candidate, const core::FilePlace& place) {
  if (!metric.starts_with("data.") && !metric.starts_with("production.")) return;
  std::vector<std::string> names;
  for (const auto& [name, value] : candidate) names.push_back(name);
  if (const auto meant = core::nearest(metric, names)) {
    throw core::Error("metric-unknown", fmt::format("there is no metric \"{}\"{}", metric, core::did_you_mean(meant)),
                      place, "Correct the rule.");
  }
}

/// The candidate's value; empty after filling the finding when there is none to judge.
std::optional<double> usable_value(Finding& finding, const Metrics& candidate, const core::FilePlace& place) {
  const auto found = candidate.find(finding.metric);
  if (found == candidate.end()) {
    refuse_misspelt(finding.metric, candidate, place);
    finding.result = finding.severity;
    finding.message = missing_metric(finding.metric, candidate);
    return std::nullopt;
  }
  finding.value = found->second;
  if (std::isfinite(found->second)) return found->second;
  finding.result = finding.severity;
  finding.message = fmt::format("{} is {}, not a finite number.", finding.metric, show(found->second));
  return std::nullopt;
}

Finding judge_bound(const Rule& rule, const Metrics& candidate, double limit, bool is_minimum) {
  Finding finding = finding_of(rule, fmt::format("{} {}", is_minimum ? "at least" : "at most", show(limit)));
  finding.limit = limit;
  const auto value = usable_value(finding, candidate, rule.place);
  if (!value) return finding;
  const bool met = is_minimum ? at_least(*value, limit) : at_least(-*value, -limit);
  finding.result = met ? Verdict::pass : rule.severity;
  finding.message = fmt::format("{} {} {} the {} {}.", rule.metric, show_beside(*value, limit),
                                met ? "meets" : (is_minimum ? "is below" : "is above"),
                                is_minimum ? "minimum" : "maximum", show(limit));
  return finding;
}

std::string baseline_text(const BaselineCondition& condition) {
  const char* side = condition.higher_is_better ? "below" : "above";
  if (condition.margin == 0) return fmt::format("not {} production", side);
  return fmt::format("at most {}{} {} production", show(condition.margin), condition.margin_is_percent ? " %" : "",
                     side);
}

double limit_of(const BaselineCondition& condition, double baseline) {
  const double margin = condition.margin_is_percent ? std::abs(baseline) * condition.margin / 100 : condition.margin;
  return condition.higher_is_better ? baseline - margin : baseline + margin;
}

std::string missing_baseline(const std::string& metric, const std::optional<Baseline>& baseline) {
  if (!baseline) return fmt::format("{} has nothing to be compared with: no model is in production yet.", metric);
  return fmt::format("{} has nothing to be compared with: version {} in production has no such metric.", metric,
                     baseline->version);
}

Finding judge_baseline(const Rule& rule, const Metrics& candidate, const std::optional<Baseline>& baseline) {
  const BaselineCondition& condition = *rule.baseline;
  Finding finding = finding_of(rule, baseline_text(condition));
  const auto value = usable_value(finding, candidate, rule.place);
  if (!value) return finding;
  const auto known = baseline ? baseline->metrics.find(rule.metric) : Metrics::const_iterator{};
  if (!baseline || known == baseline->metrics.end()) {
    finding.result = condition.when_missing;
    finding.message = missing_baseline(rule.metric, baseline);
    return finding;
  }
  if (!std::isfinite(known->second)) {
    finding.result = rule.severity;
    finding.message = fmt::format("{} can't be compared: production's is {} (version {}).", rule.metric,
                                  show(known->second), baseline->version);
    return finding;
  }
  finding.baseline = known->second;
  finding.limit = limit_of(condition, known->second);
  const bool met = condition.higher_is_better ? at_least(*value, *finding.limit) : at_least(-*value, -*finding.limit);
  finding.result = met ? Verdict::pass : rule.severity;
  finding.message = fmt::format("{} {} {} production's {} (version {}; the limit is {}).", rule.metric,
                                show_beside(*value, *finding.limit), met ? "holds against" : "is clearly worse than",
                                show(known->second), baseline->version, show(*finding.limit));
  return finding;
}

}  // namespace

std::string show(double number) {
  if (std::isnan(number)) return "NaN";
  if (std::isinf(number)) return number > 0 ? "inf" : "-inf";
  constexpr double k_largest_plain = 1e15;  // whole numbers up to there are exact
  if (std::abs(number) >= 1e6 && std::abs(number) < k_largest_plain) return fmt::format("{:.0f}", number);
  return fmt::format("{:.6g}", number);
}

Evaluation evaluate(const std::vector<Rule>& rules, const Metrics& candidate, const std::optional<Baseline>& baseline) {
  Evaluation evaluation;
  for (const auto& rule : rules) {
    if (rule.minimum) evaluation.findings.push_back(judge_bound(rule, candidate, *rule.minimum, true));
    if (rule.maximum) evaluation.findings.push_back(judge_bound(rule, candidate, *rule.maximum, false));
    if (rule.baseline) evaluation.findings.push_back(judge_baseline(rule, candidate, baseline));
  }
  for (const auto& finding : evaluation.findings) evaluation.verdict = std::max(evaluation.verdict, finding.result);
  return evaluation;
}

}  // namespace mlops::gate
