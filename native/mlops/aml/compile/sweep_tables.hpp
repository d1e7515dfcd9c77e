#pragma once

#include <mlops/aml/compile/fields.hpp>

namespace mlops::aml {

/// What makes a sweep of a trial, for jobs; the REST forms follow SweepJob in the schema of
/// Microsoft.MachineLearningServices/workspaces/jobs.

/// A parameter's values: `{type: uniform, min_value: 0, max_value: 1}` becomes ["uniform", [0, 1]].
json::value search_space(const Scope& scope, const Node& node);
json::value search_parameter(const Scope& scope, const Node& node);
/// A word ("random") or a mapping with settings.
json::value sampling_algorithm(const Scope& scope, const Node& node);
Convert sweep_objective();
Convert sweep_limits();
Convert early_termination();

/// The same as keys of a sweep step: there the pipeline service takes most of it as the YAML has it.
Table sweep_step_keys();

}  // namespace mlops::aml
