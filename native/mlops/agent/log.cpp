#include <fmt/format.h>

#include <mlops/agent/log.hpp>
#include <mlops/core/text.hpp>

namespace mlops::agent {

Log::Log(core::Output& output, bool in_pipeline, bool debug)
    : m_output(output), m_in_pipeline(in_pipeline), m_debug(debug) {}

std::string Log::masked(std::string_view text) const {
  std::string result(text);
  // The set is ordered; going backwards masks a longer secret before a shorter one that begins it.
  for (auto secret = m_secrets.rbegin(); secret != m_secrets.rend(); ++secret) {
    result = core::replace_all(std::move(result), *secret, "***");
  }
  return result;
}

void Log::write_text(std::string_view prefix, std::string_view text) {
  std::string lines;
  std::string_view rest = text;
  if (!rest.empty() && rest.back() == '\n') rest.remove_suffix(1);
  const std::lock_guard lock(m_mutex);
  for (const auto& line : core::split(neutralize(masked(rest)), '\n')) {
    lines += prefix;
    lines += line;
    lines += '\n';
  }
  m_output.write(lines);
}

void Log::write_command(std::string_view area_event, const Properties& properties, std::string_view data) {
  if (!m_in_pipeline) return;
  const std::lock_guard lock(m_mutex);
  m_output.write(format_command(area_event, properties, data) + "\n");
}

void Log::info(std::string_view text) {
  write_text("", text);
}

void Log::foreign(std::string_view prefix, std::string_view lines) {
  write_text(prefix.empty() ? std::string() : neutralize(fmt::format("{} | ", prefix)), lines);
}

void Log::debug(std::string_view text) {
  if (m_debug) write_text("##[debug]", text);
}

void Log::section(std::string_view title) {
  write_text(m_in_pipeline ? "##[section]" : "== ", title);
}

void Log::warning(std::string_view text, const core::Place& place, std::string_view code) {
  const std::string full = masked(core::Error(std::string(code), std::string(text), place).what());
  if (!m_in_pipeline) return write_text("warning: ", full);
  write_command("task.logissue", {{"type", "warning"}, {"code", std::string(code)}}, full);
}

void Log::error(const core::Error& error) {
  const std::string full = masked(error.what());
  if (!m_in_pipeline) return write_text("error: ", full);
  Properties properties = {{"type", "error"}, {"code", error.code()}};
  if (const auto* file = std::get_if<core::FilePlace>(&error.place()); file && file->line > 0) {
    properties.emplace_back("sourcepath", file->file);
    properties.emplace_back("linenumber", std::to_string(file->line));
    properties.emplace_back("columnnumber", std::to_string(file->column));
  }
  write_command("task.logissue", properties, full);
}

void Log::add_secret(const core::Secret& secret) {
  std::vector<std::string> values = core::split(secret.reveal(), '\n');
  values.push_back(secret.reveal());
  for (auto& value : values) {
    value = std::string(core::trim(value));
    // One or two characters would mask half the log and hide nothing.
    if (value.size() < 3) continue;
    {
      const std::lock_guard lock(m_mutex);
      if (!m_secrets.insert(value).second) continue;
    }
    write_command("task.setsecret", {}, value);
  }
}

void Log::set_variable(std::string_view name, std::string_view value, bool is_output) {
  if (!m_in_pipeline) return write_text("", fmt::format("{}={}", name, value));
  // Unmasked: a value that happens to hold a short secret must arrive whole, and the agent masks what it prints.
  write_command("task.setvariable", {{"variable", std::string(name)}, {"isoutput", is_output ? "true" : ""}}, value);
}

void Log::set_secret_variable(std::string_view name, const core::Secret& value, bool is_output) {
  add_secret(value);
  if (!m_in_pipeline) return write_text("", fmt::format("{}=***", name));
  write_command("task.setvariable",
                {{"variable", std::string(name)}, {"isoutput", is_output ? "true" : ""}, {"issecret", "true"}},
                value.reveal());
}

void Log::progress(int percent, std::string_view what) {
  write_command("task.setprogress", {{"value", std::to_string(percent)}}, masked(what));
}

void Log::upload_file(const std::string& file) {
  write_command("task.uploadfile", {}, file);
}

void Log::upload_summary(const std::string& file) {
  write_command("task.uploadsummary", {}, file);
}

void Log::add_attachment(std::string_view type, std::string_view name, const std::string& file) {
  write_command("task.addattachment", {{"type", std::string(type)}, {"name", std::string(name)}}, file);
}

void Log::add_build_tag(std::string_view tag) {
  write_command("build.addbuildtag", {}, tag);
}

void Log::complete(std::string_view result, std::string_view message) {
  write_command("task.complete", {{"result", std::string(result)}}, masked(message));
}

}  // namespace mlops::agent
