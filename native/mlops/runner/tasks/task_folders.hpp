#pragma once

#include <boost/json.hpp>
#include <mlops/runner/settings.hpp>

namespace mlops::runner {

/// A task on disk: its folder and its task.json.
struct TaskFolder {
  /// Whether `runsOn` names that place: "Agent", which is the default, or "Server", an agentless job.
  bool runs_on(std::string_view place) const;

  fs::path folder;
  boost::json::object manifest;
};

/// "publisher.extension.Name@1" and "Name@1" are the same task.
struct TaskReference {
  explicit TaskReference(std::string_view text);

  std::string name;  ///< after the last dot, without the version
  std::string version;
};

/// The tasks that were given as folders, by name or id and major version.
class TaskFolders {
 public:
  /// Each is a task's folder, or a folder of such folders. Throws core::Error for one that holds no task.
  explicit TaskFolders(const std::vector<fs::path>& folders);

  const TaskFolder* find(const TaskReference& reference) const;
  std::vector<std::string> names() const;  ///< "Name@1"

 private:
  void add(const fs::path& folder);

  std::vector<TaskFolder> m_tasks;
};

}  // namespace mlops::runner
