#include <fmt/format.h>

#include <algorithm>
#include <mlops/aml/snapshot/files.hpp>
#include <mlops/core/error.hpp>
#include <mlops/core/hash.hpp>

namespace mlops::aml {

namespace fs = std::filesystem;

namespace {

constexpr std::string_view k_object_hash_seed = "Initialize for october 2021 AML CLI version";

core::Error unreadable(const fs::path& path, const std::string& why) {
  return {"file-unreadable", fmt::format("\"{}\" can't be read: {}.", path.string(), why),
          core::FilePlace{path.string(), 0, 0}, "Repair or remove it, or name it in .amlignore."};
}

// Children by the lower case of their names. Their common folder doesn't change the order.
std::vector<fs::directory_entry> sorted_children(const fs::path& folder) {
  std::error_code failure;
  std::vector<fs::directory_entry> children;
  for (fs::directory_iterator at(folder, failure), end; !failure && at != end; at.increment(failure)) {
    children.push_back(*at);
  }
  if (failure) throw unreadable(folder, failure.message());
  const auto key = [](const fs::directory_entry& entry) {
    const std::string name = entry.path().filename().string();
    return std::pair(unicode_lower(name), name);
  };
  std::sort(children.begin(), children.end(), [&](const auto& a, const auto& b) { return key(a) < key(b); });
  return children;
}

fs::path resolved(const fs::path& path) {
  std::error_code failure;
  const fs::path target = fs::canonical(path, failure);
  if (failure) throw unreadable(path, failure.message());
  return target;
}

std::string ignore_path(const fs::path& path, const fs::path& root) {
  return path.lexically_relative(root).generic_string();
}

/// Walks a folder. What lies behind a linked folder is judged by where it really is, as azure-ai-ml does.
class Walk {
 public:
  Walk(const fs::path& root, const IgnoreRules& rules) : m_root(resolved(root)), m_rules(rules) {}

  std::vector<SnapshotFile> run() {
    visit(m_root, "");
    sort_for_hash(m_files);
    return std::move(m_files);
  }

 private:
  void visit(const fs::path& folder, const std::string& prefix) {
    if (std::find(m_above.begin(), m_above.end(), folder) != m_above.end()) {
      throw core::Error("link-loop", fmt::format("the link \"{}\" leads back to a folder above it.", prefix),
                        core::FilePlace{folder.string(), 0, 0}, "Remove the link, or name it in .amlignore.");
    }
    m_above.push_back(folder);
    for (const auto& child : sorted_children(folder)) visit_child(child, prefix);
    m_above.pop_back();
  }

  void visit_child(const fs::directory_entry& child, const std::string& prefix) {
    const fs::path& path = child.path();
    const std::string name = prefix + path.filename().string();
    const bool ignored = m_rules.ignores(ignore_path(path, m_root));
    std::error_code failure;
    if (fs::is_directory(path, failure)) {
      const bool all_ignored = ignored && m_rules.may_prune() && !child.is_symlink();
      return all_ignored ? visit_links(path, name + "/") : visit(resolved(path), name + "/");
    }
    if (ignored) return;
    const fs::path target = resolved(path);
    if (!fs::is_regular_file(target)) return;
    m_files.push_back({target, name, fs::file_size(target)});
  }

  // In a folder that is ignored as a whole, linked folders alone can hold files of the snapshot.
  void visit_links(const fs::path& folder, const std::string& prefix) {
    for (const auto& child : sorted_children(folder)) {
      const std::string name = prefix + child.path().filename().string() + "/";
      std::error_code failure;
      if (!fs::is_directory(child.path(), failure)) continue;
      child.is_symlink() ? visit(resolved(child.path()), name) : visit_links(child.path(), name);
    }
  }

  fs::path m_root;
  const IgnoreRules& m_rules;
  std::vector<fs::path> m_above;
  std::vector<SnapshotFile> m_files;
};

void add_folder(core::Sha256& hash, const fs::path& folder, const fs::path& root, const IgnoreRules& rules) {
  for (const auto& child : sorted_children(folder)) {
    if (rules.ignores(ignore_path(child.path(), root))) continue;
    hash.update(child.path().filename().string());
    const fs::path target = resolved(child.path());
    if (fs::is_regular_file(target)) {
      hash.update_file(target);
    } else if (fs::is_directory(target)) {
      add_folder(hash, target, root, rules);
    }
  }
}

}  // namespace

std::vector<SnapshotFile> snapshot_files(const fs::path& folder, const IgnoreRules& rules) {
  return Walk(folder, rules).run();
}

void sort_for_hash(std::vector<SnapshotFile>& files) {
  std::vector<std::pair<std::string, SnapshotFile>> keyed;
  keyed.reserve(files.size());
  for (auto& file : files) keyed.emplace_back(unicode_lower(file.name), std::move(file));
  std::stable_sort(keyed.begin(), keyed.end(), [](const auto& a, const auto& b) { return a.first < b.first; });
  files.clear();
  for (auto& [key, file] : keyed) files.push_back(std::move(file));
}

std::string content_hash(const std::vector<SnapshotFile>& files) {
  core::Sha256 hash;
  hash.update(std::to_string(files.size()));
  for (const auto& file : files) hash.update("#" + file.name + "#").update(std::to_string(file.size));
  for (const auto& file : files) hash.update_file(file.file);
  return hash.hex();
}

std::string object_hash(const fs::path& path, const IgnoreRules& rules) {
  core::Sha256 hash;
  hash.update(k_object_hash_seed);
  const fs::path target = resolved(path);
  if (fs::is_directory(target)) {
    add_folder(hash, target, target, rules);
  } else {
    hash.update_file(target);
  }
  return hash.hex();
}

}  // namespace mlops::aml
