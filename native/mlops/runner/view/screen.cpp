#include <fmt/format.h>

#include <mlops/runner/view/screen.hpp>
#include <mlops/runner/view/text.hpp>

namespace mlops::runner {

namespace {

// "Synchronized output": a terminal that knows it shows the frame at once; others pass over it.
constexpr const char* k_begin = "\x1b[?2026h\x1b[?25l";
constexpr const char* k_end = "\x1b[?25h\x1b[?2026l";

constexpr char k_backspace = '\b';
constexpr char k_delete = '\x7f';
constexpr char k_end_of_input = '\x04';
constexpr char k_erase_line = '\x15';

}  // namespace

// After a change of the width a terminal has broken the old lines anew.
std::size_t Screen::rows_of_last(std::size_t columns) const {
  std::size_t rows = 0;
  for (const auto& line : m_last) {
    const auto width = display_width(plain_text(line));
    rows += width == 0 || columns == 0 ? 1 : (width + columns - 1) / columns;
  }
  return rows;
}

std::string Screen::frame(const std::vector<std::string>& lines, std::size_t columns, std::size_t rows) {
  if (lines == m_last && columns == m_columns) return {};
  const auto before = std::min(rows_of_last(columns), rows);
  std::string text = std::string(k_begin) + "\r";
  if (before > 1) text += fmt::format("\x1b[{}A", before - 1);
  for (std::size_t i = 0; i < lines.size(); ++i) {
    if (i != 0) text += "\r\n";
    text += lines[i] + "\x1b[K";
  }
  text += "\x1b[J";
  text += k_end;
  m_last = lines;
  m_columns = columns;
  return text;
}

std::optional<std::string> KeyLine::feed(char key) {
  if (m_escape) {
    m_escape = key == '[' || key == 'O' || key == ';' || (key >= '0' && key <= '9');
    return std::nullopt;
  }
  if (key == '\r' || key == '\n' || (key == k_end_of_input && m_typed.empty())) return std::exchange(m_typed, {});
  if (key == '\x1b') {
    m_escape = true;
  } else if (key == k_erase_line) {
    m_typed.clear();
  } else if (key == k_backspace || key == k_delete) {
    while (!m_typed.empty() && (static_cast<unsigned char>(m_typed.back()) & 0xC0U) == 0x80) m_typed.pop_back();
    if (!m_typed.empty()) m_typed.pop_back();
  } else if (static_cast<unsigned char>(key) >= 0x20) {
    m_typed += key;
  }
  return std::nullopt;
}

}  // namespace mlops::runner
