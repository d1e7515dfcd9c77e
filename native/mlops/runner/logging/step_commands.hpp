#pragma once

#include <mlops/runner/execution/job_state.hpp>
#include <mlops/runner/logging/command.hpp>

namespace mlops::runner {

/// What a step may do by logging commands.
struct CommandRules {
  std::optional<std::vector<std::string>> settable;  ///< patterns of variables; without it, all
  bool restricted = false;                           ///< only the commands that a restricted step may use
};

/// Takes the lines that a step prints and carries out the logging commands among them, as the agent does.
class StepCommands {
 public:
  StepCommands(JobState& job, StepRecord& record, StepLog& log, std::vector<CommandRules> rules)
      : m_job(job), m_record(record), m_log(log), m_rules(std::move(rules)) {}

  void line(std::string_view text);
  void issue(const std::string& type, const std::string& message, const std::string& code = {});

  const std::string& step_name() const { return m_record.name; }

  /// The worst result that a command set; Succeeded without one.
  Result result() const { return m_result; }

  const std::map<std::string, std::string>& task_variables() const { return m_task_variables; }

  void add_rules(CommandRules rules) { m_rules.push_back(std::move(rules)); }

 private:
  using Action = void (StepCommands::*)(const Command&);
  static const std::map<std::string_view, Action>& actions();

  void carry_out(const Command& command);
  bool may_set(const std::string& variable) const;

  void set_variable(const Command& command);
  void set_secret(const Command& command);
  void set_task_variable(const Command& command);
  void log_issue(const Command& command);
  void complete(const Command& command);
  void set_progress(const Command& command);
  void debug(const Command& command);
  void upload_summary(const Command& command);
  void upload_file(const Command& command);
  void add_attachment(const Command& command);
  void prepend_path(const Command& command);
  void upload_artifact(const Command& command);
  void publish_results(const Command& command);
  void add_tag(const Command& command);
  void update_number(const Command& command);

  void ignore(const Command&) {}

  /// Copies a file into the run folder; returns its path there, relative to the run folder.
  std::optional<std::string> keep(const std::string& file, const fs::path& folder, const std::string& name);
  void fail(const std::string& message);

  JobState& m_job;
  StepRecord& m_record;
  StepLog& m_log;
  std::vector<CommandRules> m_rules;
  Result m_result = Result::Succeeded;
  std::map<std::string, std::string> m_task_variables;
  std::string m_last_progress;
};

/// Whether a variable's name matches one of the patterns of task.json, where * stands for any text.
bool is_settable(std::string_view name, const std::vector<std::string>& patterns);

}  // namespace mlops::runner
