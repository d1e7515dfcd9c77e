#include <fmt/format.h>

#include <mlops/runner/steps/step_run.hpp>

namespace mlops::runner {

namespace {

fs::path working_folder(const StepRun& run) {
  const auto folder = run.path(run.input("workingDirectory", run.job.default_folder().string()));
  if (!fs::is_directory(folder)) {
    throw run.error("folder-missing", fmt::format("the working folder \"{}\" does not exist.", folder.string()),
                    "Make it in an earlier step, or check out the sources.");
  }
  return folder;
}

Result run_script(StepRun& run, std::vector<std::string> command) {
  auto environment = step_environment(run);
  if (const auto file = run.input("bashEnvValue"); !file.empty()) environment.insert_or_assign("BASH_ENV", file);
  return run_process(run, {.command = std::move(command),
                           .environment = std::move(environment),
                           .folder = working_folder(run),
                           .fail_on_error_output = run.flag("failOnStderr")});
}

std::string single_quoted(const std::string& text) {
  return "'" + core::replace_all(text, "'", "'\\''") + "'";
}

// The script of Bash@3 and PowerShell@2: inline, or a file with arguments.
std::string script_of(const StepRun& run, const std::string& call) {
  if (core::equals_ignoring_case(run.input("targetType", "filePath"), "inline")) return run.required("script");
  const auto file = run.path(run.required("filePath"));
  if (!fs::is_regular_file(file)) {
    throw run.error("file-missing", fmt::format("there is no script \"{}\".", file.string()),
                    "Paths are relative to the sources.");
  }
  return fmt::format("{} {} {}\n", call, single_quoted(file.string()), run.input("arguments"));
}

}  // namespace

Result run_command_line(StepRun& run) {
  const auto script = write_script(run, ".sh", run.required("script"));
  return run_script(run, {"bash", "--noprofile", "--norc", script.string()});
}

Result run_bash(StepRun& run) {
  const auto script = write_script(run, ".sh", script_of(run, "exec bash"));
  return run_script(run, {"bash", script.string()});
}

Result run_powershell(StepRun& run) {
  // Of its two variants, only PowerShell 7 runs outside Windows; hosted Linux agents take it for both as well.
  const auto script = fmt::format(
      "$ErrorActionPreference = '{}'\n{}\n{}", run.input("errorActionPreference", "stop"), script_of(run, "&"),
      run.flag("ignoreLASTEXITCODE") ? ""
                                     : "if (Test-Path -LiteralPath variable:\\LASTEXITCODE) { exit $LASTEXITCODE }\n");
  const auto file = write_script(run, ".ps1", script);
  return run_script(run, {"pwsh", "-NoLogo", "-NoProfile", "-NonInteractive", "-Command",
                          fmt::format(". {}", single_quoted(file.string()))});
}

}  // namespace mlops::runner
