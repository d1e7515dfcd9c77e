#pragma once

#include <string>
#include <string_view>

namespace mlops::core {

/// UTF-8 of a text as Windows gives it, and back. What is no valid text gets replacement characters.
std::string to_utf8(std::wstring_view text);
std::wstring from_utf8(std::string_view text);

}  // namespace mlops::core
