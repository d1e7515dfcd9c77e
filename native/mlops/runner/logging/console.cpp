#include <fmt/format.h>

#include <map>
#include <mlops/core/text.hpp>
#include <mlops/runner/logging/console.hpp>

namespace mlops::runner {

namespace {

const std::map<std::string_view, int> k_colors{{"error", 31},   {"warning", 33}, {"command", 36},
                                               {"section", 32}, {"group", 1},    {"debug", 2}};

// The word in "##[word]" at the start of a line; empty without one.
std::string_view kind_of(std::string_view line) {
  if (!line.starts_with("##[")) return {};
  const auto end = line.find(']');
  return end == std::string_view::npos ? std::string_view() : line.substr(3, end - 3);
}

std::string painted(std::string_view text, int color) {
  return fmt::format("\x1b[{}m{}\x1b[0m", color, text);
}

}  // namespace

void PlainConsole::lines(const std::string& label, std::string_view text) {
  std::string all;
  for (const auto& line : core::split(m_masker.mask(text), '\n')) {
    const auto kind = kind_of(line);
    if (kind == "endgroup") continue;
    const auto color = k_colors.find(kind);
    const std::string before = label.empty() ? "" : fmt::format("[{}] ", label);
    if (!m_colors) {
      all += before + line + '\n';
    } else {
      all += painted(before, 2) + (color == k_colors.end() ? line : painted(line, color->second)) + '\n';
    }
  }
  const std::lock_guard held(m_mutex);
  m_output.write(all);
}

StepLog::StepLog(Console& console, const Masker& masker, const core::Clock& clock, std::string label,
                 const std::filesystem::path& file)
    : m_console(console), m_masker(masker), m_clock(clock), m_label(std::move(label)) {
  std::filesystem::create_directories(file.parent_path());
  m_file.open(file, std::ios::app);
}

void StepLog::line(std::string_view text) {
  m_console.lines(m_label, text);
  const std::string masked = m_masker.mask(text);
  const std::lock_guard held(m_mutex);
  for (const auto& line : core::split(masked, '\n')) {
    m_file << core::to_iso8601(m_clock.now(), true) << ' ' << line << '\n';
  }
  m_file.flush();
}

}  // namespace mlops::runner
