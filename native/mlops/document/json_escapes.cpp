#include <fmt/format.h>

#include <charconv>
#include <cstdint>
#include <mlops/document/json_escapes.hpp>
#include <optional>

namespace mlops::document {

namespace {

constexpr std::size_t k_escape_length = 6;  // \uXXXX

// The UTF-16 unit that the escape at this offset stands for, if one does.
std::optional<std::uint32_t> unit_at(const std::string& text, std::size_t at) {
  if (at + k_escape_length > text.size() || text[at] != '\\' || text[at + 1] != 'u') return std::nullopt;
  std::uint32_t unit = 0;
  const char* const end = text.data() + at + k_escape_length;
  const auto [stopped, failure] = std::from_chars(text.data() + at + 2, end, unit, 16);
  if (failure != std::errc() || stopped != end) return std::nullopt;
  return unit;
}

bool is_high(std::uint32_t unit) {
  return unit >= 0xD800 && unit < 0xDC00;
}

bool is_low(std::uint32_t unit) {
  return unit >= 0xDC00 && unit < 0xE000;
}

}  // namespace

JoinedText with_joined_surrogates(const std::string& text, const std::function<void(std::size_t)>& refuse) {
  JoinedText result;
  std::string& joined = result.text;
  joined.reserve(text.size());
  for (std::size_t at = 0; at < text.size();) {
    const auto unit = unit_at(text, at);
    if (unit && (is_high(*unit) || is_low(*unit))) {
      const auto next = unit_at(text, at + k_escape_length);
      if (is_low(*unit) || !next || !is_low(*next)) refuse(at);
      result.pairs.push_back(joined.size());
      joined += fmt::format("\\U{:08x}", 0x10000 + ((*unit - 0xD800) << 10) + (*next - 0xDC00));
      at += 2 * k_escape_length;
      continue;
    }
    const std::size_t taken = text[at] == '\\' ? 2 : 1;  // an escaped backslash begins no other escape
    joined.append(text, at, taken);
    at += taken;
  }
  return result;
}

}  // namespace mlops::document
