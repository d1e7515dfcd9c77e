#pragma once

#include <mlops/gate/evaluate.hpp>

namespace mlops::gate {

/// Metrics from a JSON or YAML file: `{name: number}` or `{"metrics": {name: number}}`. null, NaN and Infinity, as
/// Python writes them, are kept as what they are; entries that are no numbers, such as a confusion matrix, are left
/// out. Throws core::Error when no number is left.
Metrics parse_metrics(const document::Document& file);

/// A baseline from such a file; `version` beside `metrics` names it, else the file does.
Baseline parse_baseline(const document::Document& file);

}  // namespace mlops::gate
