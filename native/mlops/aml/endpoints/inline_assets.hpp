#pragma once

#include <mlops/aml/compile/fields.hpp>

// What a deployment may describe in place: its model, environment and code.

namespace mlops::aml {

/// The ARM id of a model: of a reference, or of the one described in place. With a name that one is created like a
/// model's own file; without one it is registered by its content, as azure-ai-ml does.
json::value deployed_model(const Scope& scope, const Node& node);

/// The ARM id of an environment, in the same way.
json::value deployed_environment(const Scope& scope, const Node& node);

/// {"codeId", "scoringScript"} of a code configuration. Throws core::Error "file-missing" without the script.
json::value code_configuration(const Scope& scope, const Node& node);

}  // namespace mlops::aml
