#include <mlops/runner/source.hpp>

#include <mlops/core/text.hpp>

namespace mlops::runner {

namespace {

std::string git(core::Processes& processes, const fs::path& folder, std::vector<std::string> arguments) {
  arguments.insert(arguments.begin(), "git");
  const auto result = processes.run(arguments, folder);
  return result && result->exit_code == 0 ? std::string(core::trim(result->output)) : std::string();
}

}  // namespace

SourceInfo find_source(const fs::path& pipeline, core::Processes& processes) {
  SourceInfo source;
  source.folder = fs::absolute(pipeline).lexically_normal().parent_path();
  const auto top = git(processes, source.folder, {"rev-parse", "--show-toplevel"});
  if (!top.empty()) source.folder = top;
  const auto commit = git(processes, source.folder, {"rev-parse", "HEAD"});
  if (!commit.empty() && commit != "HEAD") source.commit = commit;
  const auto branch = git(processes, source.folder, {"symbolic-ref", "--quiet", "HEAD"});
  if (!branch.empty()) source.branch = branch;
  return source;
}

}  // namespace mlops::runner
