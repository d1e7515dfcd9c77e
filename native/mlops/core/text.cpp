#include <algorithm>
#include <cctype>
#include <mlops/core/text.hpp>

namespace mlops::core {

namespace {

std::string mapped(std::string_view text, int (*map)(int)) {
  std::string result(text);
  std::transform(result.begin(), result.end(), result.begin(),
                 [map](char c) { return static_cast<char>(map(static_cast<unsigned char>(c))); });
  return result;
}

}  // namespace

std::string_view trim(std::string_view text) {
  constexpr std::string_view k_space = " \t\r\n\v\f";
  const auto first = text.find_first_not_of(k_space);
  if (first == std::string_view::npos) return {};
  return text.substr(first, text.find_last_not_of(k_space) - first + 1);
}

std::string to_lower(std::string_view text) {
  return mapped(text, &std::tolower);
}

std::string to_upper(std::string_view text) {
  return mapped(text, &std::toupper);
}

bool equals_ignoring_case(std::string_view a, std::string_view b) {
  return a.size() == b.size() && to_lower(a) == to_lower(b);
}

std::vector<std::string> split(std::string_view text, char separator) {
  std::vector<std::string> parts;
  for (;;) {
    const auto end = text.find(separator);
    parts.emplace_back(text.substr(0, end));
    if (end == std::string_view::npos) return parts;
    text.remove_prefix(end + 1);
  }
}

std::string join(const std::vector<std::string>& parts, std::string_view separator) {
  std::string text;
  for (const auto& part : parts) {
    if (&part != &parts.front()) text += separator;
    text += part;
  }
  return text;
}

std::string replace_all(std::string text, std::string_view what, std::string_view with) {
  for (std::size_t at = text.find(what); at != std::string::npos; at = text.find(what, at + with.size())) {
    text.replace(at, what.size(), with);
  }
  return text;
}

std::vector<std::string> list_items(std::string_view text) {
  std::vector<std::string> items;
  for (const auto& line : split(text, '\n')) {
    const auto item = trim(line);
    if (!item.empty() && item.front() != '#') items.emplace_back(item);
  }
  return items;
}

std::string truncate_utf8(std::string_view text, std::size_t bytes) {
  if (text.size() <= bytes) return std::string(text);
  while (bytes > 0 && (static_cast<unsigned char>(text[bytes]) & 0xC0U) == 0x80U) --bytes;
  return std::string(text.substr(0, bytes));
}

std::size_t find_invalid_utf8(std::string_view text) {
  for (std::size_t at = 0; at < text.size();) {
    const auto first = static_cast<unsigned char>(text[at]);
    const std::size_t length = first < 0x80                    ? 1
                               : first >= 0xC2 && first < 0xE0 ? 2
                               : (first & 0xF0U) == 0xE0       ? 3
                               : first >= 0xF0 && first < 0xF5 ? 4
                                                               : 0;
    if (length == 0 || at + length > text.size()) return at;
    // No longer form of a shorter one, no half of a surrogate pair, nothing above U+10FFFF (Unicode, table 3-7).
    const auto second = length > 1 ? static_cast<unsigned char>(text[at + 1]) : 0U;
    if ((first == 0xE0 && second < 0xA0) || (first == 0xED && second >= 0xA0) || (first == 0xF0 && second < 0x90) ||
        (first == 0xF4 && second >= 0x90)) {
      return at;
    }
    for (std::size_t i = 1; i < length; ++i) {
      if ((static_cast<unsigned char>(text[at + i]) & 0xC0U) != 0x80U) return at;
    }
    at += length;
  }
  return std::string_view::npos;
}

}  // namespace mlops::core
