#pragma once
// The small interfaces to the world. Real ones are made in main only; tests bring their own.

#include <chrono>
#include <filesystem>
#include <map>
#include <optional>
#include <string>
#include <vector>

namespace mlops::core {

using SystemTime = std::chrono::system_clock::time_point;
using Milliseconds = std::chrono::milliseconds;

/// "2026-11-23T16:30:02Z"; with milliseconds on request.
std::string to_iso8601(SystemTime time, bool milliseconds = false);
/// Understands ISO 8601 with Z, as the services send it. Empty when the text is something else.
std::optional<SystemTime> from_iso8601(const std::string& text);

class Clock {
 public:
  virtual ~Clock() = default;
  virtual SystemTime now() const = 0;
};

/// Told by a signal handler that the user wants to stop.
class Cancellation {
 public:
  virtual ~Cancellation() = default;
  virtual bool requested() const = 0;
  /// Throws Cancelled when a stop was asked for.
  void check() const;
};

class Sleeper {
 public:
  virtual ~Sleeper() = default;
  /// Sleeps for the time, or shorter when a stop is asked for; the caller looks at the Cancellation itself.
  virtual void sleep(Milliseconds time) = 0;
  /// Sleeps all of the time, also after a stop was asked for: for the short waits of what cleans up.
  virtual void sleep_through(Milliseconds time) = 0;
};

class Environment {
 public:
  virtual ~Environment() = default;
  virtual std::optional<std::string> get(const std::string& name) const = 0;
  virtual std::map<std::string, std::string> all() const = 0;
  /// Removes a variable, so that child processes don't inherit it.
  virtual void remove(const std::string& name) = 0;
};

struct ProcessResult {
  int exit_code = 0;
  std::string output;  ///< standard output; standard error is dropped
};

class Processes {
 public:
  virtual ~Processes() = default;
  /// Runs a program found on PATH to its end. Empty when it can't be started.
  virtual std::optional<ProcessResult> run(const std::vector<std::string>& command,
                                           const std::filesystem::path& folder) = 0;
};

/// Where text for the agent and the user goes.
class Output {
 public:
  virtual ~Output() = default;
  /// Writes whole lines (the text ends with a line feed) at once and flushes.
  virtual void write(std::string_view text) = 0;
};

}  // namespace mlops::core
