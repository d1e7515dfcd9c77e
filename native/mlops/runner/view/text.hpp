#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace mlops::runner {

/// One line of text that does nothing to a terminal: escape sequences, control characters and what turns the direction
/// of writing are left out, a tab becomes a space, a byte that is not UTF-8 becomes `?`.
std::string plain_text(std::string_view text);

/// How many columns a plain text takes: wide characters two, combining ones none.
std::size_t display_width(std::string_view text);

/// A plain text cut to that many columns, its last one `~` when something was cut off.
std::string fit(std::string_view text, std::size_t columns);

/// A plain text in pieces of at most that many columns, broken at spaces where there are some.
std::vector<std::string> wrap(std::string_view text, std::size_t columns);

}  // namespace mlops::runner
