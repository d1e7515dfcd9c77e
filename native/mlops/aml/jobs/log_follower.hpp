#pragma once

#include <cstdint>
#include <deque>
#include <map>
#include <mlops/aml/jobs/run_history.hpp>
#include <mlops/aml/workspace.hpp>
#include <string>
#include <string_view>

namespace mlops::aml {

/// Prints what is new in the logs of jobs. Each log is read from where it was left, so that the bytes read are the
/// bytes written; a line is printed once, when it is whole. Remembers the last lines of each run for the report of a
/// failure.
class LogFollower {
 public:
  explicit LogFollower(Workspace& workspace) : m_workspace(workspace) {}

  /// Reads on in the logs that users care about (user_logs/std_log*.txt). `last` prints an unfinished last line, too.
  /// What can't be read now is tried again the next time.
  void follow(const RunDetails& details, const std::string& prefix, bool last);

  /// The last lines that the run printed; for one that printed nothing, of the service's own log of it.
  std::vector<std::string> last_lines(const RunDetails& details);

 private:
  struct Log {
    std::uint64_t offset = 0;
    std::string unfinished;
  };

  /// Appends what is new; false when there is nothing.
  bool read_on(Log& log, const std::string& url, std::string& text);
  void print(const std::string& run, const std::string& prefix, Log& log, std::string_view text, bool last);

  Workspace& m_workspace;
  std::map<std::string, Log> m_logs;  ///< by run and name
  std::map<std::string, std::deque<std::string>> m_tails;
};

/// Whether a log holds what the user's program prints.
bool is_user_log(const std::string& name);

}  // namespace mlops::aml
