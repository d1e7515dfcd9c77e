#include <fmt/format.h>
#include <poll.h>
#include <unistd.h>

#include <iostream>
#include <mlops/core/files.hpp>
#include <mlops/runner/run_setup.hpp>

namespace mlops::runner {

namespace {

constexpr const char* k_runs = ".pipeline-run";

int next_number(const fs::path& runs) {
  int highest = 0;
  if (!fs::is_directory(runs)) return 1;
  for (const auto& entry : fs::directory_iterator(runs)) {
    const auto name = entry.path().filename().string();
    const bool digits = name.size() < 9 && name.find_first_not_of("0123456789") == std::string::npos;
    if (digits) highest = std::max(highest, std::stoi(name));
  }
  return highest + 1;
}

void make_folder(const fs::path& folder) {
  std::error_code failure;
  fs::create_directories(folder, failure);
  if (!failure) return;
  throw core::Error("folder-unwritable",
                    fmt::format("can't make the folder \"{}\": {}.", folder.string(), failure.message()), {},
                    "Name another run folder with --output.");
}

bool holds_tasks(const fs::path& folder) {
  if (!fs::is_directory(folder)) return false;
  const auto entries = fs::directory_iterator(folder);
  return std::any_of(begin(entries), end(entries),
                     [](const auto& entry) { return fs::exists(entry.path() / "task.json"); });
}

}  // namespace

fs::path runs_folder(const fs::path& sources) {
  auto runs = sources / k_runs;
  make_folder(runs);
  core::write_file_atomically(runs / ".gitignore", "*\n");  // runs are nobody's sources
  return runs;
}

RunFolders make_run_folder(const Settings& settings, const fs::path& sources) {
  RunFolders folders;
  if (settings.output) {
    folders.root = fs::absolute(*settings.output).lexically_normal();
    if (fs::exists(folders.root / "run.json")) {
      throw core::Error("output-taken", fmt::format("\"{}\" holds an earlier run.", folders.root.string()), {},
                        "Give another folder; --from continues an earlier run in a new one.");
    }
  } else {
    const auto runs = runs_folder(sources);
    folders.root = runs / std::to_string(next_number(runs));
  }
  for (const auto& folder : {folders.logs(), folders.artifacts(), folders.work()}) make_folder(folder);
  return folders;
}

std::vector<fs::path> shipped_tasks(const fs::path& folder) {
  for (const auto& candidate : {folder / "tasks", folder / "../tasks", folder / "../../../tasks"}) {
    if (holds_tasks(candidate)) return {fs::canonical(candidate)};
  }
  return {};
}

fs::path program_folder() {
  std::error_code failure;
  const auto program = fs::read_symlink("/proc/self/exe", failure);
  return failure ? fs::path() : program.parent_path();
}

Approvals::Ask terminal_question(const core::Cancellation& cancellation) {
  if (::isatty(STDIN_FILENO) == 0 || ::isatty(STDOUT_FILENO) == 0) return {};
  return [&cancellation](const std::string& question) {
    std::cout << question << std::flush;
    pollfd input{STDIN_FILENO, POLLIN, 0};
    std::string answer;
    while (!cancellation.requested()) {
      if (::poll(&input, 1, 200) <= 0) continue;
      std::getline(std::cin, answer);
      return answer;
    }
    throw core::Cancelled("the approval");
  };
}

}  // namespace mlops::runner
