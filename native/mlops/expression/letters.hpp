#pragma once

#include <string>
#include <string_view>

namespace mlops::expression {

/// Upper and lower case of UTF-8 as .NET's invariant culture has them, one letter for one, for the Latin, Greek,
/// Cyrillic and Armenian scripts; everything else is left as it is. to_upper() is what texts are compared by.
std::string to_upper(std::string_view text);
std::string to_lower(std::string_view text);

/// How many bytes the character has that starts with this one.
std::size_t character_length(char first);

/// How many UTF-16 code units a text has, which is the length that .NET gives.
std::size_t utf16_length(std::string_view text);

/// How many bytes the white-space character at the front of a text has, those of Unicode included; 0 for any other.
std::size_t space_at(std::string_view text);

/// Without white space at both ends.
std::string_view trim(std::string_view text);

}  // namespace mlops::expression
