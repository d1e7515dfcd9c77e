#pragma once

#include <boost/json.hpp>
#include <string>
#include <string_view>

namespace mlops::document {

/// Whether a plain scalar is null: nothing, `~` and three spellings of the word. https://yaml.org/type/null.html
bool is_null_word(std::string_view text);

/// The typed value of a plain (unquoted) YAML scalar by the YAML 1.1 resolution that PyYAML implements: null, booleans
/// (yes/no/on/off/true/false), integers (decimal, 0x, 0o and 0-prefixed octal, 0b, underscores), floats, .inf and .nan;
/// anything else, dates and base 60 (1:30) included, stays text. https://yaml.org/type/
boost::json::value resolve_plain_scalar(const std::string& text);

}  // namespace mlops::document
