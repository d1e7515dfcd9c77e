#pragma once

#include <boost/json.hpp>
#include <string>

namespace mlops::document {

/// The typed value of a plain (unquoted) YAML scalar by the YAML 1.1 resolution that PyYAML implements: null, booleans
/// (yes/no/on/off/true/false), integers (decimal, 0x, 0o and 0-prefixed octal, 0b, underscores), floats, .inf and .nan;
/// anything else, dates included, stays text. https://yaml.org/type/
boost::json::value resolve_plain_scalar(const std::string& text);

}  // namespace mlops::document
