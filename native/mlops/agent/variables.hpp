#pragma once

#include <map>
#include <mlops/core/secret.hpp>
#include <mlops/core/world.hpp>
#include <optional>
#include <set>
#include <string>

namespace mlops::agent {

/// Pipeline variables as the agent passes them: public ones by their environment name, secret ones as SECRET_<NAME>
/// (for the tasks that ask for them). Names compare as the agent writes them: case, '.' and ' ' don't matter.
class Variables {
 public:
  /// Reads the variables and removes the SECRET_* ones from the environment, so that child processes don't get them.
  explicit Variables(core::Environment& environment);

  std::optional<std::string> find(const std::string& name) const;
  std::optional<core::Secret> find_secret(const std::string& name) const;
  std::string get(const std::string& name, const std::string& otherwise = {}) const;
  /// The names of all public variables that the agent listed (VSTS_PUBLIC_VARIABLES); for suggestions.
  std::set<std::string> names() const;

  const std::map<std::string, core::Secret>& secrets() const { return m_secrets; }

 private:
  std::map<std::string, std::string> m_environment;
  std::map<std::string, core::Secret> m_secrets;  ///< by environment name
  std::set<std::string> m_public_names;
};

/// What identifies the pipeline run; every field is empty outside a pipeline.
struct PipelineRun {
  std::string build_id;        ///< Build.BuildId
  std::string build_number;    ///< Build.BuildNumber
  std::string attempt;         ///< System.StageAttempt or System.JobAttempt, "1" when absent
  std::string commit;          ///< Build.SourceVersion
  std::string branch;          ///< Build.SourceBranch
  std::string repository;      ///< Build.Repository.Uri
  std::string collection_uri;  ///< System.CollectionUri
  std::string project;         ///< System.TeamProject
  std::string definition;      ///< Build.DefinitionName
  std::string temp_folder;     ///< Agent.TempDirectory; the system's own otherwise

  bool present() const { return !build_id.empty(); }

  /// The address of the run's page, empty when unknown.
  std::string url() const;
};

PipelineRun pipeline_run(const Variables& variables);

}  // namespace mlops::agent
