#pragma once

#include <compare>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace mlops::expression {

/// A moment with its distance from UTC, as pipeline.startTime has it.
class DateTime {
 public:
  /// `2026-11-28T01:07:35.5Z`, also with `/` between the parts of the day, a space for `T`, `+02:00` for `Z`; without
  /// either it is UTC. Empty for anything else.
  static std::optional<DateTime> parse(std::string_view text);

  /// `2026-11-28 01:07:35+00:00`
  std::string text() const;

  /// By the .NET format specifiers that the service knows: yyyy yy MM M dd d HH H mm m ss s f to fffffff K zzz, a
  /// space, and a backslash before any other character. Empty when the format holds something else.
  /// https://learn.microsoft.com/azure/devops/pipelines/process/expressions#format
  std::optional<std::string> text(std::string_view format) const;

  friend std::strong_ordering operator<=>(const DateTime& left, const DateTime& right) {
    return left.m_ticks <=> right.m_ticks;
  }

  friend bool operator==(const DateTime& left, const DateTime& right) { return left.m_ticks == right.m_ticks; }

 private:
  std::int64_t m_ticks = 0;  ///< tenths of a microsecond since 1970, in UTC
  int m_offset = 0;          ///< minutes
  bool m_utc = true;         ///< written with Z
};

}  // namespace mlops::expression
