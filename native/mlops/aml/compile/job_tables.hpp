#pragma once

#include <mlops/aml/compile/fields.hpp>

namespace mlops::aml {

/// Keys that all jobs share.
const Table& job_table();

/// Jobs speak camelCase ("jobLimitsType"), steps in a pipeline snake_case ("job_limits_type"); the tables are the same.
Convert distribution();
Convert resources();
Convert limits();
Convert identity();
Convert job_service();
Convert services();
Convert queue_settings();

/// A step's form of what one of the above made.
Convert in_snake_case(Convert convert);
json::value to_snake_case(const json::value& value);

}  // namespace mlops::aml
