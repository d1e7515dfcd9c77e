#pragma once
// gate: rules over metrics, their evaluation against a candidate and the model in production, and the report. Pure: no
// network, no clock; what it needs to know is passed in.

#include <mlops/document/document.hpp>
#include <optional>
#include <string>
#include <vector>

namespace mlops::gate {

/// How a rule, and the gate as a whole, can end; the order is from best to worst.
enum class Verdict { pass, warn, fail };

std::string to_string(Verdict verdict);

/// "Not worse than the model in production by more than a margin."
struct BaselineCondition {
  bool higher_is_better = true;
  double margin = 0;               ///< how much worse the candidate may be, never negative
  bool margin_is_percent = false;  ///< of the baseline's absolute value
  Verdict when_missing = Verdict::pass;
};

/// What one metric must fulfil; every condition that is set is judged on its own.
struct Rule {
  std::string metric;
  std::string description;
  Verdict severity = Verdict::fail;  ///< the result of a condition that isn't met: warn or fail
  std::optional<double> minimum;     ///< inclusive
  std::optional<double> maximum;     ///< inclusive
  std::optional<BaselineCondition> baseline;
  core::FilePlace place;
};

/// Reads a rules file; the format is described in docs/gate-rules.md. Throws core::Error with file:line:column for an
/// unknown key, a wrong type, a rule without a condition, or a file without rules.
std::vector<Rule> parse_rules(const document::Document& file);

}  // namespace mlops::gate
