#include <fmt/format.h>

#include <array>
#include <mlops/core/text.hpp>
#include <mlops/runner/logging/step_commands.hpp>

namespace mlops::runner {

namespace {

// What a step may use with `commands: restricted`; the agent's list.
constexpr std::array<std::string_view, 10> k_restricted{
    "task.complete",    "task.debug",     "task.logdetail",   "task.logissue",        "task.prependpath",
    "task.setprogress", "task.setsecret", "task.setvariable", "task.settaskvariable", "telemetry.publish"};

// The type of attachments that task.uploadsummary is short for.
constexpr std::string_view k_summary = "Distributedtask.Core.Summary";

bool is_restricted_command(std::string_view name) {
  return std::find(k_restricted.begin(), k_restricted.end(), name) != k_restricted.end();
}

// A file name that is free in the folder.
fs::path free_name(const fs::path& folder, const std::string& name) {
  fs::path target = folder / name;
  for (int number = 2; fs::exists(target); ++number) {
    target =
        folder / fmt::format("{}-{}{}", fs::path(name).stem().string(), number, fs::path(name).extension().string());
  }
  return target;
}

bool wildcard_matches(std::string_view pattern, std::string_view text) {
  if (pattern.empty()) return text.empty();
  if (pattern.front() == '*') {
    return wildcard_matches(pattern.substr(1), text) || (!text.empty() && wildcard_matches(pattern, text.substr(1)));
  }
  return !text.empty() && pattern.front() == text.front() && wildcard_matches(pattern.substr(1), text.substr(1));
}

}  // namespace

bool is_settable(std::string_view name, const std::vector<std::string>& patterns) {
  const std::string lower = core::to_lower(name);
  return std::any_of(patterns.begin(), patterns.end(),
                     [&](const auto& pattern) { return wildcard_matches(core::to_lower(pattern), lower); });
}

const std::map<std::string_view, StepCommands::Action>& StepCommands::actions() {
  static const std::map<std::string_view, Action> table{
      {"task.setvariable", &StepCommands::set_variable},
      {"task.setsecret", &StepCommands::set_secret},
      {"task.settaskvariable", &StepCommands::set_task_variable},
      {"task.setendpoint", &StepCommands::ignore},
      {"task.logissue", &StepCommands::log_issue},
      {"task.logdetail", &StepCommands::ignore},
      {"task.complete", &StepCommands::complete},
      {"task.setprogress", &StepCommands::set_progress},
      {"task.debug", &StepCommands::debug},
      {"task.uploadsummary", &StepCommands::upload_summary},
      {"task.uploadfile", &StepCommands::upload_file},
      {"task.addattachment", &StepCommands::add_attachment},
      {"task.prependpath", &StepCommands::prepend_path},
      {"artifact.upload", &StepCommands::upload_artifact},
      {"artifact.associate", &StepCommands::ignore},
      {"build.uploadlog", &StepCommands::upload_file},
      {"build.addbuildtag", &StepCommands::add_tag},
      {"build.updatebuildnumber", &StepCommands::update_number},
      {"results.publish", &StepCommands::publish_results},
      {"codecoverage.publish", &StepCommands::publish_results},
      {"telemetry.publish", &StepCommands::ignore},
  };
  return table;
}

void StepCommands::line(std::string_view text) {
  if (const auto command = parse_command(text)) {
    carry_out(*command);
  } else if (looks_like_command(text)) {
    issue("warning", "not a logging command: " + core::replace_all(std::string(text), "##vso", ""));
  } else {
    m_log.line(text);
  }
}

void StepCommands::issue(const std::string& type, const std::string& message, const std::string& code) {
  m_log.line(fmt::format("##[{}]{}", type, message));
  m_record.issues.push_back({type, m_job.run.masker.mask(message), code});
}

void StepCommands::fail(const std::string& message) {
  issue("error", message);
  m_result = Result::Failed;
}

void StepCommands::carry_out(const Command& command) {
  const auto action = actions().find(command.name);
  if (action == actions().end()) {
    issue("warning", fmt::format("the agent knows no command {}", command.name));
    return;
  }
  const bool restricted =
      std::any_of(m_rules.begin(), m_rules.end(), [](const auto& rules) { return rules.restricted; });
  if (restricted && !is_restricted_command(command.name)) {
    issue("warning",
          fmt::format("the command {} is not allowed: the commands of this step are restricted", command.name));
    return;
  }
  (this->*action->second)(command);
}

bool StepCommands::may_set(const std::string& variable) const {
  return std::all_of(m_rules.begin(), m_rules.end(),
                     [&](const auto& rules) { return !rules.settable || is_settable(variable, *rules.settable); });
}

void StepCommands::set_variable(const Command& command) {
  const auto name = command.property("variable");
  if (name.empty()) return issue("warning", "task.setvariable has no variable name");
  if (!may_set(name)) {
    return issue("warning", fmt::format("the restrictions of this step do not let it set the variable {}", name));
  }
  const bool secret = command.flag("issecret");
  const bool output = command.flag("isoutput");
  if (secret) m_job.run.masker.add(command.data);
  const std::string full = output ? m_record.name + "." + name : name;
  const auto* before = m_job.variables.find(full);
  const bool set = m_job.variables.set(
      {.name = full, .value = command.data, .secret = secret, .read_only = command.flag("isreadonly")});
  if (!set) return fail(fmt::format("the variable {} is read-only and can't be set again", full));
  if (output) {
    // The run folder keeps the values of outputs, but none that holds a secret.
    const bool stays_secret = secret || (before && before->secret) || m_job.run.masker.hides(command.data);
    m_job.outputs.insert_or_assign(full, OutputVariable{command.data, stays_secret});
  }
}

void StepCommands::set_secret(const Command& command) {
  m_job.run.masker.add(command.data);
}

void StepCommands::set_task_variable(const Command& command) {
  if (command.flag("issecret")) m_job.run.masker.add(command.data);
  m_task_variables.insert_or_assign(command.property("variable"), command.data);
}

void StepCommands::log_issue(const Command& command) {
  const std::string type = core::equals_ignoring_case(command.property("type"), "error") ? "error" : "warning";
  std::string message = command.data;
  if (const auto file = command.property("sourcepath"); !file.empty() && !message.starts_with(file)) {
    const auto line = command.property("linenumber");
    message = fmt::format("{}{}{}: {}", file, line.empty() ? "" : ":", line, message);
  }
  issue(type, message, command.property("code"));
}

void StepCommands::complete(const Command& command) {
  const auto text = command.property("result");
  try {
    m_result = worse(m_result, text.empty() ? Result::Succeeded : result_from(text));
  } catch (const core::Error& error) {
    fail(error.message());
  }
  if (!command.data.empty() && command.data != "DONE") m_log.line(command.data);
}

void StepCommands::set_progress(const Command& command) {
  const std::string shown =
      fmt::format("{}%{}{}", command.property("value"), command.data.empty() ? "" : " ", command.data);
  if (shown == m_last_progress) return;
  m_last_progress = shown;
  m_log.line(shown);
}

void StepCommands::debug(const Command& command) {
  if (core::equals_ignoring_case(m_job.variables.get("System.Debug"), "true")) m_log.line("##[debug]" + command.data);
}

std::optional<std::string> StepCommands::keep(const std::string& file, const fs::path& folder,
                                              const std::string& name) {
  const fs::path source = fs::path(file).is_absolute() ? fs::path(file) : m_job.default_folder() / file;
  if (!fs::is_regular_file(source)) {
    fail(fmt::format("there is no file \"{}\" to keep", file));
    return std::nullopt;
  }
  const std::lock_guard held(m_job.run.mutex);
  fs::create_directories(folder);
  const auto target = free_name(folder, file_name(name));
  fs::copy_file(source, target);
  return target.lexically_relative(m_job.run.folders.root).generic_string();
}

void StepCommands::upload_summary(const Command& command) {
  const auto name =
      fmt::format("{}.{}-{}", m_job.instance.label, m_record.name, fs::path(command.data).filename().string());
  if (auto kept = keep(command.data, m_job.run.folders.summaries(), name)) m_record.summaries.push_back(*kept);
}

void StepCommands::upload_file(const Command& command) {
  const auto folder = m_job.run.folders.attachments() / "files";
  if (auto kept = keep(command.data, folder, fs::path(command.data).filename().string()))
    m_record.attachments.push_back(*kept);
}

void StepCommands::add_attachment(const Command& command) {
  const auto type = command.property("type");
  const auto name = command.property("name");
  if (type.empty() || name.empty() || file_name(type) != type || file_name(name) != name) {
    return fail("task.addattachment needs a type and a name that can be file names");
  }
  if (core::equals_ignoring_case(type, k_summary)) return upload_summary(command);
  if (auto kept = keep(command.data, m_job.run.folders.attachments() / type, name))
    m_record.attachments.push_back(*kept);
}

void StepCommands::prepend_path(const Command& command) {
  m_job.path.insert(m_job.path.begin(), command.data);
}

void StepCommands::upload_artifact(const Command& command) {
  const auto name = command.property("artifactname");
  const auto within = command.property("containerfolder");
  const fs::path from =
      fs::path(command.data).is_absolute() ? fs::path(command.data) : m_job.default_folder() / command.data;
  try {
    const auto count =
        m_job.run.artifacts.publish(name.empty() ? within : name, from, name.empty() ? "" : within, false);
    m_log.line(
        fmt::format("artifact {}: {} file{} published", name.empty() ? within : name, count, count == 1 ? "" : "s"));
  } catch (const core::Error& error) {
    fail(error.what());
  }
}

void StepCommands::publish_results(const Command& command) {
  auto files = command.property("resultfiles");
  if (files.empty()) files = command.property("summaryfile");
  const auto folder =
      m_job.run.folders.attachments() / (command.name.starts_with("results") ? "test-results" : "coverage");
  for (const auto& file : core::split(files, ',')) {
    if (file.empty()) continue;
    if (auto kept = keep(file, folder, fs::path(file).filename().string())) m_record.attachments.push_back(*kept);
  }
}

void StepCommands::add_tag(const Command& command) {
  const std::lock_guard held(m_job.run.mutex);
  auto& tags = m_job.run.record.tags;
  if (std::find(tags.begin(), tags.end(), command.data) == tags.end())
    tags.push_back(m_job.run.masker.mask(command.data));
}

void StepCommands::update_number(const Command& command) {
  m_job.variables.provide("Build.BuildNumber", command.data);
  const std::lock_guard held(m_job.run.mutex);
  m_job.run.record.build_number = m_job.run.masker.mask(command.data);
}

}  // namespace mlops::runner
