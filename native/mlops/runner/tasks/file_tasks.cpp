#include <fmt/format.h>

#include <mlops/core/files.hpp>
#include <mlops/runner/tasks/table.hpp>
#include <mlops/runner/tasks/test_counts.hpp>

namespace mlops::runner {

namespace {

// "**" alone stands for every file below; the globs here want it after a folder.
std::vector<std::string> contents_of(const StepRun& run, const std::string& fallback) {
  auto patterns = core::list_items(run.input("Contents", fallback));
  for (auto& pattern : patterns) {
    if (pattern == "**" || pattern.ends_with("/**")) pattern += "/*";
  }
  return patterns;
}

fs::path existing_folder(const StepRun& run, const std::string& input) {
  const auto folder = run.path(run.input(input));
  if (!fs::is_directory(folder)) {
    throw run.error("folder-missing", fmt::format("{} \"{}\" is not a folder.", input, folder.string()),
                    "Check that an earlier step makes it; paths are relative to the sources.");
  }
  return folder;
}

std::vector<fs::path> matching_files(const fs::path& folder, const std::vector<std::string>& patterns) {
  std::vector<fs::path> result;
  for (const auto& entry : fs::recursive_directory_iterator(folder)) {
    if (entry.is_directory() && !entry.is_symlink()) continue;
    const auto relative = entry.path().lexically_relative(folder);
    if (matches_patterns(patterns, relative.generic_string())) result.push_back(relative);
  }
  std::sort(result.begin(), result.end());
  return result;
}

// Files that a results task looks for: patterns below a folder.
std::vector<fs::path> result_files(const StepRun& run, const fs::path& folder,
                                   const std::vector<std::string>& patterns) {
  std::vector<fs::path> result;
  for (const auto& pattern : patterns) {
    const fs::path absolute = fs::path(pattern).is_absolute() ? fs::path(pattern) : folder / pattern;
    for (const auto& file : core::expand_glob(absolute.string())) {
      if (fs::is_regular_file(file)) result.push_back(file);
    }
  }
  if (result.empty()) run.commands.issue("warning", "no file matches " + core::join(patterns, ", "));
  return result;
}

Result copy_one(const fs::path& from, const fs::path& to, bool overwrite) {
  fs::create_directories(to.parent_path());
  if (!overwrite && fs::exists(to)) return Result::Skipped;
  fs::copy(from, to, fs::copy_options::overwrite_existing | fs::copy_options::copy_symlinks);
  return Result::Succeeded;
}

}  // namespace

Result run_copy_files(StepRun& run) {
  const auto folder = existing_folder(run, "SourceFolder");
  const auto target = run.path(run.required("TargetFolder"));
  if (run.flag("CleanTargetFolder")) fs::remove_all(target);
  std::size_t copied = 0;
  for (const auto& file : matching_files(folder, contents_of(run, "**"))) {
    const auto to = target / (run.flag("flattenFolders") ? file.filename() : file);
    // The task leaves a file that exists alone unless it is told to overwrite it.
    if (copy_one(folder / file, to, run.flag("OverWrite")) == Result::Succeeded) ++copied;
  }
  run.log.line(fmt::format("{} file{} copied to {}", copied, copied == 1 ? "" : "s", target.string()));
  return Result::Succeeded;
}

Result run_delete_files(StepRun& run) {
  const auto folder = run.path(run.input("SourceFolder"));
  const auto relative = folder.lexically_relative(run.job.workspace);
  if (relative.empty() || relative.string().starts_with("..")) {
    throw run.error("path-outside", fmt::format("\"{}\" is outside the job's workspace.", folder.string()),
                    "On this machine the stand-in deletes below $(Pipeline.Workspace) alone.");
  }
  if (!fs::is_directory(folder)) return Result::Succeeded;
  std::size_t deleted = 0;
  for (const auto& file : matching_files(folder, contents_of(run, ""))) deleted += fs::remove(folder / file) ? 1 : 0;
  run.log.line(fmt::format("{} file{} deleted", deleted, deleted == 1 ? "" : "s"));
  return Result::Succeeded;
}

Result run_publish_test_results(StepRun& run) {
  const auto folder = run.path(run.input("searchFolder", run.job.default_folder().string()));
  auto patterns = core::list_items(run.input("testResultsFiles", "**/TEST-*.xml"));
  const auto files = result_files(run, folder, patterns);
  if (files.empty()) return run.flag("failTaskOnMissingResultsFile") ? Result::Failed : Result::Succeeded;
  TestCounts total;
  for (const auto& file : files) {
    total += count_tests(core::read_file(file));
    run.commands.line(fmt::format("##vso[results.publish type={};resultFiles={};]",
                                  run.input("testResultsFormat", "JUnit"), escape_command_text(file.string())));
  }
  run.log.line(fmt::format("{} tests, {} failed, {} skipped", total.tests, total.failed, total.skipped));
  if (total.failed == 0 || !run.flag("failTaskOnFailedTests")) return Result::Succeeded;
  run.commands.issue("error", fmt::format("{} of {} tests failed", total.failed, total.tests));
  return Result::Failed;
}

Result run_publish_coverage(StepRun& run) {
  const auto patterns = core::list_items(run.input("summaryFileLocation", run.input("codecoverageTool")));
  const auto files = result_files(run, run.job.default_folder(), patterns);
  for (const auto& file : files) {
    run.commands.line("##vso[codecoverage.publish summaryfile=" + escape_command_text(file.string()) + ";]");
  }
  return files.empty() && run.flag("failIfCoverageEmpty") ? Result::Failed : Result::Succeeded;
}

}  // namespace mlops::runner
