#pragma once

#include <boost/json.hpp>
#include <mlops/gate/evaluate.hpp>
#include <string>
#include <vector>

namespace mlops::gate {

/// An evaluation with what identifies it, ready to be shown.
struct Report {
  Evaluation evaluation;
  Metrics candidate;
  Metrics data;  ///< what is known of the data and of production; no metrics of the candidate
  std::optional<Baseline> baseline;
  std::string job;    ///< empty when the metrics came from a file
  std::string model;  ///< may be empty
  std::string rules_file;
  std::string generated_at;  ///< ISO 8601
};

/// The machine-readable report; its format is described in docs/gate-rules.md.
boost::json::value to_json(const Report& report);

/// What a release manager reads before approving: the verdict, why, and the evidence as a table. Text from outside is
/// escaped, so that it can't change the page.
std::string to_markdown(const Report& report);

/// The verdict and its worst reason in one line that may stand in a JSON text or an e-mail as it is: without quotation
/// marks, backslashes and control characters, at most 300 bytes.
std::string headline(const Evaluation& evaluation);

/// The findings that are not a pass, worst first, one sentence each.
std::vector<std::string> reasons(const Evaluation& evaluation);

}  // namespace mlops::gate
