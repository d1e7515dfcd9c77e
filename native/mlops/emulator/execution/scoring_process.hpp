#pragma once

#include <atomic>
#include <chrono>
#include <condition_variable>
#include <filesystem>
#include <memory>
#include <mlops/emulator/execution/process.hpp>
#include <mlops/emulator/execution/text_log.hpp>
#include <mutex>
#include <stop_token>
#include <thread>

namespace mlops::emulator {

/// The Python process of one deployment, kept alive.
class ScoringProcess {
 public:
  struct Settings {
    ProcessSettings process;  ///< its log is that of the deployment
    std::filesystem::path port_file;
    std::chrono::seconds startup_time{300};
    int most_restarts = 5;  ///< after which a process that keeps ending is given up
  };

  explicit ScoringProcess(Settings settings);
  /// Ends the process.
  ~ScoringProcess();
  ScoringProcess(const ScoringProcess&) = delete;
  ScoringProcess& operator=(const ScoringProcess&) = delete;

  /// Starts it and waits until it answers; from then on it is started again when it ends by itself. Throws core::Error
  /// "scoring-failed" with the reason and the end of the log, or core::Cancelled.
  void start(const std::stop_token& stop);

  /// Where it answers; 0 while it doesn't.
  int port() const { return m_port; }

 private:
  void launch(const std::stop_token& stop);
  void pause(std::chrono::milliseconds time, const std::stop_token& stop);
  void keep_alive(const std::stop_token& stop);

  Settings m_settings;
  TextLog m_log;
  std::mutex m_mutex;  ///< for replacing m_process, which the keeper alone does once it runs
  std::unique_ptr<Process> m_process;
  std::atomic<int> m_port = 0;
  std::condition_variable_any m_wake;
  std::jthread m_keeper;
};

}  // namespace mlops::emulator
