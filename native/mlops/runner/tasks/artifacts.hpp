#pragma once

#include <mlops/runner/settings.hpp>
#include <mutex>

namespace mlops::runner {

/// The artifacts of a run: a folder each. Any thread may use it.
class ArtifactStore {
 public:
  explicit ArtifactStore(fs::path folder) : m_folder(std::move(folder)) {}

  /// Keeps a file or the content of a folder as an artifact, or below a folder within it. Returns the number of files.
  /// With `once`, throws core::Error "artifact-exists" for a name that was taken in this run, as the service does; one
  /// that came from an earlier run is replaced.
  std::size_t publish(const std::string& name, const fs::path& from, const fs::path& within, bool once);

  /// Copies the files of an artifact that match one of the patterns (all without patterns) to a folder. Returns their
  /// number. Throws core::Error "artifact-missing" that lists what there is.
  std::size_t download(const std::string& name, const std::vector<std::string>& patterns, const fs::path& to) const;

  std::vector<std::string> names() const;

 private:
  fs::path m_folder;
  std::set<std::string> m_published;  ///< in this run
  mutable std::mutex m_mutex;
};

/// Copies a file, or all files below a folder whose paths match one of the patterns; links stay links. A pattern that
/// starts with '!' takes files out again.
std::size_t copy_tree(const fs::path& from, const fs::path& to, const std::vector<std::string>& patterns);

/// Whether a relative path matches minimatch-like patterns, the last one that matches decides.
bool matches_patterns(const std::vector<std::string>& patterns, const std::string& path);

}  // namespace mlops::runner
