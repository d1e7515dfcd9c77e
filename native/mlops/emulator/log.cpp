#include <fmt/format.h>

#include <cstdio>
#include <mlops/emulator/log.hpp>

namespace mlops::emulator {

Log::Log(const std::filesystem::path& file, const core::Clock& clock, bool echo)
    : m_file(file, std::ios::app), m_clock(clock), m_echo(echo) {}

void Log::write(const char* level, const std::string& line) {
  const std::string text = fmt::format("{} {}: {}\n", core::to_iso8601(m_clock.now(), true), level, line);
  const std::lock_guard held(m_mutex);
  m_file << text << std::flush;
  if (m_echo) std::fwrite(text.data(), 1, text.size(), stderr);
}

}  // namespace mlops::emulator
