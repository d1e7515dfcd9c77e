#pragma once

#include <boost/json.hpp>
#include <compare>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace mlops::expression {

/// A number of the language: decimal digits, never rounded in binary, so that the number of a run with seventeen digits
/// stays what it is. As large as a .NET decimal: 79228162514264337593543950335 either way.
class Decimal {
 public:
  Decimal() = default;  ///< zero

  Decimal(std::int64_t value);

  /// A number of JSON. Empty for another kind, and for one that is too large.
  static std::optional<Decimal> from(const boost::json::value& json);

  /// `-12.50`: an optional sign, digits, at most one point; no exponent. Empty for anything else.
  static std::optional<Decimal> parse(std::string_view text);

  bool is_zero() const { return m_whole.empty() && m_fraction.empty(); }

  /// The text that the service makes of it: at most seven decimals, no trailing zeros, no thousands separator.
  std::string text() const;

  /// An integer where it is one that fits; otherwise the nearest double.
  boost::json::value to_json() const;

  /// The place in a list of `size` elements that it means: rounded down. Empty when there is none.
  std::optional<std::size_t> place_in(std::size_t size) const;

  friend bool operator==(const Decimal& left, const Decimal& right) = default;
  friend std::strong_ordering operator<=>(const Decimal& left, const Decimal& right);

 private:
  std::string exact() const;

  bool m_negative = false;
  std::string m_whole;     ///< without leading zeros
  std::string m_fraction;  ///< without trailing zeros
};

}  // namespace mlops::expression
