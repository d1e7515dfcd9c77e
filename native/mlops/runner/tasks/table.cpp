#include <array>
#include <mlops/runner/tasks/table.hpp>

namespace mlops::runner {

namespace {

constexpr std::array<BuiltIn, 18> k_built_in{{
    {"CmdLine", Where::agent, &run_command_line},
    {"Bash", Where::agent, &run_bash},
    {"PowerShell", Where::agent, &run_powershell},
    {"Checkout", Where::agent, &run_checkout},
    {"PublishPipelineArtifact", Where::agent, &run_publish_artifact},
    {"DownloadPipelineArtifact", Where::agent, &run_download_artifact},
    {"PublishBuildArtifacts", Where::agent, &run_publish_build_artifact},
    {"DownloadBuildArtifacts", Where::agent, &run_download_build_artifact},
    {"PublishTestResults", Where::agent, &run_publish_test_results},
    {"PublishCodeCoverageResults", Where::agent, &run_publish_coverage},
    {"UsePythonVersion", Where::agent, &run_use_python},
    {"AzureCLI", Where::agent, &run_azure_cli},
    {"AzureResourceManagerTemplateDeployment", Where::agent, &run_arm_deployment},
    {"CopyFiles", Where::agent, &run_copy_files},
    {"DeleteFiles", Where::agent, &run_delete_files},
    {"ManualValidation", Where::server, &run_manual_validation, true},
    {"Delay", Where::server, &run_delay},
    {"InvokeRESTAPI", Where::server, &run_invoke_rest},
}};

}  // namespace

const BuiltIn* find_built_in(const TaskReference& reference, Where where) {
  const auto found = std::find_if(k_built_in.begin(), k_built_in.end(), [&](const BuiltIn& one) {
    return one.where == where && core::equals_ignoring_case(one.name, reference.name);
  });
  return found == k_built_in.end() ? nullptr : &*found;
}

std::vector<std::string> built_in_names(Where where) {
  std::vector<std::string> result;
  for (const auto& one : k_built_in) {
    if (one.where == where) result.emplace_back(one.name);
  }
  return result;
}

}  // namespace mlops::runner
