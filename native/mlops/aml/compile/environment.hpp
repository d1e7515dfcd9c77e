#pragma once

#include <mlops/aml/compile/fields.hpp>

namespace mlops::aml {

/// What `environment:` of a job, component or deployment says, as an ARM id: a reference, a file, or an environment
/// described in place, which becomes an anonymous one whose version names its content.
json::value environment_id(const Scope& scope, const Node& node);

/// The `properties` of an environment's version. Uploads the build context.
json::object environment_properties(const Scope& scope, const Node& node, bool anonymous);

/// The version that azure-ai-ml gives an anonymous environment of that content.
std::string anonymous_environment_version(const json::object& properties, const std::string& context_hash);

/// A conda file, or any other value, as PyYAML dumps it: block style, keys sorted.
std::string conda_text(const json::value& value);

}  // namespace mlops::aml
