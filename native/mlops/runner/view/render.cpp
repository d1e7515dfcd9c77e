#include <fmt/format.h>

#include <algorithm>
#include <mlops/core/text.hpp>
#include <mlops/runner/view/render.hpp>
#include <mlops/runner/view/text.hpp>

namespace mlops::runner {

namespace {

using core::Milliseconds;

constexpr int k_dim = 2;
constexpr int k_red = 31;
constexpr int k_green = 32;
constexpr int k_yellow = 33;
constexpr int k_cyan = 36;
constexpr int k_plain = 0;

// What is left out first where rows are scarce has the highest number.
enum Importance { busy = 0, failed = 1, stage_to_come = 2, stage_done = 3, part_to_come = 4, part_done = 5 };

struct Line {
  std::string text;
  int color = k_plain;
  Importance importance = busy;
};

struct Mark {
  std::string_view unicode;
  std::string_view ascii;
  int color;
  std::string_view words;
};

Mark mark_of(const TreeNode& node) {
  switch (node.phase) {
    case Phase::waiting:
      return {"·", ".", k_dim, ""};
    case Phase::approving:
      return {"?", "?", k_yellow, "waits for approval"};
    case Phase::running:
      return {"●", ">", k_cyan, ""};
    case Phase::done:
      break;
  }
  switch (node.result) {
    case Result::Succeeded:
      return {"✓", "+", k_green, ""};
    case Result::SucceededWithIssues:
      return {"!", "!", k_yellow, "with issues"};
    case Result::Skipped:
      return {"-", "-", k_dim, "skipped"};
    case Result::Canceled:
      return {"✗", "x", k_yellow, "canceled"};
    case Result::Failed:
      break;
  }
  return {"✗", "x", k_red, "failed"};
}

bool is_busy(const TreeNode& node) {
  return node.phase == Phase::running || node.phase == Phase::approving;
}

bool has_failed(const TreeNode& node) {
  return node.phase == Phase::done && (node.result == Result::Failed || node.result == Result::Canceled);
}

Importance importance_of(const TreeNode& node, std::size_t depth) {
  if (is_busy(node)) return busy;
  if (has_failed(node)) return failed;
  if (depth == 0) return node.phase == Phase::waiting ? stage_to_come : stage_done;
  return node.phase == Phase::waiting ? part_to_come : part_done;
}

std::string time_of(const TreeNode& node, core::SystemTime now) {
  if (node.started == core::SystemTime()) return {};
  const bool done = node.phase == Phase::done;
  return duration_text(std::chrono::duration_cast<Milliseconds>((done ? node.ended : now) - node.started), done);
}

/// Builds the lines of a tree from the top.
class Painter {
 public:
  explicit Painter(const Look& look) : m_look(look) {}

  void add(const TreeNode& node, std::size_t depth) {
    const auto mark = mark_of(node);
    std::string text =
        fmt::format("{:{}}{} {}", "", depth * 2, m_look.unicode ? mark.unicode : mark.ascii, plain_text(node.name));
    std::string more = core::join(words(mark, node), ", ");
    if (!more.empty()) text += "  " + more;
    m_lines.push_back({std::move(text), mark.color, importance_of(node, depth)});
    if (!is_busy(node) && !has_failed(node)) return;
    const auto& children = shown_children(node);
    for (const auto& child : children) add(child, depth + 1);
    if (node.phase == Phase::running && children.empty() && !node.tail.empty()) {
      const auto newest = fmt::format("{:{}}{} {}", "", depth * 2 + 2, m_look.unicode ? "│" : "|",
                                      plain_text(core::trim(node.tail.back())));
      m_lines.push_back({newest, k_dim, busy});
    }
  }

  std::vector<Line> take() { return std::move(m_lines); }

 private:
  std::vector<std::string> words(const Mark& mark, const TreeNode& node) const {
    std::vector<std::string> result;
    if (auto time = time_of(node, m_look.now); !time.empty()) result.push_back(std::move(time));
    if (!mark.words.empty()) result.emplace_back(mark.words);
    if (!node.note.empty() && node.note != mark.words) result.push_back(plain_text(node.note));
    return result;
  }

  const Look& m_look;
  std::vector<Line> m_lines;
};

// Leaves out what says least, from the top, and says how much that was.
void shorten(std::vector<Line>& lines, std::size_t rows) {
  if (lines.size() <= rows) return;
  const auto before = lines.size();
  const auto room = std::max<std::size_t>(rows, 2) - 1;
  for (int importance = part_done; importance >= busy; --importance) {
    for (auto line = lines.begin(); line != lines.end() && lines.size() > room;) {
      line = line->importance == importance ? lines.erase(line) : line + 1;
    }
  }
  lines.insert(lines.begin(), {fmt::format("({} more lines)", before - lines.size()), k_dim, busy});
}

std::vector<Line> prompt_lines(const Look& look, std::size_t columns) {
  std::vector<Line> lines;
  if (look.canceling) lines.push_back({"Canceling; a step may take ten seconds to end.", k_yellow});
  if (look.question.empty()) return lines;
  auto parts = core::split(look.question, '\n');
  parts.back() += look.typed;
  for (const auto& part : parts) {
    for (auto& piece : wrap(plain_text(part), columns)) lines.push_back({std::move(piece), k_plain});
  }
  lines.back().color = k_yellow;
  return lines;
}

}  // namespace

std::string duration_text(Milliseconds time, bool tenths) {
  const auto seconds = std::max<long long>(0, time.count()) / 1000;
  if (seconds >= 60) return fmt::format("{} min {:02} s", seconds / 60, seconds % 60);
  if (tenths) return fmt::format("{:.1f} s", static_cast<double>(std::max<long long>(0, time.count())) / 1000);
  return fmt::format("{} s", seconds);
}

std::vector<std::string> render(const RunTree& tree, const Look& look) {
  const auto columns = std::max<std::size_t>(look.columns, 2) - 1;  // the last column would wrap on some terminals
  Painter painter(look);
  for (const auto& root : tree.roots()) painter.add(root, 0);
  auto lines = painter.take();
  auto prompt = prompt_lines(look, columns);
  if (look.rows != 0) {
    const auto rows = std::max<std::size_t>(look.rows, 3) - 1;
    // The answer is always seen, and at least two lines of the tree.
    if (prompt.size() + 2 > rows)
      prompt.erase(prompt.begin(), prompt.end() - static_cast<long>(std::max<std::size_t>(rows, 3) - 2));
    shorten(lines, rows - prompt.size());
  }
  lines.insert(lines.end(), prompt.begin(), prompt.end());
  std::vector<std::string> result;
  for (const auto& line : lines) {
    auto text = fit(line.text, columns);
    result.push_back(look.colors && line.color != k_plain ? fmt::format("\x1b[{}m{}\x1b[0m", line.color, text) : text);
  }
  return result;
}

namespace {

void add_failures(std::vector<std::string>& lines, const TreeNode& node, const std::string& path,
                  const std::string& run_folder) {
  if (node.phase != Phase::done || node.result != Result::Failed) return;
  const auto name = path.empty() ? plain_text(node.name) : path + " / " + plain_text(node.name);
  const auto before = lines.size();
  for (const auto& child : shown_children(node)) add_failures(lines, child, name, run_folder);
  if (lines.size() != before || node.tail.empty()) return;  // said where it happened
  lines.push_back(name + ":");
  for (const auto& line : node.tail) lines.push_back("  " + plain_text(line));
  if (!node.log.empty()) lines.push_back(fmt::format("  The whole log: {}/{}", run_folder, node.log));
}

}  // namespace

std::vector<std::string> failures(const RunTree& tree, const std::string& run_folder) {
  std::vector<std::string> lines;
  for (const auto& error : tree.errors()) lines.push_back("error: " + plain_text(error));
  for (const auto& root : tree.roots()) add_failures(lines, root, "", run_folder);
  return lines;
}

}  // namespace mlops::runner
