#pragma once

#include <memory>
#include <mlops/runner/evaluation.hpp>

namespace mlops::runner {

/// Evaluates with the expression language of Azure Pipelines.
std::unique_ptr<Evaluator> expression_evaluator();

}  // namespace mlops::runner
