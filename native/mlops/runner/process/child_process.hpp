#pragma once
// A child process whose output is read line by line while it runs, and that is stopped the way an Azure Pipelines agent
// stops a task: SIGINT, then SIGTERM, then the end of its whole process group.

#include <chrono>
#include <filesystem>
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace mlops::runner {

struct ChildSettings {
  std::vector<std::string> command;                ///< a program by its path or found on PATH, then its arguments
  std::map<std::string, std::string> environment;  ///< all of it; nothing is inherited
  std::filesystem::path folder;
  bool signal_group = false;  ///< the first two signals go to all processes of the group, not only to the first one
  std::chrono::milliseconds interrupt_time{7500};  ///< between SIGINT and SIGTERM
  std::chrono::milliseconds terminate_time{2500};  ///< between SIGTERM and the end of the group
};

using LineHandler = std::function<void(std::string_view)>;

struct ChildEvents {
  LineHandler on_line;         ///< each line of output, without its end
  LineHandler on_error_line;   ///< each line of standard error; without it they come in on_line, in their true order
  std::function<bool()> stop;  ///< asked about five times a second
};

struct ChildEnd {
  int exit_code = 0;         ///< 128 + the number of the signal that ended it
  bool stopped = false;      ///< it was asked to stop
  bool output_open = false;  ///< it ended, but something it started keeps its output open
  int group = 0;             ///< its process group when something it started still runs there, else 0; see end_group()
};

/// Starts child processes. May be called from several threads at once.
class Children {
 public:
  virtual ~Children() = default;
  /// Runs a program to its end and hands over what it prints. Throws Error "process-start-failed".
  virtual ChildEnd run(const ChildSettings& settings, const ChildEvents& events) = 0;
  /// Ends what still runs in a group; returns whether there was anything.
  virtual bool end_group(int group) = 0;
};

std::unique_ptr<Children> system_children();

/// The lines of a text that comes in pieces: without their ends, LF or CR LF.
class LineSplitter {
 public:
  explicit LineSplitter(LineHandler on_line) : m_on_line(std::move(on_line)) {}

  void feed(std::string_view piece);
  /// Hands over a last line that has no end.
  void finish();

 private:
  LineHandler m_on_line;
  std::string m_rest;
};

}  // namespace mlops::runner
