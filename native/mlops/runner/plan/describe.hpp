#pragma once

#include <mlops/runner/model/pipeline.hpp>
#include <mlops/runner/settings.hpp>

namespace mlops::runner {

/// What would run, as an indented list: stages, jobs and steps, with conditions and dependencies. Throws core::Error
/// for dependencies that can't be met.
std::string describe(const Pipeline& pipeline, const Settings& settings);

}  // namespace mlops::runner
