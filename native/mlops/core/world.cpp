#include <fmt/chrono.h>
#include <fmt/format.h>

#include <cstdio>
#include <ctime>
#include <mlops/core/error.hpp>
#include <mlops/core/world.hpp>

namespace mlops::core {

std::string to_iso8601(SystemTime time, bool milliseconds) {
  const auto whole = std::chrono::floor<std::chrono::seconds>(time);
  const std::string text =
      fmt::format("{:%Y-%m-%dT%H:%M:%S}", fmt::gmtime(std::chrono::system_clock::to_time_t(whole)));
  if (!milliseconds) return text + "Z";
  return fmt::format("{}.{:03}Z", text, std::chrono::duration_cast<Milliseconds>(time - whole).count());
}

std::optional<SystemTime> from_iso8601(const std::string& text) {
  int year = 0, hours = 0, minutes = 0, seconds = 0;
  unsigned month = 0, day = 0;
  const int count =
      std::sscanf(text.c_str(), "%4d-%2u-%2uT%2d:%2d:%2d", &year, &month, &day, &hours, &minutes, &seconds);
  if (count != 6) return std::nullopt;
  namespace chrono = std::chrono;
  const chrono::year_month_day date = chrono::year(year) / chrono::month(month) / chrono::day(day);
  if (!date.ok()) return std::nullopt;
  return chrono::sys_days(date) + chrono::hours(hours) + chrono::minutes(minutes) + chrono::seconds(seconds);
}

void Cancellation::check() const {
  if (requested()) throw Cancelled("the pipeline asked to stop.");
}

}  // namespace mlops::core
