#pragma once

#include <mlops/aml/compile/pipeline_steps.hpp>

namespace mlops::aml {

/// The steps as the members of `jobs`, in the pipeline service's own form; their components are registered.
json::object compile_steps(const Scope& scope, const PipelineSteps& steps);

}  // namespace mlops::aml
