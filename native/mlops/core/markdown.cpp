#include <mlops/core/markdown.hpp>

namespace mlops::core {

std::string markdown_text(std::string_view text) {
  constexpr std::string_view k_marks = "|`*_[]\\";
  std::string escaped;
  escaped.reserve(text.size());
  for (const char c : text) {
    if (c == '\n' || c == '\r') {
      escaped += ' ';
    } else if (c == '<') {
      escaped += "&lt;";
    } else {
      if (k_marks.find(c) != std::string_view::npos) escaped += '\\';
      escaped += c;
    }
  }
  return escaped;
}

}  // namespace mlops::core
