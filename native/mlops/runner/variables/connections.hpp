#pragma once

#include <map>
#include <mlops/runner/settings.hpp>
#include <string>

namespace mlops::runner {

/// A service connection as the agent hands it to a task.
struct Connection {
  std::string key;                                 ///< the GUID that the task's input holds
  std::map<std::string, std::string> environment;  ///< ENDPOINT_URL_<key> and so on
};

/// The value of one shell word: single and double quotes, backslashes.
std::string shell_value(std::string_view word);

/// Reads a file of `KEY=value` lines. Throws core::Error "connection-invalid" with the line.
Connection read_connection(const fs::path& file);

/// The values to hide: every authorization parameter that is a key, a certificate or a token.
std::vector<std::string> secrets_of(const Connection& connection);

/// The connections of a run, by the name that the pipeline uses.
class Connections {
 public:
  /// `others` is the file of what every further name stands for.
  explicit Connections(const std::map<std::string, fs::path>& files, const std::optional<fs::path>& others = {});

  /// The connection of that name or key, without regard to case; null when there is none.
  const Connection* find(std::string_view name) const;

  /// The values to hide of all of them.
  std::vector<std::string> secrets() const;

 private:
  std::map<std::string, Connection> m_by_name;
  std::optional<Connection> m_others;
};

}  // namespace mlops::runner
