#pragma once

#include <mlops/runner/approvals.hpp>

namespace mlops::runner {

/// What would run, as an indented list: stages, jobs and steps, with conditions, dependencies and approvals. Throws
/// core::Error for dependencies that can't be met.
std::string describe(const Pipeline& pipeline, const Settings& settings,
                     const std::map<std::string, EnvironmentRules>& rules);

}  // namespace mlops::runner
