#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace mlops::core {

std::string_view trim(std::string_view text);
std::string to_lower(std::string_view text);
std::string to_upper(std::string_view text);
bool equals_ignoring_case(std::string_view a, std::string_view b);

/// Parts between separators, empty ones included: split("a,,b", ',') has three.
std::vector<std::string> split(std::string_view text, char separator);
std::string join(const std::vector<std::string>& parts, std::string_view separator);
std::string replace_all(std::string text, std::string_view what, std::string_view with);

/// The lines of a multi-line input: trimmed, without blank lines and lines that start with '#'.
std::vector<std::string> list_items(std::string_view text);

/// Cuts at a UTF-8 character boundary so that at most `bytes` bytes remain.
std::string truncate_utf8(std::string_view text, std::size_t bytes);

/// The offset of the first byte that is not UTF-8; npos when all of it is.
std::size_t find_invalid_utf8(std::string_view text);

}  // namespace mlops::core
