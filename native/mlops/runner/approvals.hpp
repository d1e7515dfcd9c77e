#pragma once

#include <functional>
#include <map>
#include <mlops/runner/model/pipeline.hpp>
#include <mlops/runner/settings.hpp>
#include <mutex>

namespace mlops::runner {

/// What environments.yml says of one environment.
struct EnvironmentRules {
  bool approval = false;
  std::string instructions;
};

/// Reads environments.yml: `environments:` with a mapping of names to `approval: true` or `approval: {instructions:
/// ...}`. Throws core::Error with the place.
std::map<std::string, EnvironmentRules> read_environments(const fs::path& file);

struct Decision {
  bool approved = false;
  std::string how;        ///< "--approve all", "on the terminal", "nobody to ask"
  bool canceled = false;  ///< nobody decided: the run was canceled
};

/// Who may go on: the options --approve and --reject first, then the terminal.
class Approvals {
 public:
  /// `ask` puts a question to a person and returns the answer; empty where there is no terminal.
  /// Throws core::Cancelled when the run is canceled meanwhile.
  using Ask = std::function<std::string(const std::string& question)>;

  Approvals(const Settings& settings, std::map<std::string, EnvironmentRules> rules, Ask ask)
      : m_settings(settings), m_rules(std::move(rules)), m_ask(std::move(ask)) {}

  /// The rules of an environment; none when nothing was said of it.
  EnvironmentRules rules_of(const std::string& environment) const;
  /// Decides on what has that name; asks one question at a time.
  Decision decide(const std::string& name, const std::string& instructions);

 private:
  const Settings& m_settings;
  std::map<std::string, EnvironmentRules> m_rules;
  Ask m_ask;
  std::mutex m_mutex;
};

/// Throws "environment-unknown" for an approval whose environment is hardly another than one of the pipeline, misspelt.
/// A file may speak of environments of other pipelines.
void check_environments(const Pipeline& pipeline, const std::map<std::string, EnvironmentRules>& rules,
                        const std::optional<fs::path>& file);

}  // namespace mlops::runner
