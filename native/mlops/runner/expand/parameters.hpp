#pragma once

#include <mlops/document/document.hpp>
#include <mlops/runner/expanded.hpp>
#include <optional>
#include <string>
#include <vector>

namespace mlops::runner {

/// Whose parameters they are: a person who starts a pipeline chooses among values, a template is given all of them.
enum class ParametersOf { pipeline, templates };

/// A value that a template is given.
struct GivenParameter {
  std::string name;
  boost::json::value value;  ///< scalars as they are written
  boost::json::value
      typed;  ///< the same for the type object, in which plain numbers and booleans are what they look like
  Origin origin;
};

/// What the expressions of a file see as `parameters`: the given values, converted to the declared types, and defaults.
/// `declarations` is the file's `parameters`, a list with types or a mapping of names to defaults. Throws core::Error
/// "parameter-..." for a value that is unknown, missing, of the wrong type or not one of the allowed; a missing one is
/// missing at `reference`, the place that asks for the file. A pipeline's own parameter without a default is the first
/// of its allowed values, a boolean false.
boost::json::object bind_parameters(const std::optional<document::Node>& declarations,
                                    const std::vector<GivenParameter>& given, const std::string& file,
                                    const Origin& reference, ParametersOf whose);

}  // namespace mlops::runner
