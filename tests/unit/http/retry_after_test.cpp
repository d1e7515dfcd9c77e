#include <mlops/http/retry_after.hpp>
#include <mlops_test/catch.hpp>
#include <mlops_test/fakes.hpp>

using namespace mlops;
using namespace std::chrono_literals;

namespace {

std::optional<std::chrono::milliseconds> wait_of(http::Headers headers) {
  const test::FakeClock clock;  // 2026-03-01T12:00:00Z
  return http::retry_after({503, std::move(headers)}, clock);
}

}  // namespace

TEST_CASE("Retry-After is read as seconds and as a date in each of the three forms", "[retry]") {
  CHECK(wait_of({{"Retry-After", "120"}}) == 120s);
  CHECK(wait_of({{"retry-after", " 0 "}}) == 0s);
  CHECK(wait_of({{"Retry-After", "Sun, 01 Mar 2026 12:01:30 GMT"}}) == 90s);
  CHECK(wait_of({{"Retry-After", "Sunday, 01-Mar-26 12:01:30 GMT"}}) == 90s);
  CHECK(wait_of({{"Retry-After", "Sun Mar  1 12:01:30 2026"}}) == 90s);
  CHECK(wait_of({{"Retry-After", "Sun, 01 Mar 2026 11:00:00 GMT"}}) == 0s);
}

TEST_CASE("The millisecond headers win over Retry-After", "[retry]") {
  CHECK(wait_of({{"Retry-After", "9"}, {"x-ms-retry-after-ms", "250"}}) == 250ms);
  CHECK(wait_of({{"retry-after-ms", "1500"}}) == 1500ms);
  CHECK(wait_of({{"retry-after-ms", "soon"}, {"Retry-After", "2"}}) == 2s);
}

TEST_CASE("What can't be read is no wish, and a huge one is cut to a week", "[retry]") {
  CHECK_FALSE(wait_of({}));
  CHECK_FALSE(wait_of({{"Retry-After", ""}}));
  CHECK_FALSE(wait_of({{"Retry-After", "-5"}}));
  CHECK_FALSE(wait_of({{"Retry-After", "in a while"}}));
  CHECK(wait_of({{"Retry-After", "99999999999999999999"}}) == std::chrono::hours(7 * 24));
}
