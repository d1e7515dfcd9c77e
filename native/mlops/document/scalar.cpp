#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <cstdlib>
#include <limits>
#include <mlops/document/scalar.hpp>
#include <optional>
#include <regex>
#include <set>

namespace mlops::document {

namespace json = boost::json;

namespace {

constexpr std::size_t k_longest_number = 400;  // characters; a regular expression's depth grows with them

std::optional<bool> as_boolean(const std::string& text) {
  static const std::set<std::string> k_true = {"yes", "Yes", "YES", "true", "True", "TRUE", "on", "On", "ON"};
  static const std::set<std::string> k_false = {"no", "No", "NO", "false", "False", "FALSE", "off", "Off", "OFF"};
  if (k_true.count(text) != 0) return true;
  if (k_false.count(text) != 0) return false;
  return std::nullopt;
}

std::optional<json::value> as_integer(const std::string& text) {
  static const std::regex k_integer("([-+]?)(0b[0-1_]+|0[0-7_]+|0x[0-9a-fA-F_]+|0|[1-9][0-9_]*)");
  std::smatch match;
  if (!std::regex_match(text, match, k_integer)) return std::nullopt;
  std::string digits = match[2];
  std::erase(digits, '_');
  int base = 10;
  if (digits.rfind("0b", 0) == 0) {
    base = 2;
    digits.erase(0, 2);
  } else if (digits.rfind("0x", 0) == 0) {
    base = 16;
  } else if (digits.size() > 1 && digits[0] == '0') {
    base = 8;
  }
  if (base == 16) digits.erase(0, 2);
  if (digits.empty()) return std::nullopt;
  const bool negative = match[1] == "-";
  std::int64_t whole = 0;
  const std::string signed_digits = (negative ? "-" : "") + digits;
  const auto* const end = signed_digits.data() + signed_digits.size();
  if (std::from_chars(signed_digits.data(), end, whole, base).ec == std::errc()) return json::value(whole);
  double large = base == 10 ? std::strtod(digits.c_str(), nullptr) : 0;
  for (const char digit : base == 10 ? std::string() : digits) {
    large = large * base + std::stoi(std::string(1, digit), nullptr, 16);
  }
  return json::value(negative ? -large : large);
}

std::optional<double> as_float(const std::string& text) {
  static const std::regex k_float("[-+]?([0-9][0-9_]*)\\.[0-9_]*([eE][-+][0-9]+)?|\\.[0-9][0-9_]*([eE][-+][0-9]+)?");
  static const std::regex k_infinity("([-+]?)\\.(inf|Inf|INF)");
  std::smatch match;
  if (std::regex_match(text, k_float)) {
    std::string digits = text;
    std::erase(digits, '_');
    return std::strtod(digits.c_str(), nullptr);  // nothing or infinity for what a double can't hold
  }
  if (std::regex_match(text, match, k_infinity)) {
    return match[1] == "-" ? -std::numeric_limits<double>::infinity() : std::numeric_limits<double>::infinity();
  }
  if (text == ".nan" || text == ".NaN" || text == ".NAN") return std::nan("");
  return std::nullopt;
}

}  // namespace

bool is_null_word(std::string_view text) {
  constexpr std::array<std::string_view, 5> k_words{"", "~", "null", "Null", "NULL"};
  return std::find(k_words.begin(), k_words.end(), text) != k_words.end();
}

json::value resolve_plain_scalar(const std::string& text) {
  if (is_null_word(text)) return nullptr;
  if (const auto boolean = as_boolean(text)) return *boolean;
  const char first = text.front();
  const bool may_be_number = (first >= '0' && first <= '9') || first == '-' || first == '+' || first == '.';
  if (may_be_number && text.size() < k_longest_number) {
    if (auto integer = as_integer(text)) return *integer;
    if (const auto number = as_float(text)) return *number;
  }
  return json::value(text);
}

}  // namespace mlops::document
