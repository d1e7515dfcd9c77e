#pragma once

#include <condition_variable>
#include <mlops/runner/logging/console.hpp>
#include <mlops/runner/view/render.hpp>
#include <mlops/runner/view/screen.hpp>
#include <mlops/runner/view/terminal.hpp>
#include <thread>

namespace mlops::runner {

/// Shows a run as a tree that is redrawn in place, and asks below it. From its making to finish() the terminal is its
/// own.
class TreeConsole : public Console {
 public:
  struct World {
    core::Output& output;
    const Masker& masker;
    const core::Clock& clock;
    const core::Cancellation& cancellation;
    bool colors = false;
    bool unicode = true;
  };

  TreeConsole(const Pipeline& pipeline, const World& world);
  ~TreeConsole() override;

  void lines(const std::string& label, std::string_view text) override;
  void changed(Change change) override;
  /// Asks a person and waits for the answer; empty when the run is canceled meanwhile. One question at a time.
  std::string ask(const std::string& question);
  /// The last frame, in full length, then what failed. Nothing is drawn afterwards.
  void finish(const std::string& run_folder);

 private:
  void draw_until_finished();
  void draw(bool last);
  void take_keys(const std::string& keys);
  Look look(const TerminalSize& size) const;

  World m_world;
  std::mutex m_mutex;
  std::condition_variable m_answered;
  RunTree m_tree;
  std::string m_question;
  std::optional<std::string> m_answer;
  KeyLine m_keys;
  bool m_finished = false;
  Terminal m_terminal;
  Screen m_screen;
  std::thread m_thread;
};

}  // namespace mlops::runner
