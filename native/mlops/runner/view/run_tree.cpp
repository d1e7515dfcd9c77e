#include <algorithm>
#include <mlops/runner/view/run_tree.hpp>

namespace mlops::runner {

namespace {

constexpr std::size_t k_tail = 10;  // lines of a failed step that are shown at the end

struct MarkedLine {
  std::string_view kind;  ///< "error" in "##[error]text"
  std::string_view text;
};

MarkedLine marked(std::string_view line) {
  const auto end = line.find(']');
  if (!line.starts_with("##[") || end == std::string_view::npos) return {{}, line};
  return {line.substr(3, end - 3), line.substr(end + 1)};
}

}  // namespace

RunTree::RunTree(const Pipeline& pipeline) : m_single_stage(pipeline.single_stage) {
  for (const auto& stage : pipeline.stages) {
    TreeNode node{.key = stage.name, .name = stage.display_name};
    for (const auto& job : stage.jobs) node.children.push_back({.key = job.name, .name = job.display_name});
    m_stages.push_back(std::move(node));
  }
}

const std::vector<TreeNode>& RunTree::roots() const {
  return m_single_stage ? m_stages.front().children : m_stages;
}

TreeNode& RunTree::at(const std::vector<std::string>& path) {
  TreeNode* node = nullptr;
  for (const auto& key : path) {
    auto& siblings = node ? node->children : m_stages;
    const auto found = std::find_if(siblings.begin(), siblings.end(), [&](const auto& one) { return one.key == key; });
    node = found == siblings.end() ? &siblings.emplace_back(TreeNode{.key = key, .name = key}) : &*found;
  }
  return *node;
}

void RunTree::apply(const Change& change) {
  auto& node = at(change.path);
  if (!change.name.empty()) node.name = change.name;
  if (!change.note.empty()) node.note = change.note;
  if (!change.log.empty()) node.log = change.log;
  if (!change.label.empty()) {
    node.label = change.label;
    m_paths[change.label] = change.path;
  }
  node.phase = change.phase;
  if (change.phase == Phase::running && node.started == core::SystemTime()) node.started = change.at;
  if (change.phase != Phase::done) return;
  node.result = change.result;
  node.ended = change.at;
}

void RunTree::line(const std::string& label, std::string_view text) {
  const auto [kind, content] = marked(text);
  const auto path = m_paths.find(label);
  if (path == m_paths.end()) {
    if (kind == "error") m_errors.emplace_back(content);
    return;
  }
  if (kind == "section" || kind == "endgroup" || content.find_first_not_of(" \t\r") == std::string_view::npos) return;
  auto* node = &at(path->second);
  const auto step = std::find_if(node->children.begin(), node->children.end(),
                                 [](const auto& one) { return one.phase == Phase::running; });
  if (step != node->children.end()) node = &*step;
  node->tail.emplace_back(content);
  if (node->tail.size() > k_tail) node->tail.pop_front();
}

const std::vector<TreeNode>& shown_children(const TreeNode& node) {
  const bool lone = node.children.size() == 1 && !node.children.front().label.empty();
  return lone && node.label.empty() ? node.children.front().children : node.children;
}

}  // namespace mlops::runner
