#pragma once

#include <chrono>
#include <filesystem>
#include <functional>
#include <map>
#include <mlops/emulator/execution/requirements.hpp>
#include <mlops/emulator/execution/text_log.hpp>
#include <mutex>
#include <optional>
#include <stop_token>
#include <string>

namespace mlops::emulator {

/// Where a job's or deployment's Python is.
struct PythonEnvironment {
  std::filesystem::path folder;

  std::filesystem::path bin() const { return folder / "bin"; }

  std::filesystem::path python() const { return folder / "bin" / "python"; }
};

/// Makes virtual environments, one for each distinct list of requirements, and keeps them below a folder, which several
/// objects of this class may share.
///
/// With a package index in reach, pip installs the list. Without (or with `offline`), or when nothing is asked for, the
/// environment shows the packages of the distribution's Python, and the log names the requirements that these don't
/// meet; a program that needs one of them then fails by itself. Whether the index can be reached is asked once.
class PythonEnvironments {
 public:
  struct Settings {
    std::filesystem::path folder;
    std::string python;  ///< the base interpreter; empty: the first python3 on PATH that can make environments
    bool offline = false;
    std::map<std::string, std::string> variables;  ///< what pip gets: PATH, HOME, PIP_*, proxies
  };

  explicit PythonEnvironments(Settings settings) : m_settings(std::move(settings)) {}

  /// The environment for a list, made when it isn't there yet; who comes second waits for who builds. `log` gets a few
  /// lines for the user, `build_log` everything pip says. Throws core::Error "environment-failed" with pip's reason, or
  /// core::Cancelled when a stop is asked for; a build that was cut short is done anew the next time.
  PythonEnvironment prepare(const Requirements& requirements, const TextLog& log, const TextLog& build_log,
                            const std::stop_token& stop);

 private:
  struct Build;

  PythonEnvironment share(const std::string& key, const TextLog& log, const std::stop_token& stop,
                          const std::function<void(const std::filesystem::path&)>& make);
  std::string base_python(const std::string& version, const Build& build);
  bool can_make_environments(const std::string& python, const std::string& version, const Build& build);
  bool try_venv(const std::string& python, const std::string& version, const Build& build);
  bool index_in_reach(const std::string& python, const Build& build);
  void install(const std::filesystem::path& folder, const std::string& python, const Build& build);
  void make_from_distribution(const std::filesystem::path& folder, const std::string& python, const Build& build);
  std::string unmet(const PythonEnvironment& environment, const Build& build);
  bool run(std::vector<std::string> command, const std::filesystem::path& log, const Build& build,
           std::chrono::seconds most = std::chrono::hours(2));

  Settings m_settings;
  std::mutex m_mutex;
  std::optional<bool> m_index_in_reach;
  std::map<std::string, bool> m_usable;  ///< interpreter and version: whether it can make environments of it
};

}  // namespace mlops::emulator
