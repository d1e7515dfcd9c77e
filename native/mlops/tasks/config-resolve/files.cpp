#include <fmt/format.h>

#include <algorithm>
#include <mlops/agent/input.hpp>
#include <mlops/core/files.hpp>
#include <mlops/core/text.hpp>
#include <mlops/tasks/config-resolve/files.hpp>
#include <optional>
#include <set>

namespace mlops::tasks::config_resolve {

namespace {

namespace fs = std::filesystem;

constexpr std::string_view k_placeholder = "{environment}";

// The part of the path that, put in place of the placeholder, makes the pattern match it.
std::optional<std::string> environment_of(const std::string& pattern, const std::string& path) {
  for (std::size_t begin = 0; begin < path.size(); ++begin) {
    for (std::size_t end = begin + 1; end <= path.size() && path[end - 1] != '/'; ++end) {
      const std::string candidate = path.substr(begin, end - begin);
      if (core::glob_matches(core::replace_all(pattern, k_placeholder, candidate), path)) return candidate;
    }
  }
  return std::nullopt;
}

std::set<std::string> environments_beside(const std::string& given) {
  const std::string pattern = fs::path(given).generic_string();
  std::set<std::string> environments;
  for (const auto& file : core::expand_glob(core::replace_all(pattern, k_placeholder, "*"))) {
    if (const auto environment = environment_of(pattern, file.generic_string())) environments.insert(*environment);
  }
  return environments;
}

core::Error no_file(const std::string& pattern, const std::string& environment) {
  const std::string file = core::replace_all(pattern, k_placeholder, environment);
  const std::string start = fmt::format("paths start at {}.", fs::current_path().string());
  if (!names_environment(pattern)) {
    const bool wildcard = file.find_first_of("*?") != std::string::npos;
    const char* why = wildcard           ? "which no file matches"
                      : fs::exists(file) ? "which is no file"
                                         : "which does not exist";
    return {"file-missing",
            fmt::format("the input files ({}) names \"{}\", {}.", agent::flag_name("files"), file, why),
            {},
            "Correct the name; " + start};
  }
  const auto known = environments_beside(pattern);
  return {"environment-unknown",
          fmt::format(R"(the environment "{}" has no file "{}"{})", environment, file,
                      core::did_you_mean(core::nearest(environment, known))),
          {},
          known.empty() ? fmt::format("No environment has a file \"{}\"; {}", pattern, start)
                        : fmt::format("Environments with such a file: {}.", fmt::join(known, ", "))};
}

}  // namespace

bool names_environment(const std::string& pattern) {
  return pattern.find(k_placeholder) != std::string::npos;
}

std::vector<fs::path> layer_files(const std::vector<std::string>& patterns, const std::string& environment) {
  std::vector<fs::path> files;
  for (const auto& pattern : patterns) {
    const auto named = core::expand_glob(core::replace_all(pattern, k_placeholder, environment));
    if (named.empty() || (named.size() == 1 && !fs::is_regular_file(named.front()))) {
      throw no_file(pattern, environment);
    }
    for (const auto& file : named) {
      files.erase(std::remove(files.begin(), files.end(), file), files.end());
      files.push_back(file);
    }
  }
  return files;
}

}  // namespace mlops::tasks::config_resolve
