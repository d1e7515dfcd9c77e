#pragma once

#include <chrono>
#include <filesystem>
#include <map>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

namespace mlops::emulator {

struct ProcessSettings {
  std::vector<std::string> command;                ///< the program by its full path, then its arguments
  std::map<std::string, std::string> environment;  ///< all of it; nothing is inherited
  std::filesystem::path folder;
  std::filesystem::path log_file;         ///< standard output and standard error are appended
  std::chrono::milliseconds grace{3000};  ///< between SIGTERM and SIGKILL
};

/// How a process ended.
struct ExitStatus {
  int code = 0;    ///< when no signal ended it
  int signal = 0;  ///< 0: it ended by itself

  bool succeeded() const { return code == 0 && signal == 0; }

  /// "exited with status code 1", "was ended by signal 9 (Killed)".
  std::string text() const;
};

/// A child process and everything it starts, in a process group of its own.
///
/// Between it and the emulator stands a small supervisor process. It ends the whole tree (SIGTERM, after the grace
/// SIGKILL) when terminate() asks for it, when the main process has ended and left others behind, and when the emulator
/// itself is gone, however it went. Descendants that made themselves independent (daemons) are found as well, since the
/// supervisor adopts them. No zombies stay.
class Process {
 public:
  /// Starts it. Throws core::Error "process-start-failed", e.g. when the program or the folder doesn't exist.
  explicit Process(const ProcessSettings& settings);
  /// Ends it and waits.
  ~Process();
  Process(const Process&) = delete;
  Process& operator=(const Process&) = delete;

  /// Waits until the whole tree is gone. May be called again, and from several threads.
  ExitStatus wait();
  /// The same for at most that time; empty when it still runs.
  std::optional<ExitStatus> wait_for(std::chrono::milliseconds time);

  bool running() { return !wait_for(std::chrono::milliseconds(0)); }

  /// Asks the tree to end; returns at once.
  void terminate();

  /// The main process, for the log.
  int id() const { return m_id; }

 private:
  void collect();

  std::mutex m_mutex;
  int m_supervisor = -1;  ///< process id
  int m_lifeline = -1;    ///< closed when the tree shall end
  int m_report = -1;      ///< the supervisor's reports; its end is the tree's end
  int m_id = 0;
  std::optional<ExitStatus> m_status;
};

}  // namespace mlops::emulator
