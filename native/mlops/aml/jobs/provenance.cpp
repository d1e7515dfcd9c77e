#include <mlops/aml/jobs/provenance.hpp>
#include <mlops/core/text.hpp>

namespace mlops::aml {

namespace {

constexpr std::string_view k_heads = "refs/heads/";

/// Asks git; an answer of a git that isn't there or of no repository is empty.
class Git {
 public:
  Git(agent::Services& services, std::filesystem::path folder) : m_services(services), m_folder(std::move(folder)) {}

  std::string ask(std::vector<std::string> arguments) const {
    arguments.insert(arguments.begin(), "git");
    const auto result = m_services.processes.run(arguments, m_folder);
    if (!result || result->exit_code != 0) return {};
    return std::string(core::trim(result->output));
  }

 private:
  agent::Services& m_services;
  std::filesystem::path m_folder;
};

void put(json::object& object, const char* name, const std::string& value) {
  if (!value.empty()) object[name] = value;
}

}  // namespace

std::string without_user(const std::string& url) {
  const auto scheme = url.find("://");
  if (scheme == std::string::npos) return url;
  const auto host_end = url.find('/', scheme + 3);
  const auto at = url.rfind('@', host_end);
  if (at == std::string::npos || at < scheme) return url;
  return url.substr(0, scheme + 3) + url.substr(at + 1);
}

json::object provenance(agent::Services& services, const std::filesystem::path& folder) {
  const agent::PipelineRun run = agent::pipeline_run(services.variables);
  std::string repository = run.repository;
  std::string branch = run.branch;
  std::string commit = run.commit;
  const Git git(services, folder);
  const bool in_git = git.ask({"rev-parse", "--is-inside-work-tree"}) == "true";
  if (in_git) {
    if (repository.empty()) repository = git.ask({"ls-remote", "--get-url"});
    if (branch.empty()) branch = git.ask({"symbolic-ref", "--short", "HEAD"});
    if (commit.empty()) commit = git.ask({"rev-parse", "HEAD"});
  }
  if (branch.rfind(k_heads, 0) == 0) branch.erase(0, k_heads.size());
  json::object properties;
  put(properties, k_git_repository, without_user(repository));
  put(properties, k_git_branch, branch);
  put(properties, k_git_commit, commit);
  if (in_git) properties[k_git_dirty] = git.ask({"status", "--porcelain", "."}).empty() ? "False" : "True";
  put(properties, k_build, run.build_number);
  put(properties, k_build_id, run.build_id);
  put(properties, k_build_url, run.url());
  if (run.present()) put(properties, k_attempt, run.attempt);
  return properties;
}

}  // namespace mlops::aml
