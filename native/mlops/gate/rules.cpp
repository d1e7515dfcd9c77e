#include <fmt/format.h>

#include <cmath>
#include <mlops/gate/rules.hpp>

namespace mlops::gate {

namespace {

using document::Node;

Verdict parse_verdict(const Node& node, const std::vector<std::string>& legal) {
  const std::string text = node.as_string();
  for (const Verdict verdict : {Verdict::pass, Verdict::warn, Verdict::fail}) {
    if (text == to_string(verdict) && std::find(legal.begin(), legal.end(), text) != legal.end()) return verdict;
  }
  throw node.error("value-invalid", fmt::format("\"{}\" is not one of {}{}", text, fmt::join(legal, ", "),
                                                core::did_you_mean(core::nearest(text, legal))));
}

double finite_number(const Node& node) {
  const double number = node.as_number();
  if (!std::isfinite(number)) throw node.error("value-invalid", "a finite number is needed here.");
  return number;
}

bool parse_direction(const Node& node) {
  const std::vector<std::string> k_legal = {"higher_is_better", "lower_is_better"};
  const std::string text = node.as_string();
  if (text == k_legal[0]) return true;
  if (text == k_legal[1]) return false;
  throw node.error("value-invalid", fmt::format("\"{}\" is not one of {}{}", text, fmt::join(k_legal, ", "),
                                                core::did_you_mean(core::nearest(text, k_legal))));
}

// A metric that should be high may drop by a margin, one that should be low may rise by it.
void parse_margin(const Node& node, BaselineCondition& condition) {
  const std::string direction = condition.higher_is_better ? "max_drop" : "max_rise";
  const std::string other = condition.higher_is_better ? "max_rise" : "max_drop";
  for (const std::string& wrong : {other, other + "_percent"}) {
    if (const auto found = node.find(wrong)) {
      throw core::Error("value-invalid",
                        fmt::format("\"{}\" does not go with direction {}.", wrong,
                                    condition.higher_is_better ? "higher_is_better" : "lower_is_better"),
                        found->key_place(), fmt::format("Write {}.", direction));
    }
  }
  const auto absolute = node.find(direction);
  const auto percent = node.find(direction + "_percent");
  if (absolute && percent) {
    throw core::Error("value-invalid", fmt::format("{0} and {0}_percent exclude each other.", direction),
                      percent->key_place(), "Remove one of the two.");
  }
  if (!absolute && !percent) return;
  const Node& margin = absolute ? *absolute : *percent;
  condition.margin = finite_number(margin);
  condition.margin_is_percent = percent.has_value();
  if (condition.margin < 0) throw margin.error("value-invalid", "a margin must not be negative.");
}

BaselineCondition parse_baseline(const Node& node) {
  node.require_keys({"direction", "max_drop", "max_drop_percent", "max_rise", "max_rise_percent", "when_missing"},
                    "a baseline condition");
  BaselineCondition condition;
  // No default: guessed wrongly, it would let a much worse model pass.
  condition.higher_is_better = parse_direction(node.at("direction"));
  parse_margin(node, condition);
  if (const auto missing = node.find("when_missing")) {
    condition.when_missing = parse_verdict(*missing, {"pass", "warn", "fail"});
  }
  return condition;
}

Rule parse_rule(const Node& node) {
  node.require_keys({"metric", "description", "severity", "min", "max", "baseline"}, "a rule");
  Rule rule;
  rule.place = node.place();
  rule.metric = node.at("metric").as_string();
  if (const auto description = node.find("description")) rule.description = description->as_string();
  if (const auto severity = node.find("severity")) rule.severity = parse_verdict(*severity, {"warn", "fail"});
  if (const auto minimum = node.find("min")) rule.minimum = finite_number(*minimum);
  if (const auto maximum = node.find("max")) rule.maximum = finite_number(*maximum);
  if (const auto baseline = node.find("baseline")) rule.baseline = parse_baseline(*baseline);
  if (!rule.minimum && !rule.maximum && !rule.baseline) {
    throw node.error("rule-empty", fmt::format("the rule for \"{}\" has no condition.", rule.metric),
                     "Give it min, max or baseline.");
  }
  if (rule.minimum && rule.maximum && *rule.minimum > *rule.maximum) {
    throw node.at("min").error("value-invalid", "min is greater than max: no value can fulfil the rule.");
  }
  return rule;
}

}  // namespace

std::string to_string(Verdict verdict) {
  switch (verdict) {
    case Verdict::pass:
      return "pass";
    case Verdict::warn:
      return "warn";
    case Verdict::fail:
      return "fail";
  }
  return "fail";
}

std::vector<Rule> parse_rules(const document::Document& file) {
  const Node root = file.root();
  if (!root.is_mapping()) {
    throw root.error("rules-invalid", "a rules file is a mapping with the key \"rules\".", "See docs/gate-rules.md.");
  }
  root.require_keys({"rules", "$schema", "description"}, "a rules file");
  std::vector<Rule> rules;
  for (const auto& node : root.at("rules").children()) rules.push_back(parse_rule(node));
  if (rules.empty()) {
    throw root.error("rules-invalid", "the file has no rules: such a gate would pass everything.",
                     "Add at least one rule.");
  }
  return rules;
}

}  // namespace mlops::gate
