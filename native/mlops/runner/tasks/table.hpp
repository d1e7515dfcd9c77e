#pragma once
// tasks: stand-ins for the tasks that every organization has.

#include <mlops/runner/steps/step_run.hpp>

namespace mlops::runner {

/// Where a stand-in can run.
enum class Where { agent, server };

/// As `runsOn` of task.json has it.
constexpr std::string_view to_string(Where where) {
  return where == Where::agent ? "Agent" : "Server";
}

struct BuiltIn {
  std::string_view name;
  Where where;
  Handler handler;
  bool asks = false;  ///< waits for what a person decides
};

/// The stand-in of a task in a job of that kind; null when there is none.
const BuiltIn* find_built_in(const TaskReference& reference, Where where);
std::vector<std::string> built_in_names(Where where);

Result run_publish_artifact(StepRun& run);
Result run_download_artifact(StepRun& run);
Result run_publish_build_artifact(StepRun& run);
Result run_download_build_artifact(StepRun& run);
Result run_publish_test_results(StepRun& run);
Result run_publish_coverage(StepRun& run);
Result run_use_python(StepRun& run);
Result run_azure_cli(StepRun& run);
Result run_arm_deployment(StepRun& run);
Result run_copy_files(StepRun& run);
Result run_delete_files(StepRun& run);
Result run_manual_validation(StepRun& run);
Result run_delay(StepRun& run);
Result run_invoke_rest(StepRun& run);

/// A task of an agentless job by its task.json: one with the handler HttpRequest.
Result run_server_task(StepRun& run, const TaskFolder& task);

}  // namespace mlops::runner
