#pragma once

#include <string>
#include <string_view>

namespace mlops::core {

/// Text from outside as plain words of one line of Markdown, also within a table's cell: nothing in it makes a link,
/// an element or a new cell (https://spec.commonmark.org/0.31.2/#backslash-escapes).
std::string markdown_text(std::string_view text);

}  // namespace mlops::core
