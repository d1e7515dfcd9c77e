#pragma once

#include <filesystem>
#include <fstream>
#include <mlops/core/world.hpp>
#include <mutex>
#include <string>

namespace mlops::emulator {

/// Lines with the time in front, on standard error and in a file. Secrets are never given to it.
class Log {
 public:
  /// `echo` off keeps standard error quiet (tests).
  Log(const std::filesystem::path& file, const core::Clock& clock, bool echo);

  void info(const std::string& line) { write("info", line); }

  void warning(const std::string& line) { write("warning", line); }

 private:
  void write(const char* level, const std::string& line);

  std::mutex m_mutex;
  std::ofstream m_file;
  const core::Clock& m_clock;
  bool m_echo;
};

}  // namespace mlops::emulator
