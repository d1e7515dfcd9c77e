#pragma once

#include <deque>
#include <map>
#include <mlops/runner/model/pipeline.hpp>
#include <mlops/runner/view/progress.hpp>

namespace mlops::runner {

/// One part of a run as it stands.
struct TreeNode {
  std::string key;   ///< its place in a Change's path
  std::string name;  ///< as shown
  Phase phase = Phase::waiting;
  Result result = Result::Succeeded;
  core::SystemTime started{};
  core::SystemTime ended{};
  std::string note;
  std::string label;
  std::string log;
  std::deque<std::string> tail;  ///< its newest lines of output, the last one at the end
  std::vector<TreeNode> children;
};

/// The state of a whole run: what a pipeline says, then every change and line in turn.
class RunTree {
 public:
  explicit RunTree(const Pipeline& pipeline);

  void apply(const Change& change);
  /// Takes a line of a job's output; an empty label stands for the run itself, of which errors alone are kept.
  void line(const std::string& label, std::string_view text);

  /// What stands outermost: the stages, or the jobs of a pipeline without.
  const std::vector<TreeNode>& roots() const;

  /// Errors that belong to no job.
  const std::vector<std::string>& errors() const { return m_errors; }

 private:
  TreeNode& at(const std::vector<std::string>& path);

  bool m_single_stage;
  std::vector<TreeNode> m_stages;
  std::map<std::string, std::vector<std::string>> m_paths;  ///< of jobs, by label
  std::vector<std::string> m_errors;
};

/// What is shown below a part. A lone job of a stage and a lone instance of a job are left out in favour of their
/// steps.
const std::vector<TreeNode>& shown_children(const TreeNode& node);

}  // namespace mlops::runner
