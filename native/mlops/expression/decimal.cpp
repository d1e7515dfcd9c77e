#include <fmt/format.h>

#include <array>
#include <charconv>
#include <cmath>
#include <mlops/expression/decimal.hpp>

namespace mlops::expression {

namespace {

constexpr std::string_view k_digits = "0123456789";
constexpr std::string_view k_largest = "79228162514264337593543950335";
constexpr std::size_t k_shown_decimals = 7;
constexpr std::size_t k_kept_decimals = 28;

bool only_digits(std::string_view text) {
  return text.find_first_not_of(k_digits) == std::string_view::npos;
}

std::string_view without_leading_zeros(std::string_view digits) {
  const auto first = digits.find_first_not_of('0');
  return first == std::string_view::npos ? std::string_view() : digits.substr(first);
}

std::string_view without_trailing_zeros(std::string_view digits) {
  return digits.substr(0, digits.find_last_not_of('0') + 1);
}

std::strong_ordering order_of_wholes(std::string_view left, std::string_view right) {
  if (left.size() != right.size()) return left.size() <=> right.size();
  return left.compare(right) <=> 0;
}

// Adds one in the last place.
std::string incremented(std::string digits) {
  for (auto digit = digits.rbegin(); digit != digits.rend(); ++digit) {
    if (*digit != '9') {
      ++*digit;
      return digits;
    }
    *digit = '0';
  }
  return "1" + digits;
}

}  // namespace

Decimal::Decimal(std::int64_t value) : Decimal(*parse(std::to_string(value))) {}

std::optional<Decimal> Decimal::from(const boost::json::value& json) {
  if (const auto* integer = json.if_int64()) return Decimal(*integer);
  if (const auto* integer = json.if_uint64()) return parse(std::to_string(*integer));
  const auto* number = json.if_double();
  if (!number || std::abs(*number) >= 1e29) return std::nullopt;
  std::array<char, 400> digits{};  // the longest double without an exponent has 343 characters
  const auto end = std::to_chars(digits.data(), digits.data() + digits.size(), *number, std::chars_format::fixed).ptr;
  return parse({digits.data(), static_cast<std::size_t>(end - digits.data())});
}

std::optional<Decimal> Decimal::parse(std::string_view text) {
  Decimal result;
  if (text.starts_with('-') || text.starts_with('+')) {
    result.m_negative = text.front() == '-';
    text.remove_prefix(1);
  }
  const auto point = text.find('.');
  const auto whole = text.substr(0, point);
  const auto fraction = point == std::string_view::npos ? std::string_view() : text.substr(point + 1);
  if ((whole.empty() && fraction.empty()) || !only_digits(whole) || !only_digits(fraction)) return std::nullopt;
  result.m_whole = without_leading_zeros(whole);
  result.m_fraction = without_trailing_zeros(fraction.substr(0, k_kept_decimals));
  if (order_of_wholes(result.m_whole, k_largest) > 0) return std::nullopt;
  if (result.is_zero()) result.m_negative = false;
  return result;
}

std::string Decimal::exact() const {
  return fmt::format("{}{}{}{}", m_negative ? "-" : "", m_whole.empty() ? "0" : m_whole, m_fraction.empty() ? "" : ".",
                     m_fraction);
}

std::string Decimal::text() const {
  if (m_fraction.size() <= k_shown_decimals) return exact();
  std::string digits = m_whole + m_fraction.substr(0, k_shown_decimals);
  if (m_fraction[k_shown_decimals] >= '5') digits = incremented(std::move(digits));
  digits.insert(digits.size() - k_shown_decimals, ".");
  const auto rounded = parse((m_negative ? "-" : "") + digits);
  return rounded ? rounded->exact() : exact();
}

boost::json::value Decimal::to_json() const {
  const auto written = exact();
  const char* const end = written.data() + written.size();
  std::int64_t integer = 0;
  if (const auto read = std::from_chars(written.data(), end, integer); read.ec == std::errc() && read.ptr == end) {
    return integer;
  }
  double number = 0;
  std::from_chars(written.data(), end, number);
  return number;
}

std::optional<std::size_t> Decimal::place_in(std::size_t size) const {
  if (m_negative || m_whole.size() > 18) return std::nullopt;
  std::size_t place = 0;
  std::from_chars(m_whole.data(), m_whole.data() + m_whole.size(), place);
  return place < size ? std::optional(place) : std::nullopt;
}

std::strong_ordering operator<=>(const Decimal& left, const Decimal& right) {
  if (left.m_negative != right.m_negative) return right.m_negative <=> left.m_negative;
  auto order = order_of_wholes(left.m_whole, right.m_whole);
  if (order == 0) order = left.m_fraction.compare(right.m_fraction) <=> 0;
  return left.m_negative ? 0 <=> order : order;
}

}  // namespace mlops::expression
