#pragma once

#include <mlops/runner/execution/context.hpp>

namespace mlops::runner {

/// The repository around a pipeline's file: the git working tree that holds it, or the file's own folder.
SourceInfo find_source(const fs::path& pipeline, core::Processes& processes);

}  // namespace mlops::runner
