#include <fmt/format.h>

#include <mlops/runner/steps/step_run.hpp>

namespace mlops::runner {

namespace {

struct Repository {
  std::string name;
  fs::path folder;
};

Repository repository_of(const StepRun& run, const std::string& reference) {
  const auto& context = run.job.run;
  if (core::equals_ignoring_case(reference, "self")) {
    return {context.source.folder.filename().string(), context.source.folder};
  }
  for (const auto& [alias, folder] : context.settings.repositories) {
    if (core::equals_ignoring_case(alias, reference)) return {alias, fs::absolute(folder).lexically_normal()};
  }
  throw run.error("repository-missing", fmt::format("the repository \"{}\" is not known on this machine.", reference),
                  fmt::format("Give its folder with --repository {}=FOLDER.", reference));
}

std::optional<std::string> git(const StepRun& run, const fs::path& folder, std::vector<std::string> arguments) {
  arguments.insert(arguments.begin(), "git");
  auto result = run.job.run.services.processes.run(arguments, folder);
  if (!result || result->exit_code != 0) return std::nullopt;
  return std::move(result->output);
}

// The files of the working tree, changed and new ones included, without those that git ignores.
std::optional<std::vector<std::string>> listed_files(const StepRun& run, const fs::path& folder) {
  const auto output = git(run, folder, {"ls-files", "-z", "--cached", "--others", "--exclude-standard"});
  if (!output) return std::nullopt;
  auto files = core::split(*output, '\0');
  std::erase(files, "");
  return files;
}

// A clone brings the history, so that steps can ask git; the working tree's own state is laid over it.
bool clone(const StepRun& run, const fs::path& from, const fs::path& to) {
  const auto top = git(run, from, {"rev-parse", "--show-toplevel"});
  std::error_code ignored;
  if (!top || !fs::equivalent(fs::path(core::trim(*top)), from, ignored)) return false;
  return git(run, from, {"clone", "--quiet", "--local", "--no-checkout", from.string(), to.string()}).has_value() &&
         git(run, to, {"reset", "--quiet"}).has_value();
}

std::size_t copy_files(const std::vector<std::string>& files, const fs::path& from, const fs::path& to) {
  std::size_t count = 0;
  for (const auto& file : files) {
    const auto status = fs::symlink_status(from / file);
    if (!fs::exists(status) || fs::is_directory(status)) continue;  // deleted but still known, or a submodule
    fs::create_directories((to / file).parent_path());
    fs::copy(from / file, to / file, fs::copy_options::copy_symlinks);
    ++count;
  }
  return count;
}

// Without git: everything but what runs leave behind.
std::size_t copy_all(const StepRun& run, const fs::path& from, const fs::path& to) {
  const auto output = run.job.run.folders.root;
  std::vector<std::string> files;
  for (auto entry = fs::recursive_directory_iterator(from); entry != fs::recursive_directory_iterator(); ++entry) {
    const bool own = entry->path() == output || entry->path().filename() == ".pipeline-run";
    if (own || entry->is_symlink()) entry.disable_recursion_pending();
    if (!own && (entry->is_symlink() || !entry->is_directory()))
      files.push_back(entry->path().lexically_relative(from));
  }
  return copy_files(files, from, to);
}

bool is_only_checkout(const JobState& job) {
  const auto& steps = *job.instance.steps;
  return std::count_if(steps.begin(), steps.end(),
                       [](const Step& step) { return TaskReference(step.task).name == "Checkout"; }) <= 1;
}

fs::path target_of(const StepRun& run, const Repository& repository) {
  const auto& state = run.job;
  if (const auto path = run.input("path"); !path.empty()) return (state.workspace / path).lexically_normal();
  return is_only_checkout(state) ? state.sources : state.sources / repository.name;
}

}  // namespace

Result run_checkout(StepRun& run) {
  const auto reference = run.required("repository");
  if (core::equals_ignoring_case(reference, "none")) return Result::Succeeded;
  const auto repository = repository_of(run, reference);
  auto& state = run.job;
  if (state.run.settings.in_place && core::equals_ignoring_case(reference, "self")) {
    run.log.line(fmt::format("Steps work in {} itself.", repository.folder.string()));
    return Result::Succeeded;
  }
  const auto target = target_of(run, repository);
  if (target.lexically_relative(state.workspace).string().starts_with("..")) {
    throw run.error("path-outside", fmt::format("the path \"{}\" leaves the workspace.", run.input("path")),
                    "Paths of a checkout are relative to $(Pipeline.Workspace).");
  }
  if (fs::exists(target) && fs::is_empty(target)) fs::remove(target);
  fs::create_directories(target.parent_path());
  run.log.line(fmt::format("##[command]Copying {} to {}", repository.folder.string(), target.string()));
  if (fs::is_directory(repository.folder)) clone(run, repository.folder, target);
  fs::create_directories(target);
  const auto files = listed_files(run, repository.folder);
  const auto count = files ? copy_files(*files, repository.folder, target) : copy_all(run, repository.folder, target);
  if (core::equals_ignoring_case(reference, "self")) {
    state.variables.provide("Build.Repository.LocalPath", target.string());
  }
  if (is_only_checkout(state)) {  // then its path is where steps work
    state.sources = target;
    state.variables.provide("Build.SourcesDirectory", target.string());
    state.variables.provide("System.DefaultWorkingDirectory", state.default_folder().string());
  }
  run.log.line(fmt::format("{} files", count));
  return Result::Succeeded;
}

}  // namespace mlops::runner
