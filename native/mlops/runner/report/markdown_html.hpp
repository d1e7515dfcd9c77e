#pragma once

#include <string>
#include <string_view>

namespace mlops::runner {

/// Text as it stands in an element or an attribute of HTML.
std::string html_text(std::string_view text);

/// Markdown of a summary as HTML: headings, paragraphs, lists, tables, code, emphasis and links. Anything else,
/// elements of HTML among it, is shown as text.
std::string markdown_html(std::string_view markdown);

}  // namespace mlops::runner
