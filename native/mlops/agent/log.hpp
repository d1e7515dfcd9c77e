#pragma once

#include <mlops/agent/command.hpp>
#include <mlops/core/error.hpp>
#include <mlops/core/secret.hpp>
#include <mlops/core/world.hpp>
#include <mutex>
#include <set>
#include <string>
#include <string_view>
#include <vector>

namespace mlops::agent {

/// The only way to standard output. Every text is neutralized and has known secrets replaced by ***; only the methods
/// below that say so write a logging command. Safe to use from several threads.
class Log {
 public:
  /// `in_pipeline` false (no agent around): commands that only an agent understands are left out or written for people.
  Log(core::Output& output, bool in_pipeline, bool debug);

  void info(std::string_view text);
  /// A line of a job's log, prefixed by where it comes from: "train | epoch 3". Many lines may be given at once.
  void foreign(std::string_view prefix, std::string_view lines);
  void debug(std::string_view text);
  void section(std::string_view title);
  void warning(std::string_view text, const core::Place& place = {}, std::string_view code = {});
  /// Writes the error as an issue: message, place (source path, line, column), code and hint.
  void error(const core::Error& error);

  /// Tells the agent to mask the value (each line of it on its own) and masks it here from now on.
  void add_secret(const core::Secret& secret);

  void set_variable(std::string_view name, std::string_view value, bool is_output = true);
  void set_secret_variable(std::string_view name, const core::Secret& value, bool is_output = true);
  /// Adds a file to the logs that can be downloaded with the run.
  void upload_file(const std::string& file);
  void progress(int percent, std::string_view what);
  void upload_summary(const std::string& file);
  void add_attachment(std::string_view type, std::string_view name, const std::string& file);
  void add_build_tag(std::string_view tag);
  /// result: Succeeded, SucceededWithIssues or Failed.
  void complete(std::string_view result, std::string_view message);

 private:
  std::string masked(std::string_view text) const;
  void write_text(std::string_view prefix, std::string_view text);
  void write_command(std::string_view area_event, const Properties& properties, std::string_view data);

  core::Output& m_output;
  bool m_in_pipeline;
  bool m_debug;
  mutable std::mutex m_mutex;
  std::set<std::string> m_secrets;
};

}  // namespace mlops::agent
