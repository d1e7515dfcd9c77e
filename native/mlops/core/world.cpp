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
  std::tm parts{};
  int consumed = 0;
  const int count = std::sscanf(text.c_str(), "%4d-%2d-%2dT%2d:%2d:%2d%n", &parts.tm_year, &parts.tm_mon,
                                &parts.tm_mday, &parts.tm_hour, &parts.tm_min, &parts.tm_sec, &consumed);
  if (count != 6) return std::nullopt;
  parts.tm_year -= 1900;
  parts.tm_mon -= 1;
  return std::chrono::system_clock::from_time_t(timegm(&parts));
}

void Cancellation::check() const {
  if (requested()) throw Cancelled("the pipeline asked to stop.");
}

}  // namespace mlops::core
