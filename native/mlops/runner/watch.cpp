#include <chrono>
#include <mlops/core/text.hpp>
#include <mlops/runner/watch.hpp>

namespace mlops::runner {

namespace {

using std::chrono::steady_clock;

constexpr core::Milliseconds k_shortest_wait{300};
constexpr int k_share = 20;  // of the time, at most a twentieth is spent on looking

std::vector<fs::path> files_of(const fs::path& folder, core::Processes& processes) {
  std::vector<fs::path> files;
  const auto listed = processes.run({"git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"}, folder);
  if (listed && listed->exit_code == 0) {
    for (const auto& name : core::split(listed->output, '\0')) {
      if (!name.empty()) files.push_back(folder / name);
    }
    return files;
  }
  const auto options = fs::directory_options::skip_permission_denied;
  for (auto entry = fs::recursive_directory_iterator(folder, options); entry != fs::recursive_directory_iterator();
       ++entry) {
    if (entry->path().filename() == ".pipeline-run") entry.disable_recursion_pending();
    if (entry->is_regular_file()) files.push_back(entry->path());
  }
  return files;
}

}  // namespace

void Snapshot::add(const fs::path& file) {
  std::error_code failure;
  const auto time = fs::last_write_time(file, failure);
  if (failure) return;  // it is gone, which is a state as well
  const auto size = fs::is_regular_file(file, failure) ? fs::file_size(file, failure) : 0;
  m_files[file] = {time, size};
}

Snapshot Snapshot::of(const std::vector<fs::path>& paths, core::Processes& processes) {
  Snapshot snapshot;
  for (const auto& path : paths) {
    if (!fs::is_directory(path)) {
      snapshot.add(path);
      continue;
    }
    for (const auto& file : files_of(path, processes)) snapshot.add(file);
  }
  return snapshot;
}

std::optional<fs::path> Snapshot::changed_since(const Snapshot& earlier) const {
  for (const auto& [file, state] : m_files) {
    const auto before = earlier.m_files.find(file);
    if (before == earlier.m_files.end() || before->second != state) return file;
  }
  for (const auto& [file, state] : earlier.m_files) {
    if (!m_files.contains(file)) return file;
  }
  return std::nullopt;
}

std::optional<fs::path> wait_for_change(const Snapshot& before, const std::vector<fs::path>& paths,
                                        core::Processes& processes, core::Sleeper& sleeper,
                                        const core::Cancellation& cancellation) {
  auto last = before;
  std::optional<fs::path> changed;
  while (!cancellation.requested()) {
    const auto began = steady_clock::now();
    auto now = Snapshot::of(paths, processes);
    const auto cost = std::chrono::duration_cast<core::Milliseconds>(steady_clock::now() - began);
    const bool at_rest = !now.changed_since(last);
    changed = now.changed_since(before);
    if (changed && at_rest) return changed;
    last = std::move(now);
    sleeper.sleep(std::max(k_shortest_wait, cost * k_share));
  }
  return std::nullopt;
}

}  // namespace mlops::runner
