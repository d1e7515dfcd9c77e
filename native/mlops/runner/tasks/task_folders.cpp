#include <fmt/format.h>

#include <mlops/core/error.hpp>
#include <mlops/core/text.hpp>
#include <mlops/document/document.hpp>
#include <mlops/runner/tasks/task_folders.hpp>

namespace mlops::runner {

namespace {

std::string text_of(const boost::json::object& object, std::string_view key) {
  const auto* value = object.if_contains(key);
  return value ? document::to_text(*value) : std::string();
}

std::string major_of(const TaskFolder& task) {
  const auto* version = task.manifest.if_contains("version");
  return version && version->is_object() ? text_of(version->get_object(), "Major") : std::string();
}

}  // namespace

bool TaskFolder::runs_on(std::string_view place) const {
  const auto* places = manifest.if_contains("runsOn");
  if (!places || !places->is_array()) return place == "Agent";
  return std::any_of(places->get_array().begin(), places->get_array().end(), [&](const boost::json::value& one) {
    return core::equals_ignoring_case(document::to_text(one), place);
  });
}

TaskReference::TaskReference(std::string_view text) {
  const auto at = text.rfind('@');
  const auto dotted = text.substr(0, at);
  name = dotted.substr(dotted.rfind('.') + 1);
  if (at != std::string_view::npos) version = core::split(text.substr(at + 1), '.').front();
}

TaskFolders::TaskFolders(const std::vector<fs::path>& folders) {
  for (const auto& folder : folders) {
    const auto before = m_tasks.size();
    if (fs::exists(folder / "task.json")) {
      add(folder);
    } else if (fs::is_directory(folder)) {
      for (const auto& entry : fs::directory_iterator(folder)) {
        if (fs::exists(entry.path() / "task.json")) add(entry.path());
      }
    }
    if (m_tasks.size() == before) {
      throw core::Error("task-folder-empty", fmt::format("\"{}\" holds no task.", folder.string()), {},
                        "Give a folder with a task.json, or a folder of such folders.");
    }
  }
}

void TaskFolders::add(const fs::path& folder) {
  const auto document = document::Document::load(folder / "task.json");
  if (!document.value().is_object()) throw document.root().error("type-wrong", "task.json must hold an object.");
  m_tasks.push_back({fs::absolute(folder).lexically_normal(), document.value().get_object()});
}

const TaskFolder* TaskFolders::find(const TaskReference& reference) const {
  for (const auto& task : m_tasks) {
    const bool named = core::equals_ignoring_case(text_of(task.manifest, "name"), reference.name) ||
                       core::equals_ignoring_case(text_of(task.manifest, "id"), reference.name);
    if (named && (reference.version.empty() || reference.version == "*" || major_of(task) == reference.version))
      return &task;
  }
  return nullptr;
}

std::vector<std::string> TaskFolders::names() const {
  std::vector<std::string> result;
  for (const auto& task : m_tasks)
    result.push_back(fmt::format("{}@{}", text_of(task.manifest, "name"), major_of(task)));
  return result;
}

}  // namespace mlops::runner
