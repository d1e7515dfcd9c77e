#include <fmt/format.h>

#include <mlops/core/error.hpp>
#include <mlops/core/files.hpp>
#include <mlops/core/text.hpp>
#include <mlops/runner/tasks/artifacts.hpp>

namespace mlops::runner {

std::string file_name(std::string_view text) {
  std::string result(text);
  for (char& c : result) {
    if (std::string_view("\\/:*?\"<>|").find(c) != std::string_view::npos || static_cast<unsigned char>(c) < ' ')
      c = '_';
  }
  if (result.empty() || result == "." || result == "..") return "_";
  return core::truncate_utf8(result, 100);
}

bool matches_patterns(const std::vector<std::string>& patterns, const std::string& path) {
  bool matched = patterns.empty();
  for (const auto& pattern : patterns) {
    const bool out = pattern.starts_with('!');
    if (core::glob_matches(out ? std::string_view(pattern).substr(1) : std::string_view(pattern), path)) matched = !out;
  }
  return matched;
}

std::size_t copy_tree(const fs::path& from, const fs::path& to, const std::vector<std::string>& patterns) {
  const auto options = fs::copy_options::overwrite_existing | fs::copy_options::copy_symlinks;
  if (!fs::is_directory(from)) {
    fs::create_directories(to);
    fs::copy(from, to / from.filename(), options);
    return 1;
  }
  std::size_t count = 0;
  for (const auto& entry : fs::recursive_directory_iterator(from)) {
    if (entry.is_directory() && !entry.is_symlink()) continue;
    const auto relative = entry.path().lexically_relative(from);
    if (!matches_patterns(patterns, relative.generic_string())) continue;
    const auto target = to / relative;
    fs::create_directories(target.parent_path());
    if (fs::is_symlink(fs::symlink_status(target))) fs::remove(target);
    fs::copy(entry.path(), target, options);
    ++count;
  }
  return count;
}

std::size_t ArtifactStore::publish(const std::string& name, const fs::path& from, const fs::path& within, bool once) {
  if (name.empty() || name != file_name(name)) {
    throw core::Error("artifact-name-invalid", fmt::format("\"{}\" can't be the name of an artifact.", name), {},
                      "Use a name without \\ / : * ? \" < > |.");
  }
  if (!fs::exists(from)) {
    throw core::Error("artifact-path-missing", fmt::format("there is nothing at \"{}\" to publish.", from.string()), {},
                      "Check that an earlier step writes it; paths are relative to the sources.");
  }
  const auto inside = within.lexically_normal();
  if (inside.is_absolute() || inside.string().starts_with("..")) {
    throw core::Error("artifact-name-invalid", fmt::format("the folder \"{}\" leaves the artifact.", within.string()));
  }
  const std::lock_guard held(m_mutex);
  const auto target = m_folder / name;
  const bool first = m_published.insert(name).second;
  if (once && !first) {
    throw core::Error("artifact-exists", fmt::format("the artifact \"{}\" was already published in this run.", name),
                      {}, "Give it another name; $(System.JobAttempt) or the matrix's name tells instances apart.");
  }
  if (first) fs::remove_all(target);
  fs::create_directories(target / inside);
  return copy_tree(from, target / inside, {});
}

std::size_t ArtifactStore::download(const std::string& name, const std::vector<std::string>& patterns,
                                    const fs::path& to) const {
  const std::lock_guard held(m_mutex);
  const auto source = m_folder / file_name(name);
  if (name.empty() || !fs::is_directory(source)) {
    std::vector<std::string> known;
    if (fs::is_directory(m_folder)) {
      for (const auto& entry : fs::directory_iterator(m_folder)) known.push_back(entry.path().filename().string());
    }
    std::sort(known.begin(), known.end());
    throw core::Error("artifact-missing", fmt::format("there is no artifact \"{}\".", name), {},
                      known.empty() ? "No artifact was published yet."
                                    : fmt::format("Published so far: {}.", core::join(known, ", ")));
  }
  fs::create_directories(to);
  return copy_tree(source, to, patterns);
}

std::vector<std::string> ArtifactStore::names() const {
  const std::lock_guard held(m_mutex);
  std::vector<std::string> result;
  if (!fs::is_directory(m_folder)) return result;
  for (const auto& entry : fs::directory_iterator(m_folder)) result.push_back(entry.path().filename().string());
  std::sort(result.begin(), result.end());
  return result;
}

}  // namespace mlops::runner
