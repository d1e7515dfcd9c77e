#pragma once

#include <filesystem>
#include <string>

namespace mlops::emulator {

/// A log file that processes append to as well.
class TextLog {
 public:
  /// Makes missing folders and the file.
  explicit TextLog(std::filesystem::path file);

  const std::filesystem::path& file() const { return m_file; }

  /// Appends a line of ours.
  void say(const std::string& line) const;
  /// The last lines, at most so many lines and bytes; 0 lines are all.
  std::string tail(std::size_t lines, std::size_t bytes = 1 << 20) const;

 private:
  std::filesystem::path m_file;
};

}  // namespace mlops::emulator
