#include <fmt/format.h>
#include <boost/json.hpp>
#include <filesystem>
#include <mlops/agent/input.hpp>
#include <mlops/agent/variables.hpp>
#include <mlops/http/url.hpp>

namespace mlops::agent {

namespace json = boost::json;

namespace {

constexpr std::string_view k_secret_prefix = "SECRET_";

// The agent lists names as a JSON array of texts; anything else means there is no agent.
std::set<std::string> listed_names(const std::optional<std::string>& list) {
  std::set<std::string> names;
  if (!list) return names;
  boost::system::error_code failure;
  const json::value parsed = json::parse(*list, failure);
  if (failure || !parsed.is_array()) return names;
  for (const auto& name : parsed.get_array()) {
    if (name.is_string()) names.emplace(name.get_string());
  }
  return names;
}

}  // namespace

Variables::Variables(core::Environment& environment)
    : m_environment(environment.all()), m_public_names(listed_names(environment.get("VSTS_PUBLIC_VARIABLES"))) {
  for (auto entry = m_environment.begin(); entry != m_environment.end();) {
    if (entry->first.rfind(k_secret_prefix, 0) != 0) {
      ++entry;
      continue;
    }
    m_secrets.emplace(entry->first.substr(k_secret_prefix.size()), core::Secret(entry->second));
    environment.remove(entry->first);
    entry = m_environment.erase(entry);
  }
}

std::optional<std::string> Variables::find(const std::string& name) const {
  const auto found = m_environment.find(environment_name(name));
  return found == m_environment.end() ? std::nullopt : std::optional<std::string>(found->second);
}

std::optional<core::Secret> Variables::find_secret(const std::string& name) const {
  const auto found = m_secrets.find(environment_name(name));
  return found == m_secrets.end() ? std::nullopt : std::optional<core::Secret>(found->second);
}

std::string Variables::get(const std::string& name, const std::string& otherwise) const {
  return find(name).value_or(otherwise);
}

std::set<std::string> Variables::names() const {
  return m_public_names;
}

std::string PipelineRun::url() const {
  if (collection_uri.empty() || project.empty() || build_id.empty()) return {};
  return fmt::format("{}{}/_build/results?buildId={}", collection_uri, http::encode(project), build_id);
}

PipelineRun pipeline_run(const Variables& variables) {
  PipelineRun run;
  run.build_id = variables.get("Build.BuildId");
  run.build_number = variables.get("Build.BuildNumber");
  run.attempt = variables.get("System.StageAttempt", variables.get("System.JobAttempt", "1"));
  run.commit = variables.get("Build.SourceVersion");
  run.branch = variables.get("Build.SourceBranch");
  run.repository = variables.get("Build.Repository.Uri");
  run.collection_uri = variables.get("System.CollectionUri");
  run.project = variables.get("System.TeamProject");
  run.definition = variables.get("Build.DefinitionName");
  run.temp_folder = variables.get("Agent.TempDirectory", std::filesystem::temp_directory_path().string());
  return run;
}

}  // namespace mlops::agent
