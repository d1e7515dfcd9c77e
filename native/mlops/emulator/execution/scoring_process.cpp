#include <fmt/format.h>

#include <cstdlib>
#include <mlops/core/error.hpp>
#include <mlops/core/files.hpp>
#include <mlops/core/text.hpp>
#include <mlops/emulator/execution/scoring_process.hpp>

namespace mlops::emulator {

namespace {

constexpr auto k_tick = std::chrono::milliseconds(50);
constexpr std::size_t k_error_lines = 30;
constexpr std::size_t k_error_bytes = 6000;

}  // namespace

ScoringProcess::ScoringProcess(Settings settings)
    : m_settings(std::move(settings)), m_log(m_settings.process.log_file) {}

ScoringProcess::~ScoringProcess() {
  if (m_keeper.joinable()) {
    m_keeper.request_stop();
    m_keeper.join();
  }
}

void ScoringProcess::start(const std::stop_token& stop) {
  launch(stop);
  m_keeper = std::jthread([this](const std::stop_token& own) { keep_alive(own); });
}

// Starts the process once and waits for its port.
void ScoringProcess::launch(const std::stop_token& stop) {
  std::filesystem::remove(m_settings.port_file);
  auto process = std::make_unique<Process>(m_settings.process);
  {
    const std::lock_guard held(m_mutex);
    m_process = std::move(process);
  }
  const auto deadline = std::chrono::steady_clock::now() + m_settings.startup_time;
  while (!std::filesystem::exists(m_settings.port_file)) {
    if (stop.stop_requested()) throw core::Cancelled("the deployment was asked to stop.");
    const auto ended = m_process->wait_for(k_tick);
    const bool late = std::chrono::steady_clock::now() > deadline;
    if (!ended && !late) continue;
    const std::string reason = ended ? "the container " + ended->text()
                                     : fmt::format("it was not ready within {} s", m_settings.startup_time.count());
    throw core::Error("scoring-failed", fmt::format("User container has crashed or terminated: {}. Last lines of its "
                                                    "log:\n{}",
                                                    reason, core::trim(m_log.tail(k_error_lines, k_error_bytes))));
  }
  m_port = std::atoi(core::read_file(m_settings.port_file).c_str());
}

// Waits for that time, or shorter when a stop is asked for.
void ScoringProcess::pause(std::chrono::milliseconds time, const std::stop_token& stop) {
  std::unique_lock held(m_mutex);
  m_wake.wait_for(held, stop, time, [] { return false; });
}

void ScoringProcess::keep_alive(const std::stop_token& stop) {
  const std::stop_callback end(stop, [this] {
    const std::lock_guard held(m_mutex);
    m_process->terminate();
  });
  for (int restarts = 0;;) {
    const ExitStatus status = m_process->wait();
    m_port = 0;
    if (stop.stop_requested()) return;
    if (restarts == m_settings.most_restarts) {
      return m_log.say(
          fmt::format("The container {} and was restarted {} times already; giving up.", status.text(), restarts));
    }
    ++restarts;
    m_log.say(fmt::format("The container {}; restart {} of {}.", status.text(), restarts, m_settings.most_restarts));
    pause(std::chrono::milliseconds(200) * (1 << restarts), stop);
    if (stop.stop_requested()) return;
    try {
      launch(stop);
    } catch (const core::Error& error) {
      return m_log.say(fmt::format("The restart failed: {}", error.message()));
    }
  }
}

}  // namespace mlops::emulator
