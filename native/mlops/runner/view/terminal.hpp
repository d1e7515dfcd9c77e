#pragma once

#include <memory>
#include <string>

struct termios;

namespace mlops::runner {

struct TerminalSize {
  std::size_t columns = 80;
  std::size_t rows = 24;
};

/// The terminal of this process. While one of these lives, keys are not echoed and come one by one; Ctrl-C stays a
/// signal.
class Terminal {
 public:
  Terminal();
  ~Terminal();
  Terminal(const Terminal&) = delete;
  Terminal& operator=(const Terminal&) = delete;

  /// Whether output goes to a terminal that can redraw.
  static bool can_redraw();
  /// Whether there is somebody to ask.
  static bool can_ask();
  static TerminalSize size();

  /// The keys pressed within the time; empty when there were none.
  std::string keys(int milliseconds);

 private:
  std::unique_ptr<termios> m_before;  ///< empty where input is no terminal of ours
  bool m_ended = false;               ///< there will be no more keys
};

}  // namespace mlops::runner
