#include <curl/curl.h>

#include <algorithm>
#include <charconv>
#include <ctime>
#include <mlops/core/text.hpp>
#include <mlops/http/retry_after.hpp>

namespace mlops::http {

namespace {

using std::chrono::milliseconds;

// A week; larger numbers are nonsense and would overflow sums of times.
constexpr double k_most_seconds = 7 * 24 * 3600;

std::optional<milliseconds> number_of(std::string_view text, double milliseconds_per_unit) {
  text = core::trim(text);
  double number = 0;
  const auto [end, failure] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (failure != std::errc() || end != text.data() + text.size() || !(number >= 0)) return std::nullopt;
  return milliseconds(static_cast<std::int64_t>(std::min(number * milliseconds_per_unit, k_most_seconds * 1000)));
}

std::optional<milliseconds> until_date(const std::string& text, const core::Clock& clock) {
  const std::time_t date = curl_getdate(text.c_str(), nullptr);
  if (date < 0) return std::nullopt;
  const auto wait = std::chrono::system_clock::from_time_t(date) - clock.now();
  return std::max(milliseconds(0), std::chrono::ceil<milliseconds>(wait));
}

}  // namespace

std::optional<milliseconds> retry_after(const Response& response, const core::Clock& clock) {
  for (const char* name : {"retry-after-ms", "x-ms-retry-after-ms"}) {
    if (const auto value = response.headers.find(name)) {
      if (const auto wait = number_of(*value, 1)) return wait;
    }
  }
  const auto value = response.headers.find("Retry-After");
  if (!value) return std::nullopt;
  const auto wait = number_of(*value, 1000);
  return wait ? wait : until_date(*value, clock);
}

}  // namespace mlops::http
