#include <fcntl.h>
#include <fmt/format.h>
#include <sys/file.h>
#include <unistd.h>

#include <algorithm>
#include <mlops/core/error.hpp>
#include <mlops/core/files.hpp>
#include <mlops/core/hash.hpp>
#include <mlops/core/text.hpp>
#include <mlops/emulator/execution/embedded.hpp>
#include <mlops/emulator/execution/process.hpp>
#include <mlops/emulator/execution/python_environment.hpp>
#include <thread>

namespace mlops::emulator {

namespace {

namespace fs = std::filesystem;

constexpr const char* k_distribution_python = "/usr/bin/python3";
constexpr const char* k_complete = "complete";  // the file that says so
constexpr auto k_lock_wait = std::chrono::milliseconds(100);
constexpr auto k_longest_probe = std::chrono::seconds(45);

/// A lock on a file: between all that make environments in one data folder.
class FileLock {
 public:
  explicit FileLock(const fs::path& file) : m_file(::open(file.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0644)) {}

  ~FileLock() {
    if (m_file >= 0) ::close(m_file);
  }

  FileLock(const FileLock&) = delete;
  FileLock& operator=(const FileLock&) = delete;

  bool try_take() const { return ::flock(m_file, LOCK_EX | LOCK_NB) == 0; }

 private:
  int m_file;
};

// Packages that only Azure's own machines need; a job can do without them here.
bool is_optional(const std::string& requirement) {
  return package_name(requirement).starts_with("azureml-");
}

std::string reason_of(const std::string& output) {
  std::vector<std::string> reasons;
  for (const auto& line : core::split(output, '\n')) {
    if (line.starts_with("ERROR:")) reasons.push_back(line.substr(7));
  }
  return reasons.empty()
             ? std::string(core::trim(output.substr(output.size() - std::min<std::size_t>(output.size(), 300))))
             : core::join(reasons, " ");
}

std::vector<std::string> find_on_path(const std::string& program, const std::string& path) {
  std::vector<std::string> found;
  for (const auto& folder : core::split(path, ':')) {
    const std::string file = (fs::path(folder) / program).string();
    if (!folder.empty() && ::access(file.c_str(), X_OK) == 0) found.push_back(file);
  }
  return found;
}

core::Error no_python(const std::string& wanted, const std::vector<std::string>& tried) {
  std::string message = "there is no python3 on PATH.";
  if (!wanted.empty()) {
    message = fmt::format("the Python \"{}\" can't make virtual environments.", wanted);
  } else if (!tried.empty()) {
    message = fmt::format("no python3 on PATH can make virtual environments; tried: {}.", core::join(tried, ", "));
  }
  return {"environment-failed",
          message,
          {},
          "Install python3-venv, or name another interpreter with aml-emulator --python."};
}

}  // namespace

/// One call of prepare().
struct PythonEnvironments::Build {
  const Requirements& requirements;
  const TextLog& log;
  const TextLog& build_log;
  const std::stop_token& stop;
};

PythonEnvironment PythonEnvironments::prepare(const Requirements& requirements, const TextLog& log,
                                              const TextLog& build_log, const std::stop_token& stop) {
  const Build build{requirements, log, build_log, stop};
  const std::string python = base_python(requirements.python, build);
  if (!requirements.empty()) {
    core::Sha256 hash;
    hash.update(python).update("\n");
    for (const auto& line : requirements.options) hash.update(line).update("\n");
    for (const auto& line : requirements.packages) hash.update(line).update("\n");
    const std::string key = hash.hex().substr(0, 24);
    if (fs::exists(m_settings.folder / key / k_complete) || index_in_reach(python, build)) {
      return share(key, log, stop, [&](const fs::path& folder) { install(folder, python, build); });
    }
  }
  const bool chosen = !m_settings.python.empty() || !can_make_environments(k_distribution_python, "", build);
  const std::string base = chosen ? python : k_distribution_python;
  const std::string key = "distribution-" + core::sha256_hex(base).substr(0, 12);
  const auto environment =
      share(key, log, stop, [&](const fs::path& folder) { make_from_distribution(folder, base, build); });
  if (const std::string missing = unmet(environment, build); !missing.empty()) {
    log.say(fmt::format("WARNING: {}, so this runs with the packages of {}. Not satisfied: {}.",
                        m_settings.offline ? "pip is not used (--offline)" : "no package index can be reached", base,
                        missing));
  }
  return environment;
}

PythonEnvironment PythonEnvironments::share(const std::string& key, const TextLog& log, const std::stop_token& stop,
                                            const std::function<void(const fs::path&)>& make) {
  const fs::path folder = m_settings.folder / key;
  fs::create_directories(m_settings.folder);
  const FileLock lock(m_settings.folder / (key + ".lock"));
  for (bool told = false; !lock.try_take(); told = true) {
    if (!told) log.say("Waiting for the environment that another job builds ...");
    if (stop.stop_requested()) throw core::Cancelled("the job was asked to stop.");
    std::this_thread::sleep_for(k_lock_wait);
  }
  if (fs::exists(folder / k_complete)) return {folder};
  fs::remove_all(folder);
  make(folder);
  core::write_file_atomically(folder / k_complete, "");
  return {folder};
}

// Runs a program to its end; false when it failed. Throws Cancelled.
bool PythonEnvironments::run(std::vector<std::string> command, const fs::path& log, const Build& build,
                             std::chrono::seconds most) {
  Process process({.command = std::move(command), .environment = m_settings.variables, .folder = "/", .log_file = log});
  const std::stop_callback on_stop(build.stop, [&] { process.terminate(); });
  const auto status = process.wait_for(most);
  if (!status) process.terminate();
  const ExitStatus ended = process.wait();
  if (build.stop.stop_requested()) throw core::Cancelled("the job was asked to stop.");
  return status && ended.succeeded();
}

bool PythonEnvironments::can_make_environments(const std::string& python, const std::string& version,
                                               const Build& build) {
  const std::string key = python + ' ' + version;
  {
    const std::lock_guard held(m_mutex);
    if (const auto found = m_usable.find(key); found != m_usable.end()) return found->second;
  }
  const bool usable = try_venv(python, version, build);
  const std::lock_guard held(m_mutex);
  return m_usable[key] = usable;
}

bool PythonEnvironments::try_venv(const std::string& python, const std::string& version, const Build& build) {
  // Debian's python3 has venv, but without python3-venv nothing to put pip into an environment.
  std::string check = m_settings.offline ? "import sys, venv" : "import sys, venv, ensurepip";
  if (!version.empty()) check += fmt::format("; assert '%d.%d' % sys.version_info[:2] == '{}'", version);
  try {
    return run({python, "-c", check}, "/dev/null", build, k_longest_probe);
  } catch (const core::Cancelled&) {
    throw;
  } catch (const core::Error&) {
    return false;
  }
}

// The interpreter that was asked for on the command line; else one of the version that the environment asks for; else
// the first python3 on PATH that works.
std::string PythonEnvironments::base_python(const std::string& version, const Build& build) {
  const auto parts = core::split(version, '.');
  const std::string minor = parts.size() >= 2 ? parts[0] + '.' + parts[1] : std::string();
  const auto path = m_settings.variables.find("PATH");
  const std::string folders = path == m_settings.variables.end() ? "" : path->second;
  std::vector<std::string> candidates{m_settings.python};
  if (m_settings.python.empty()) candidates = find_on_path("python3", folders);
  if (!minor.empty()) {
    auto wishes = candidates;
    for (const auto& python : find_on_path("python" + minor, folders)) wishes.push_back(python);
    for (const auto& python : wishes) {
      if (can_make_environments(python, minor, build)) return python;
    }
  }
  for (const auto& python : candidates) {
    if (!can_make_environments(python, "", build)) continue;
    if (!minor.empty()) build.log.say(fmt::format("WARNING: Python {} is not installed; using {}.", minor, python));
    return python;
  }
  throw no_python(m_settings.python, candidates);
}

bool PythonEnvironments::index_in_reach(const std::string& python, const Build& build) {
  if (m_settings.offline) return false;
  if (m_settings.variables.count("PIP_NO_INDEX") != 0) return true;  // pip was given folders to take packages from
  {
    const std::lock_guard held(m_mutex);
    if (m_index_in_reach) return *m_index_in_reach;
  }
  const bool reached = run({python, "-m", "pip", "index", "versions", "pip", "--timeout", "10", "--retries", "1"},
                           build.build_log.file(), build, k_longest_probe);
  const std::lock_guard held(m_mutex);
  m_index_in_reach = reached;
  return reached;
}

void PythonEnvironments::install(const fs::path& folder, const std::string& python, const Build& build) {
  build.log.say(fmt::format("Building environment: {} ...", core::join(build.requirements.packages, ", ")));
  const fs::path& output = build.build_log.file();
  if (!run({python, "-m", "venv", folder.string()}, output, build)) {
    throw core::Error("environment-failed",
                      fmt::format("{} -m venv failed: {}", python, reason_of(build.build_log.tail(20))), {},
                      "Install python3-venv.");
  }
  const auto pip = [&](const std::vector<std::string>& packages) {
    std::vector<std::string> command{(folder / "bin" / "python").string(),
                                     "-m",
                                     "pip",
                                     "install",
                                     "--no-input",
                                     "--disable-pip-version-check",
                                     "--progress-bar",
                                     "off"};
    for (const auto& option : build.requirements.options) {
      for (const auto& word : core::split(option, ' ')) command.push_back(word);
    }
    command.insert(command.end(), packages.begin(), packages.end());
    return packages.empty() || run(command, output, build);
  };
  if (!pip(build.requirements.packages)) {
    std::vector<std::string> needed;
    std::vector<std::string> optional;
    for (const auto& package : build.requirements.packages)
      (is_optional(package) ? optional : needed).push_back(package);
    if (optional.empty() || !pip(needed)) {
      throw core::Error("environment-failed",
                        "pip can't install the environment: " + reason_of(build.build_log.tail(30)));
    }
    for (const auto& package : optional) {
      if (!pip({package})) build.log.say(fmt::format("WARNING: {} can't be installed; going on without it.", package));
    }
  }
  build.log.say("The environment is ready.");
}

void PythonEnvironments::make_from_distribution(const fs::path& folder, const std::string& python, const Build& build) {
  const std::vector<std::string> command{python,          "-m",           "venv", "--system-site-packages",
                                         "--without-pip", folder.string()};
  if (run(command, build.build_log.file(), build)) return;
  throw core::Error("environment-failed",
                    fmt::format("{} failed: {}", core::join(command, " "), reason_of(build.build_log.tail(20))));
}

std::string PythonEnvironments::unmet(const PythonEnvironment& environment, const Build& build) {
  if (build.requirements.empty()) return {};
  const fs::path output = m_settings.folder / ("unmet-" + core::random_uuid());
  std::vector<std::string> command{environment.python().string(), "-c", std::string(k_check_requirements_py)};
  command.insert(command.end(), build.requirements.packages.begin(), build.requirements.packages.end());
  run(command, output, build);
  const std::string lines(core::trim(core::read_file(output)));
  fs::remove(output);
  return core::replace_all(lines, "\n", ", ");
}

}  // namespace mlops::emulator
