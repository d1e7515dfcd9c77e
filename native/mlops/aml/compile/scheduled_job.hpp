#pragma once

#include <mlops/aml/compile/fields.hpp>

namespace mlops::aml {

/// The job that a schedule creates, of its `create_job`: a job's file, a registered job, or a mapping that names one of
/// them as `job` and changes some of its keys. Throws core::Error at the place, which for a changed key is in the
/// schedule's file.
json::value scheduled_job(const Scope& scope, const Node& node);

}  // namespace mlops::aml
