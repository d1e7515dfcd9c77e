#pragma once

#include <mlops/runner/expand/tree.hpp>

namespace mlops::runner {

/// The variables of a mapping or list as the list of entries with name and value that every reader understands.
Tree::Items variable_list(const Tree& variables);

/// Adds what an extended template holds to the pipeline that extends it: its variables and resources come after those
/// of the pipeline, anything else of it stands in the place of the pipeline's.
/// https://learn.microsoft.com/azure/devops/pipelines/process/templates#extend-from-a-template
void merge_extended(Tree::Members& pipeline, const Tree::Members& extended);

}  // namespace mlops::runner
