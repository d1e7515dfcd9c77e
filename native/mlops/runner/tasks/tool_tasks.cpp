#include <fmt/format.h>

#include <mlops/runner/tasks/table.hpp>

namespace mlops::runner {

namespace {

struct Python {
  std::string version;
  fs::path program;
};

std::optional<Python> ask(StepRun& run, const std::string& program) {
  const auto result = run.job.run.services.processes.run(
      {program, "-c", "import sys; print('%d.%d.%d' % sys.version_info[:3]); print(sys.executable)"},
      run.job.workspace);
  if (!result || result->exit_code != 0) return std::nullopt;
  const auto lines = core::list_items(result->output);
  if (lines.size() < 2) return std::nullopt;
  return Python{lines[0], lines[1]};
}

// "3.x" and "3" take any 3, "3.11" any 3.11.*; ">=3.9" and the like are not read on this machine.
bool version_matches(const std::string& wanted, const std::string& version) {
  const auto want = core::split(wanted, '.');
  const auto have = core::split(version, '.');
  for (std::size_t i = 0; i < want.size(); ++i) {
    if (want[i] == "x" || want[i] == "*") return true;
    if (i >= have.size() || want[i] != have[i]) return false;
  }
  return true;
}

// The task puts a Python of its own on PATH, with the name `python` and where packages can be installed. Here an
// environment over the one that was found does: nothing gets into the machine's own packages, which many distributions
// forbid.
fs::path python_folder(StepRun& run, const Python& python) {
  const auto folder = run.job.temp / ("python-" + python.version);
  auto& processes = run.job.run.services.processes;
  const auto made = processes.run({python.program.string(), "-m", "venv", "--system-site-packages", folder.string()},
                                  run.job.workspace);
  if (made && made->exit_code == 0) return folder / "bin";
  run.log.warning(
      fmt::format("{} can make no environment (python3-venv is missing?): packages are installed beside its own.",
                  python.program.string()));
  return python.program.parent_path();
}

}  // namespace

Result run_use_python(StepRun& run) {
  const auto wanted = run.input("versionSpec", "3.x");
  std::vector<std::string> found;
  const auto parts = core::split(wanted, '.');
  std::vector<std::string> candidates{"python3", "python"};
  if (parts.size() >= 2 && parts[1] != "x")
    candidates.insert(candidates.begin(), fmt::format("python{}.{}", parts[0], parts[1]));
  for (const auto& candidate : candidates) {
    const auto python = ask(run, candidate);
    if (!python) continue;
    found.push_back(python->version);
    if (!version_matches(wanted, python->version)) continue;
    run.log.line(fmt::format("Python {} at {}", python->version, python->program.string()));
    const auto location = python_folder(run, *python).string();
    run.job.variables.set({.name = "pythonLocation", .value = location});
    run.job.outputs.insert_or_assign(run.commands.step_name() + ".pythonLocation", OutputVariable{location, false});
    if (run.flag("addToPath", true)) run.job.path.insert(run.job.path.begin(), location);
    return Result::Succeeded;
  }
  throw run.error("python-missing", fmt::format("no Python {} is installed.", wanted),
                  found.empty() ? "Install it so that it is found on PATH."
                                : fmt::format("Found on PATH: {}.", core::join(found, ", ")));
}

Result run_azure_cli(StepRun& run) {
  if (!run.job.run.services.processes.run({"az", "version"}, run.job.workspace)) {
    throw run.error("azure-cli-missing", "the task AzureCLI needs the Azure CLI, which is not installed.",
                    "Install it, or leave the task out with --skip-task AzureCLI.");
  }
  const auto type = core::to_lower(run.input("scriptType", "bash"));
  const bool inline_script = !core::equals_ignoring_case(run.input("scriptLocation"), "scriptPath");
  Pairs inputs{{"targetType", inline_script ? "inline" : "filePath"},
               {"script", run.input("inlineScript")},
               {"filePath", run.input("scriptPath")},
               {"arguments", run.input("scriptArguments", run.input("arguments"))},
               {"workingDirectory", run.input("workingDirectory", run.input("cwd"))},
               {"failOnStderr", run.input("failOnStandardError")}};
  // The login that `az` has on this machine is used; the service connection is the service's own.
  StepRun script{run.job, run.step, std::move(inputs), run.log, run.commands, run.stop};
  return type == "pscore" || type == "ps" ? run_powershell(script) : run_bash(script);
}

}  // namespace mlops::runner
