#include <algorithm>
#include <array>
#include <cstdint>
#include <mlops/expression/letters.hpp>
#include <optional>

namespace mlops::expression {

namespace {

/// Lower-case letters first to last, every one or every second; upper case is `distance` below.
struct Letters {
  char32_t first;
  char32_t last;
  char32_t step;
  std::int32_t distance;
};

// https://www.unicode.org/Public/UCD/latest/ucd/UnicodeData.txt, without those whose case depends on the language.
constexpr std::array k_letters{
    Letters{0x00E0, 0x00F6, 1, 32}, Letters{0x00F8, 0x00FE, 1, 32}, Letters{0x00FF, 0x00FF, 1, -121},
    Letters{0x0101, 0x012F, 2, 1},  Letters{0x0133, 0x0137, 2, 1},  Letters{0x013A, 0x0148, 2, 1},
    Letters{0x014B, 0x0177, 2, 1},  Letters{0x017A, 0x017E, 2, 1},  Letters{0x01CE, 0x01DC, 2, 1},
    Letters{0x01DF, 0x01EF, 2, 1},  Letters{0x01F9, 0x021F, 2, 1},  Letters{0x0223, 0x0233, 2, 1},
    Letters{0x0247, 0x024F, 2, 1},  Letters{0x03AC, 0x03AC, 1, 38}, Letters{0x03AD, 0x03AF, 1, 37},
    Letters{0x03B1, 0x03C1, 1, 32}, Letters{0x03C3, 0x03CB, 1, 32}, Letters{0x03CC, 0x03CC, 1, 64},
    Letters{0x03CD, 0x03CE, 1, 63}, Letters{0x0430, 0x044F, 1, 32}, Letters{0x0450, 0x045F, 1, 80},
    Letters{0x0461, 0x0481, 2, 1},  Letters{0x048B, 0x04BF, 2, 1},  Letters{0x04C2, 0x04CE, 2, 1},
    Letters{0x04D1, 0x052F, 2, 1},  Letters{0x0561, 0x0586, 1, 48}, Letters{0x1E01, 0x1E95, 2, 1},
    Letters{0x1EA1, 0x1EFF, 2, 1},  Letters{0xFF41, 0xFF5A, 1, 32},
};

char32_t shifted(char32_t letter, std::int32_t by) {
  return static_cast<char32_t>(static_cast<std::int32_t>(letter) + by);
}

char32_t upper_of(char32_t letter) {
  if (letter < 0x80) return letter >= 'a' && letter <= 'z' ? letter - 32 : letter;
  for (const auto& row : k_letters) {
    if (letter < row.first || letter > row.last) continue;
    return (letter - row.first) % row.step == 0 ? shifted(letter, -row.distance) : letter;
  }
  return letter;
}

char32_t lower_of(char32_t letter) {
  if (letter < 0x80) return letter >= 'A' && letter <= 'Z' ? letter + 32 : letter;
  for (const auto& row : k_letters) {
    const char32_t lower = shifted(letter, row.distance);
    if (lower >= row.first && lower <= row.last && (lower - row.first) % row.step == 0) return lower;
  }
  return letter;
}

// The character at the front of a text; empty for one of four bytes and for what is no UTF-8.
std::optional<char32_t> letter_at(std::string_view text, std::size_t length) {
  if (length == 1) return static_cast<unsigned char>(text.front());
  if (length > 3 || length > text.size()) return std::nullopt;
  char32_t letter = static_cast<unsigned char>(text.front()) & (length == 2 ? 0x1FU : 0x0FU);
  for (std::size_t i = 1; i < length; ++i) letter = (letter << 6U) | (static_cast<unsigned char>(text[i]) & 0x3FU);
  return letter;
}

void append(std::string& text, char32_t letter) {
  const auto byte = [&](char32_t value) { text += static_cast<char>(value); };
  if (letter < 0x80) return byte(letter);
  if (letter < 0x800) {
    byte(0xC0U | (letter >> 6U));
  } else {
    byte(0xE0U | (letter >> 12U));
    byte(0x80U | ((letter >> 6U) & 0x3FU));
  }
  byte(0x80U | (letter & 0x3FU));
}

std::string mapped(std::string_view text, char32_t (*map)(char32_t)) {
  std::string result;
  result.reserve(text.size());
  while (!text.empty()) {
    const auto length = std::min(character_length(text.front()), text.size());
    const auto letter = letter_at(text, length);
    const auto other = letter ? map(*letter) : 0;
    if (letter && other != *letter) {
      append(result, other);
    } else {
      result.append(text.substr(0, length));
    }
    text.remove_prefix(length);
  }
  return result;
}

// White space beyond ASCII.
constexpr std::array<std::string_view, 19> k_spaces{
    "\xC2\x85",     "\xC2\xA0",     "\xE1\x9A\x80", "\xE2\x80\x80", "\xE2\x80\x81", "\xE2\x80\x82", "\xE2\x80\x83",
    "\xE2\x80\x84", "\xE2\x80\x85", "\xE2\x80\x86", "\xE2\x80\x87", "\xE2\x80\x88", "\xE2\x80\x89", "\xE2\x80\x8A",
    "\xE2\x80\xA8", "\xE2\x80\xA9", "\xE2\x80\xAF", "\xE2\x81\x9F", "\xE3\x80\x80"};

}  // namespace

std::size_t character_length(char first) {
  const auto byte = static_cast<unsigned char>(first);
  return byte < 0xC0 ? 1 : byte < 0xE0 ? 2 : byte < 0xF0 ? 3 : 4;
}

std::string to_upper(std::string_view text) {
  return mapped(text, &upper_of);
}

std::string to_lower(std::string_view text) {
  return mapped(text, &lower_of);
}

std::size_t utf16_length(std::string_view text) {
  std::size_t length = 0;
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    if (byte < 0x80 || byte >= 0xC0) length += byte >= 0xF0 ? 2 : 1;
  }
  return length;
}

std::size_t space_at(std::string_view text) {
  if (text.empty()) return 0;
  const auto first = static_cast<unsigned char>(text.front());
  if (first < 0x80) return first == ' ' || (first >= '\t' && first <= '\r') ? 1 : 0;
  const auto found =
      std::find_if(k_spaces.begin(), k_spaces.end(), [&](std::string_view space) { return text.starts_with(space); });
  return found == k_spaces.end() ? 0 : found->size();
}

std::string_view trim(std::string_view text) {
  while (const auto size = space_at(text)) text.remove_prefix(size);
  std::size_t end = 0;
  for (std::size_t at = 0; at < text.size();) {
    const auto space = space_at(text.substr(at));
    at += space == 0 ? 1 : space;
    if (space == 0) end = at;
  }
  return text.substr(0, end);
}

}  // namespace mlops::expression
