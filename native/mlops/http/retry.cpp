#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <cstring>
#include <mlops/core/random.hpp>
#include <mlops/http/client.hpp>
#include <mlops/http/retry_after.hpp>
#include <mlops/http/url.hpp>
#include <mutex>
#include <random>

namespace mlops::http {

namespace {

using std::chrono::milliseconds;

// After a stop was asked for there is time for one repetition, not for six.
constexpr int k_attempts_when_cancelled = 2;

// std::random_device reads a file that a container may not have.
std::uint32_t random_seed() {
  std::uint32_t seed = 0;
  std::memcpy(&seed, core::random_bytes(sizeof seed).data(), sizeof seed);
  return seed;
}

bool is_transient(int status) {
  return status == 408 || status == 429 || status == 500 || status == 502 || status == 503 || status == 504;
}

/// How one attempt ended, as far as the decision to repeat goes.
struct Outcome {
  std::string text;  ///< the status or the failure, for the note
  bool worth_repeating = false;
  std::optional<milliseconds> asked_wait;
};

class Retries : public Transport {
 public:
  Retries(Transport& next, const core::Clock& clock, core::Sleeper& sleeper, const core::Cancellation& cancellation,
          RetrySettings settings, std::function<void(const std::string&)> note)
      : m_next(next),
        m_clock(clock),
        m_sleeper(sleeper),
        m_cancellation(cancellation),
        m_settings(settings),
        m_note(std::move(note)),
        m_random(random_seed()) {}

  Response send(const Request& request) override {
    for (int attempt = 1;; ++attempt) {
      Outcome outcome;
      try {
        Response response = m_next.send(request);
        response.attempts = attempt;
        outcome = outcome_of(request, response);
        if (!repeats(request, outcome, attempt)) return response;
      } catch (const TransportError& error) {
        outcome = outcome_of(request, error);
        if (!repeats(request, outcome, attempt)) throw;
      }
      wait(request, outcome, attempt);
      if (request.restart_sink) request.restart_sink();
    }
  }

 private:
  Outcome outcome_of(const Request& request, const Response& response) const {
    Outcome outcome{std::to_string(response.status), is_transient(response.status), {}};
    if (!outcome.worth_repeating) return outcome;
    outcome.asked_wait = retry_after(response, m_clock);
    const bool surely_not_processed = response.status == 429 || (response.status == 503 && outcome.asked_wait);
    outcome.worth_repeating = request.repeatable() || surely_not_processed;
    return outcome;
  }

  static Outcome outcome_of(const Request& request, const TransportError& error) {
    const bool safe = request.repeatable() || !error.may_have_been_processed();
    return {error.message(), error.retryable() && safe, {}};
  }

  bool repeats(const Request& request, const Outcome& outcome, int attempt) const {
    if (!outcome.worth_repeating) return false;
    // To come back sooner than asked would only be refused again, and to wait for hours helps nobody.
    if (outcome.asked_wait.value_or(milliseconds(0)) > m_settings.longest_retry_after) return false;
    if (m_cancellation.requested() && !request.even_when_cancelled) m_cancellation.check();
    const int attempts =
        m_cancellation.requested() ? std::min(m_settings.attempts, k_attempts_when_cancelled) : m_settings.attempts;
    return attempt < attempts;
  }

  void wait(const Request& request, const Outcome& outcome, int attempt) {
    const milliseconds time = outcome.asked_wait ? *outcome.asked_wait : jittered_wait(attempt);
    if (m_note) {
      std::string_view reason = outcome.text;
      if (!reason.empty() && reason.back() == '.') reason.remove_suffix(1);
      m_note(fmt::format("{} {} -> {}, trying again in {:.1f} s ({} of {})", request.method, loggable(request.url),
                         reason, static_cast<double>(time.count()) / 1000.0, attempt + 1, m_settings.attempts));
    }
    m_sleeper.sleep(time);
    if (!request.even_when_cancelled) m_cancellation.check();
  }

  // Full jitter: any time between zero and the exponential bound, so that many clients don't come back together.
  milliseconds jittered_wait(int attempt) {
    const double bound = std::min(static_cast<double>(m_settings.longest_wait.count()),
                                  static_cast<double>(m_settings.first_wait.count()) * std::exp2(attempt - 1));
    const std::lock_guard lock(m_mutex);
    return milliseconds(std::uniform_int_distribution<std::int64_t>(0, static_cast<std::int64_t>(bound))(m_random));
  }

  Transport& m_next;
  const core::Clock& m_clock;
  core::Sleeper& m_sleeper;
  const core::Cancellation& m_cancellation;
  RetrySettings m_settings;
  std::function<void(const std::string&)> m_note;
  std::mutex m_mutex;
  std::mt19937_64 m_random;
};

}  // namespace

std::unique_ptr<Transport> with_retries(Transport& next, const core::Clock& clock, core::Sleeper& sleeper,
                                        const core::Cancellation& cancellation, RetrySettings settings,
                                        std::function<void(const std::string&)> note) {
  return std::make_unique<Retries>(next, clock, sleeper, cancellation, settings, std::move(note));
}

}  // namespace mlops::http
