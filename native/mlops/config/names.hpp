#pragma once

#include <mlops/core/error.hpp>
#include <string>
#include <string_view>

namespace mlops::config {

/// Orders names of variables as Azure Pipelines compares them: without case.
struct NameLess {
  using is_transparent = void;
  bool operator()(std::string_view a, std::string_view b) const;
};

/// Whether a text can stand in `$(...)`: letters, digits, '.', '_' and '-'. Anything else, such as `$(ls -l)`, is no
/// reference and stays as it is.
bool is_reference_name(std::string_view name);

/// Throws core::Error "variable-name" when the agent could not set a variable of that name, or when setting it would
/// change how the agent or the tasks after this one work: `Agent.*`, `INPUT_*`, `PATH`, ...
void require_settable(const std::string& name, const core::Place& place);

}  // namespace mlops::config
