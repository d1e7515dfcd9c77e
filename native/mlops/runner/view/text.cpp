#include <algorithm>
#include <array>
#include <cstdint>
#include <mlops/runner/view/text.hpp>

namespace mlops::runner {

namespace {

constexpr char32_t k_invalid = 0xFFFFFFFF;
constexpr char k_escape = '\x1b';

struct Range {
  char32_t first;
  char32_t last;
};

// Unicode's East Asian Width W and F, in the blocks that occur in logs; what is missing is only cut a little late.
constexpr std::array<Range, 12> k_wide{{{0x1100, 0x115F},
                                        {0x231A, 0x231B},
                                        {0x2E80, 0x303E},
                                        {0x3041, 0xA4CF},
                                        {0xAC00, 0xD7A3},
                                        {0xF900, 0xFAFF},
                                        {0xFE30, 0xFE6F},
                                        {0xFF00, 0xFF60},
                                        {0xFFE0, 0xFFE6},
                                        {0x1F300, 0x1F64F},
                                        {0x1F680, 0x1F9FF},
                                        {0x20000, 0x3FFFD}}};
constexpr std::array<Range, 6> k_combining{
    {{0x0300, 0x036F}, {0x200B, 0x200D}, {0x20D0, 0x20FF}, {0xFE00, 0xFE0F}, {0xFE20, 0xFE2F}, {0x1F3FB, 0x1F3FF}}};
// C1 controls; line and paragraph separators; embeddings, overrides and isolates of the writing direction.
constexpr std::array<Range, 4> k_dangerous{{{0x80, 0x9F}, {0x200E, 0x200F}, {0x2028, 0x202E}, {0x2066, 0x2069}}};

template <std::size_t N>
bool in(const std::array<Range, N>& ranges, char32_t c) {
  return std::any_of(ranges.begin(), ranges.end(), [c](const Range& one) { return c >= one.first && c <= one.last; });
}

std::size_t length_of(unsigned char first) {
  if (first < 0x80) return 1;
  if (first >= 0xC2 && first < 0xE0) return 2;
  if (first >= 0xE0 && first < 0xF0) return 3;
  return first >= 0xF0 && first < 0xF5 ? 4 : 0;
}

/// The character at the start of the text, taken off it; k_invalid, with one byte taken off, for what is not UTF-8.
char32_t next(std::string_view& text) {
  const auto first = static_cast<unsigned char>(text.front());
  const auto length = length_of(first);
  char32_t value = length == 1 ? first : first & (0x7FU >> length);
  bool valid = length != 0 && length <= text.size();
  for (std::size_t i = 1; valid && i < length; ++i) {
    const auto byte = static_cast<unsigned char>(text[i]);
    valid = (byte & 0xC0U) == 0x80;
    value = (value << 6U) | (byte & 0x3FU);
  }
  text.remove_prefix(valid ? length : 1);
  return valid ? value : k_invalid;
}

// ECMA-48: CSI sequences end with a byte from @ to ~; strings (OSC, DCS, APC, PM, SOS) with BEL or ST; others are
// short.
void skip_escape(std::string_view& text) {
  text.remove_prefix(1);
  if (text.empty()) return;
  const char kind = text.front();
  text.remove_prefix(1);
  if (kind == '[') {
    const auto end = std::find_if(text.begin(), text.end(), [](char c) { return c >= '@' && c <= '~'; });
    text.remove_prefix(std::min<std::size_t>(text.size(), static_cast<std::size_t>(end - text.begin()) + 1));
  } else if (std::string_view("]PX^_").find(kind) != std::string_view::npos) {
    const auto end = std::min({text.find('\a'), text.find("\x1b\\"), text.size()});
    text.remove_prefix(end);
    if (!text.empty()) text.remove_prefix(text.front() == '\a' ? 1 : 2);
  } else if (std::string_view(" #%()*+").find(kind) != std::string_view::npos && !text.empty()) {
    text.remove_prefix(1);
  }
}

std::size_t width_of(char32_t c) {
  if (in(k_combining, c)) return 0;
  return in(k_wide, c) ? 2 : 1;
}

}  // namespace

std::string plain_text(std::string_view text) {
  std::string result;
  while (!text.empty()) {
    if (text.front() == k_escape) {
      skip_escape(text);
      continue;
    }
    const auto before = text;
    const auto c = next(text);
    if (c == k_invalid) {
      result += '?';
    } else if (c == '\t') {
      result += ' ';
    } else if (c >= 0x20 && c != 0x7F && !in(k_dangerous, c)) {
      result += before.substr(0, before.size() - text.size());
    }
  }
  return result;
}

std::size_t display_width(std::string_view text) {
  std::size_t width = 0;
  while (!text.empty()) width += width_of(next(text));
  return width;
}

std::string fit(std::string_view text, std::size_t columns) {
  if (columns == 0) return {};
  if (display_width(text) <= columns) return std::string(text);
  auto rest = text;
  auto kept = text;
  std::size_t width = 0;
  while (!rest.empty()) {
    kept = rest;
    width += width_of(next(rest));
    if (width > columns - 1) break;
  }
  return std::string(text.substr(0, text.size() - kept.size())) + "~";
}

std::vector<std::string> wrap(std::string_view text, std::size_t columns) {
  std::vector<std::string> lines;
  columns = std::max<std::size_t>(columns, 2);  // room for a wide character
  while (display_width(text) > columns) {
    auto rest = text;
    std::size_t width = 0;
    std::size_t used = 0;
    std::size_t space = 0;
    while (width <= columns) {
      used = text.size() - rest.size();
      if (rest.front() == ' ') space = used;
      width += width_of(next(rest));
    }
    const auto end = space != 0 ? space : used;
    lines.emplace_back(text.substr(0, end));
    text.remove_prefix(space != 0 ? end + 1 : end);
  }
  lines.emplace_back(text);
  return lines;
}

}  // namespace mlops::runner
