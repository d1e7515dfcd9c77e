#pragma once

#include <map>
#include <optional>
#include <string>
#include <string_view>

namespace mlops::runner {

/// A logging command, `##vso[area.event key=value;key=value]data`.
struct Command {
  std::string name;                               ///< "task.setvariable", lower case
  std::map<std::string, std::string> properties;  ///< names in lower case
  std::string data;

  /// A property's value; empty without one.
  std::string property(const std::string& key) const;
  bool flag(const std::string& key) const;  ///< whether the property says "true"
};

/// The command in a line, wherever in the line it starts, as the agent finds it; empty when there is none.
std::optional<Command> parse_command(std::string_view line);

/// Whether the line looks like a command that could not be parsed; the agent warns about those.
bool looks_like_command(std::string_view line);

/// Undoes the escaping of values and data; the last replacement is the first one that was made.
std::string unescape_command_text(std::string text);
/// The escaping itself, for values and data of commands.
std::string escape_command_text(std::string text);

}  // namespace mlops::runner
