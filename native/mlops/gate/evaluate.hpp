#pragma once

#include <map>
#include <mlops/gate/rules.hpp>
#include <optional>
#include <string>
#include <vector>

namespace mlops::gate {

using Metrics = std::map<std::string, double>;

/// The model in production that the candidate is compared with.
struct Baseline {
  std::string version;
  Metrics metrics;
};

/// One condition of one rule, judged.
struct Finding {
  std::string metric;
  std::string description;
  std::string condition;           ///< "at least 0.93", "at most 0.02 below production"
  std::optional<double> value;     ///< the candidate's
  std::optional<double> baseline;  ///< production's, for a comparison
  std::optional<double> limit;     ///< what the value was held against
  Verdict result = Verdict::pass;
  Verdict severity = Verdict::fail;
  std::string message;  ///< one sentence that stands on its own
};

struct Evaluation {
  Verdict verdict = Verdict::pass;  ///< the worst of the findings
  std::vector<Finding> findings;    ///< in the order of the rules
};

/// Judges a candidate. A metric that is missing or not a finite number never meets a condition. Without a baseline, or
/// with one that lacks the metric, the condition's when_missing decides.
Evaluation evaluate(const std::vector<Rule>& rules, const Metrics& candidate, const std::optional<Baseline>& baseline);

/// A number as reports show it: six significant digits, or a whole number.
std::string show(double number);

}  // namespace mlops::gate
