#pragma once

#include <mlops/gate/evaluate.hpp>

namespace mlops::gate {

/// Metrics from a JSON or YAML file: `{name: number}` or `{"metrics": {name: number}}`; texts such as "NaN" count as
/// not a number. Throws core::Error with the place of anything else.
Metrics parse_metrics(const document::Document& file);

/// A baseline from such a file; `version` beside `metrics` names it, else the file does.
Baseline parse_baseline(const document::Document& file);

}  // namespace mlops::gate
