#pragma once

#include <fstream>
#include <memory>
#include <mlops/core/world.hpp>
#include <mlops/runner/logging/masker.hpp>
#include <mlops/runner/view/progress.hpp>
#include <mutex>

namespace mlops::runner {

/// What a person sees of a run, secrets masked. Any thread may call.
class Console {
 public:
  virtual ~Console() = default;
  /// Takes every line of a job's output, or of the run itself where the label is empty.
  virtual void lines(const std::string& label, std::string_view text) = 0;

  /// Takes note of what became of a part of the run.
  virtual void changed(Change) {}
};

/// All lines in their order, each after the label of its job.
class PlainConsole : public Console {
 public:
  PlainConsole(core::Output& output, const Masker& masker, bool colors)
      : m_output(output), m_masker(masker), m_colors(colors) {}

  /// Coloured by its `##[kind]` as the service's page does.
  void lines(const std::string& label, std::string_view text) override;

 private:
  core::Output& m_output;
  const Masker& m_masker;
  const bool m_colors;
  std::mutex m_mutex;
};

/// The log of one step: the console, and a file with the time before each line.
class StepLog {
 public:
  StepLog(Console& console, const Masker& masker, const core::Clock& clock, std::string label,
          const std::filesystem::path& file);

  void line(std::string_view text);

  void section(std::string_view text) { line("##[section]" + std::string(text)); }

  void error(std::string_view text) { line("##[error]" + std::string(text)); }

  void warning(std::string_view text) { line("##[warning]" + std::string(text)); }

 private:
  Console& m_console;
  const Masker& m_masker;
  const core::Clock& m_clock;
  std::string m_label;
  std::mutex m_mutex;
  std::ofstream m_file;
};

}  // namespace mlops::runner
