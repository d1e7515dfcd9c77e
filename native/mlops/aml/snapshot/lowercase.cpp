#include <algorithm>
#include <mlops/aml/snapshot/files.hpp>
#include <mlops/aml/snapshot/ignore.hpp>
#include <mlops/aml/snapshot/lowercase_table.hpp>

namespace mlops::aml {

namespace {

constexpr char32_t k_capital_sigma = 0x3A3;
constexpr char32_t k_small_sigma = 0x3C3;
constexpr char32_t k_final_sigma = 0x3C2;
constexpr char32_t k_dotted_capital_i = 0x130;
constexpr char32_t k_combining_dot = 0x307;

template <typename Range>
const Range* range_with(const std::vector<Range>& ranges, char32_t c) {
  const auto after = std::upper_bound(ranges.begin(), ranges.end(), c,
                                      [](char32_t point, const Range& range) { return point < range.first; });
  if (after == ranges.begin()) return nullptr;
  const Range& range = *std::prev(after);
  return c <= range.last ? &range : nullptr;
}

char32_t lower(char32_t c) {
  if (c < 0x80) return c >= U'A' && c <= U'Z' ? c + 0x20 : c;
  const CaseRun* run = range_with(lowercase_runs(), c);
  if (!run || (c - run->first) % run->step != 0) return c;
  return static_cast<char32_t>(static_cast<std::int64_t>(c) + run->offset);
}

bool is_cased(char32_t c) {
  return range_with(cased_ranges(), c) != nullptr;
}

bool is_ignorable(char32_t c) {
  return range_with(case_ignorable_ranges(), c) != nullptr;
}

// After a letter and before none, whatever stands between that has no case of its own.
bool ends_word(const std::u32string& text, std::size_t at) {
  std::size_t before = at;
  while (before > 0 && is_ignorable(text[before - 1])) --before;
  if (before == 0 || !is_cased(text[before - 1])) return false;
  std::size_t after = at + 1;
  while (after < text.size() && is_ignorable(text[after])) ++after;
  return after == text.size() || !is_cased(text[after]);
}

void append_utf8(std::string& text, char32_t c) {
  if (c < 0x80) {
    text += static_cast<char>(c);
  } else if (c < 0x800) {
    text += static_cast<char>(0xC0U | (c >> 6U));
    text += static_cast<char>(0x80U | (c & 0x3FU));
  } else if (c < 0x10000) {
    text += static_cast<char>(0xE0U | (c >> 12U));
    text += static_cast<char>(0x80U | ((c >> 6U) & 0x3FU));
    text += static_cast<char>(0x80U | (c & 0x3FU));
  } else {
    text += static_cast<char>(0xF0U | (c >> 18U));
    text += static_cast<char>(0x80U | ((c >> 12U) & 0x3FU));
    text += static_cast<char>(0x80U | ((c >> 6U) & 0x3FU));
    text += static_cast<char>(0x80U | (c & 0x3FU));
  }
}

}  // namespace

std::string unicode_lower(std::string_view text) {
  const std::u32string points = code_points(text);
  std::string result;
  for (std::size_t at = 0; at < points.size(); ++at) {
    const char32_t c = points[at];
    if (c == k_dotted_capital_i) {
      append_utf8(result, U'i');
      append_utf8(result, k_combining_dot);
    } else if (c == k_capital_sigma) {
      append_utf8(result, ends_word(points, at) ? k_final_sigma : k_small_sigma);
    } else {
      append_utf8(result, lower(c));
    }
  }
  return result;
}

}  // namespace mlops::aml
