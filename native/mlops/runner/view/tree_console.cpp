#include <mlops/core/text.hpp>
#include <mlops/runner/view/tree_console.hpp>

namespace mlops::runner {

namespace {

constexpr int k_frame_milliseconds = 100;

}  // namespace

TreeConsole::TreeConsole(const Pipeline& pipeline, const World& world)
    : m_world(world), m_tree(pipeline), m_thread([this] { draw_until_finished(); }) {}

TreeConsole::~TreeConsole() {
  {
    const std::lock_guard held(m_mutex);
    m_finished = true;
  }
  if (m_thread.joinable()) m_thread.join();
}

void TreeConsole::lines(const std::string& label, std::string_view text) {
  const auto masked = m_world.masker.mask(text);
  const std::lock_guard held(m_mutex);
  for (const auto& line : core::split(masked, '\n')) m_tree.line(label, line);
}

void TreeConsole::changed(Change change) {
  change.name = m_world.masker.mask(change.name);
  change.note = m_world.masker.mask(change.note);
  const std::lock_guard held(m_mutex);
  m_tree.apply(change);
}

std::string TreeConsole::ask(const std::string& question) {
  std::unique_lock held(m_mutex);
  m_question = question;
  m_answer.reset();
  m_keys = {};
  // A stop comes without a notice.
  while (!m_answer && !m_finished && !m_world.cancellation.requested()) {
    m_answered.wait_for(held, std::chrono::milliseconds(200));
  }
  m_question.clear();
  if (!m_answer && m_world.cancellation.requested()) throw core::Cancelled("the approval");
  return m_answer.value_or("");
}

void TreeConsole::finish(const std::string& run_folder) {
  {
    const std::lock_guard held(m_mutex);
    m_finished = true;
  }
  m_thread.join();
  draw(true);
  std::string text = "\n";
  for (const auto& line : failures(m_tree, run_folder)) text += line + "\n";
  m_world.output.write(text);
}

void TreeConsole::draw_until_finished() {
  while (true) {
    const auto keys = m_terminal.keys(k_frame_milliseconds);
    {
      const std::lock_guard held(m_mutex);
      if (m_finished) return;
      take_keys(keys);
    }
    draw(false);
  }
}

// Keys that answer nothing are dropped.
void TreeConsole::take_keys(const std::string& keys) {
  if (m_question.empty() || m_answer) return;
  for (const char key : keys) {
    m_answer = m_keys.feed(key);
    if (!m_answer) continue;
    m_answered.notify_all();
    return;
  }
}

Look TreeConsole::look(const TerminalSize& size) const {
  return {.columns = size.columns,
          .rows = size.rows,
          .colors = m_world.colors,
          .unicode = m_world.unicode,
          .now = m_world.clock.now(),
          .question = m_question,
          .typed = m_keys.typed(),
          .canceling = m_world.cancellation.requested()};
}

void TreeConsole::draw(bool last) {
  const auto size = Terminal::size();
  std::string bytes;
  {
    const std::lock_guard held(m_mutex);
    auto how = look(size);
    if (last) {
      how.rows = 0;
      how.canceling = false;
    }
    bytes = m_screen.frame(render(m_tree, how), size.columns, size.rows);
  }
  if (!bytes.empty()) m_world.output.write(bytes);
}

}  // namespace mlops::runner
