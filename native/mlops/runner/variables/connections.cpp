#include <fmt/format.h>

#include <array>
#include <mlops/core/error.hpp>
#include <mlops/core/files.hpp>
#include <mlops/core/text.hpp>
#include <mlops/runner/variables/connections.hpp>

namespace mlops::runner {

namespace {

constexpr std::string_view k_url = "ENDPOINT_URL_";
constexpr std::string_view k_parameter = "ENDPOINT_AUTH_PARAMETER_";
constexpr std::string_view k_own = "SYSTEMVSSCONNECTION";  // the job's own connection, which no input names
constexpr std::array<std::string_view, 4> k_secret_parameters{"_SERVICEPRINCIPALKEY", "_SERVICEPRINCIPALCERTIFICATE",
                                                              "_ACCESSTOKEN", "_PASSWORD"};

bool is_name(std::string_view text) {
  constexpr std::string_view letters = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ_";
  if (text.empty() || letters.find(text.front()) == std::string_view::npos) return false;
  return text.find_first_not_of(std::string(letters) + "0123456789.-") == std::string_view::npos;
}

std::string key_of(const std::map<std::string, std::string>& environment) {
  for (const auto& [name, value] : environment) {
    if (name.starts_with(k_url) && name.substr(k_url.size()) != k_own) return name.substr(k_url.size());
  }
  return {};
}

}  // namespace

std::string shell_value(std::string_view word) {
  std::string value;
  char quote = 0;
  for (std::size_t i = 0; i < word.size(); ++i) {
    const char c = word[i];
    const bool escapable =
        quote == 0 || std::string_view("\"\\$`").find(word[std::min(i + 1, word.size() - 1)]) != std::string_view::npos;
    if (quote == 0 && (c == '\'' || c == '"')) {
      quote = c;
    } else if (quote != 0 && c == quote) {
      quote = 0;
    } else if (c == '\\' && quote != '\'' && i + 1 < word.size() && escapable) {
      value += word[++i];
    } else {
      value += c;
    }
  }
  return value;
}

Connection read_connection(const fs::path& file) {
  Connection connection;
  const auto lines = core::split(core::read_file(file), '\n');
  for (std::size_t i = 0; i < lines.size(); ++i) {
    auto line = core::trim(lines[i]);
    if (line.empty() || line.starts_with('#')) continue;
    if (line.starts_with("export ")) line = core::trim(line.substr(7));
    const auto equals = line.find('=');
    if (equals == std::string_view::npos || !is_name(line.substr(0, equals))) {
      throw core::Error("connection-invalid", "expected KEY=value in the file of a service connection.",
                        core::FilePlace{file.string(), static_cast<int>(i + 1), 1},
                        "Write a line for each variable of the agent, such as ENDPOINT_URL_<GUID>=https://...");
    }
    connection.environment.insert_or_assign(std::string(line.substr(0, equals)),
                                            shell_value(core::trim(line.substr(equals + 1))));
  }
  connection.key = key_of(connection.environment);
  if (connection.key.empty()) {
    throw core::Error("connection-invalid", "the file of a service connection has no ENDPOINT_URL_<GUID>.",
                      core::FilePlace{file.string(), 0, 0}, "Add the address of the service under that name.");
  }
  return connection;
}

std::vector<std::string> secrets_of(const Connection& connection) {
  std::vector<std::string> result;
  for (const auto& [name, value] : connection.environment) {
    const std::string upper = core::to_upper(name);
    if (!upper.starts_with(k_parameter)) continue;
    const bool secret = std::any_of(k_secret_parameters.begin(), k_secret_parameters.end(),
                                    [&](auto end) { return upper.ends_with(end); });
    if (secret) result.push_back(value);
  }
  return result;
}

Connections::Connections(const std::map<std::string, fs::path>& files, const std::optional<fs::path>& others) {
  for (const auto& [name, file] : files) m_by_name.emplace(core::to_lower(name), read_connection(file));
  if (others) m_others = read_connection(*others);
}

const Connection* Connections::find(std::string_view name) const {
  const auto found = m_by_name.find(core::to_lower(name));
  if (found != m_by_name.end()) return &found->second;
  for (const auto& [other, connection] : m_by_name) {
    if (core::equals_ignoring_case(connection.key, name)) return &connection;
  }
  return m_others ? &*m_others : nullptr;
}

std::vector<std::string> Connections::secrets() const {
  auto result = m_others ? secrets_of(*m_others) : std::vector<std::string>();
  for (const auto& [name, connection] : m_by_name) {
    for (auto& secret : secrets_of(connection)) result.push_back(std::move(secret));
  }
  return result;
}

}  // namespace mlops::runner
