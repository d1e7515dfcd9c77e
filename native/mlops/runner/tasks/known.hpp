#pragma once

#include <mlops/runner/tasks/table.hpp>

namespace mlops::runner {

/// Whether --skip-task names the step's task.
bool is_left_out(const Step& step, const std::set<std::string>& skipped);

/// Why nothing here carries out the task in a job of that kind, at the step's place, with the nearest name.
core::Error unknown_task(const Step& step, Where where, const TaskFolders& tasks);

/// Looks at every step that was selected and is enabled, as the service does before a run. Throws unknown_task().
void check_tasks(const Pipeline& pipeline, const Settings& settings, const TaskFolders& tasks);

}  // namespace mlops::runner
