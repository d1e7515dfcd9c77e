#include <fmt/format.h>

#include <chrono>
#include <mlops/core/text.hpp>
#include <mlops/expression/date_time.hpp>

namespace mlops::expression {

namespace {

constexpr std::int64_t k_ticks_per_second = 10'000'000;
constexpr std::int64_t k_seconds_per_day = 86'400;
constexpr int k_fraction_digits = 7;

/// Reads digits and separators off the front of a text; once something is wrong, it stays wrong.
class Reader {
 public:
  explicit Reader(std::string_view text) : m_text(text) {}

  bool good() const { return m_good; }

  bool at_end() const { return m_text.empty(); }

  char front() const { return m_text.empty() ? '\0' : m_text.front(); }

  char take(std::string_view allowed) {
    if (m_text.empty() || allowed.find(m_text.front()) == std::string_view::npos) {
      m_good = false;
      return '\0';
    }
    const char c = m_text.front();
    m_text.remove_prefix(1);
    return c;
  }

  std::string_view digits(std::size_t least, std::size_t most) {
    const auto count = std::min(m_text.find_first_not_of("0123456789"), m_text.size());
    if (count < least || count > most) m_good = false;
    const auto result = m_text.substr(0, m_good ? count : 0);
    m_text.remove_prefix(result.size());
    return result;
  }

  int number(std::size_t least, std::size_t most) {
    int result = 0;
    for (const char c : digits(least, most)) result = result * 10 + (c - '0');
    return result;
  }

 private:
  std::string_view m_text;
  bool m_good = true;
};

// Minutes, of `02:00`.
int offset_after(Reader& reader) {
  const int hours = reader.number(1, 2);
  reader.take(":");
  return hours * 60 + reader.number(1, 2);
}

struct Clock {
  int year, month, day, hour, minute, second, fraction;
};

Clock clock_of(std::int64_t ticks, int offset) {
  using namespace std::chrono;
  const auto local = ticks + offset * 60 * k_ticks_per_second;
  const auto ticks_per_day = k_seconds_per_day * k_ticks_per_second;
  const auto day = (local >= 0 ? local : local - ticks_per_day + 1) / ticks_per_day;
  const year_month_day date{sys_days{days{day}}};
  const auto rest = local - day * ticks_per_day;
  const auto seconds = static_cast<int>(rest / k_ticks_per_second);
  return {static_cast<int>(date.year()),
          static_cast<int>(static_cast<unsigned>(date.month())),
          static_cast<int>(static_cast<unsigned>(date.day())),
          seconds / 3600,
          seconds / 60 % 60,
          seconds % 60,
          static_cast<int>(rest % k_ticks_per_second)};
}

std::string offset_text(int offset) {
  const int minutes = offset < 0 ? -offset : offset;
  return fmt::format("{}{:02}:{:02}", offset < 0 ? '-' : '+', minutes / 60, minutes % 60);
}

// One run of the same letter.
std::optional<std::string> specified(std::string_view specifier, const Clock& clock, const std::string& offset,
                                     bool utc) {
  if (specifier == "yyyy") return fmt::format("{:04}", clock.year);
  if (specifier == "zzz") return offset;
  if (specifier == "K") return utc ? "Z" : offset;
  if (specifier.find_first_not_of(' ') == std::string_view::npos) return std::string(specifier);
  if (specifier.front() == 'f' && specifier.size() <= k_fraction_digits) {
    return fmt::format("{:07}", clock.fraction).substr(0, specifier.size());
  }
  if (specifier == "yy") return fmt::format("{:02}", clock.year % 100);
  constexpr std::string_view k_letters = "MdHms";
  const auto letter = k_letters.find(specifier.front());
  if (letter == std::string_view::npos || specifier.size() > 2) return std::nullopt;
  const int parts[] = {clock.month, clock.day, clock.hour, clock.minute, clock.second};
  return specifier.size() == 2 ? fmt::format("{:02}", parts[letter]) : std::to_string(parts[letter]);
}

}  // namespace

std::optional<DateTime> DateTime::parse(std::string_view text) {
  using namespace std::chrono;
  Reader reader(core::trim(text));
  const int year = reader.number(4, 4);
  const char separator = reader.take("-/");
  const int month = reader.number(1, 2);
  reader.take({&separator, 1});
  const int day = reader.number(1, 2);
  reader.take(" T");
  const int hour = reader.number(1, 2);
  reader.take(":");
  const int minute = reader.number(1, 2);
  reader.take(":");
  const int second = reader.number(1, 2);
  std::string fraction;
  if (reader.front() == '.') {
    reader.take(".");
    fraction = reader.digits(1, k_fraction_digits);
  }
  fraction.resize(k_fraction_digits, '0');
  const char zone = reader.at_end() ? 'Z' : reader.take("Z+-");
  const int offset = zone == 'Z' ? 0 : offset_after(reader);
  const year_month_day date{std::chrono::year(year), std::chrono::month(static_cast<unsigned>(month)),
                            std::chrono::day(static_cast<unsigned>(day))};
  const bool possible = year > 0 && date.ok() && hour < 24 && minute < 60 && second < 60;
  if (!reader.good() || !reader.at_end() || !possible) return std::nullopt;
  DateTime result;
  result.m_offset = zone == '-' ? -offset : offset;
  result.m_utc = zone == 'Z';
  const auto seconds = sys_days{date}.time_since_epoch().count() * k_seconds_per_day + hour * 3600 + minute * 60 +
                       second - result.m_offset * 60;
  result.m_ticks = seconds * k_ticks_per_second + std::stol(fraction);
  return result;
}

std::string DateTime::text() const {
  return *text("yyyy\\-MM\\-dd HH\\:mm\\:sszzz");
}

std::optional<std::string> DateTime::text(std::string_view format) const {
  const auto clock = clock_of(m_ticks, m_offset);
  std::string result;
  while (!format.empty()) {
    if (format.front() == '\\') {
      if (format.size() < 2) return std::nullopt;
      result += format[1];
      format.remove_prefix(2);
      continue;
    }
    const auto run = std::min(format.find_first_not_of(format.front()), format.size());
    const auto part = specified(format.substr(0, run), clock, offset_text(m_offset), m_utc);
    if (!part) return std::nullopt;
    result += *part;
    format.remove_prefix(run);
  }
  return result;
}

}  // namespace mlops::expression
