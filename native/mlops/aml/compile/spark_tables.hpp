#pragma once

#include <mlops/aml/compile/component_kind.hpp>
#include <mlops/aml/compile/fields.hpp>

namespace mlops::aml {

/// What a Spark job, component and step say alike: the files beside the entry.
const Table& spark_files();

/// The entry in the REST form of a job: {"file": ..., "sparkJobEntryType": "SparkJobPythonEntry"}.
json::value spark_entry(const Scope& scope, const Node& node);

/// Spark's settings as a job has them: texts, with the number of executors that dynamic allocation begins with.
/// Throws core::Error "key-missing" or "value-invalid" for what Spark can't start with.
json::value spark_conf(const Scope& scope, const Node& node);

Convert spark_resources();

/// Who a job without `identity` runs as: the user on serverless Spark, the pool's managed identity on an attached one.
json::object default_spark_identity(const Node& node);

/// Adds the number of executors that dynamic allocation begins with, where the settings don't say it.
void add_first_executors(json::object& conf);

/// Refuses another mode than direct, the only one that Spark has. Bindings and plain values have none.
void check_direct_mode(const Node& node);

}  // namespace mlops::aml
