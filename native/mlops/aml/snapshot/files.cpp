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
      if (!ignored || !m_rules.may_prune()) visit(resolved(path), name + "/");
      return;
    }
    if (ignored) return;
    const fs::path target = resolved(path);
    if (!fs::is_regular_file(target)) return;
    m_files.push_back({target, name, fs::file_size(target)});
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

char32_t lower(char32_t c) {
  const auto between = [c](char32_t low, char32_t high) { return c >= low && c <= high; };
  const bool even = (c & 1U) == 0;
  if (between(U'A', U'Z') || (between(0xC0, 0xDE) && c != 0xD7)) return c + 0x20;
  if (between(0x100, 0x137) || between(0x14A, 0x177) || between(0x1E00, 0x1E95) || between(0x1EA0, 0x1EFF) ||
      between(0x460, 0x481) || between(0x48A, 0x4BF) || between(0x4D0, 0x52F) || between(0x200, 0x21F)) {
    return even && c != 0x130 ? c + 1 : c;
  }
  if (between(0x139, 0x148) || between(0x179, 0x17E) || between(0x4C1, 0x4CE)) return even ? c : c + 1;
  if (c == 0x178) return 0xFF;
  if (c == 0x386) return 0x3AC;
  if (between(0x388, 0x38A)) return c + 37;
  if (c == 0x38C) return 0x3CC;
  if (c == 0x38E || c == 0x38F) return c + 63;
  if (between(0x391, 0x3AB) && c != 0x3A2) return c + 0x20;
  if (between(0x400, 0x40F)) return c + 0x50;
  if (between(0x410, 0x42F)) return c + 0x20;
  if (between(0x531, 0x556)) return c + 0x30;
  return c;
}

void append_utf8(std::string& text, char32_t c) {
  if (c < 0x80) {
    text += static_cast<char>(c);
  } else if (c < 0x800) {
    text += static_cast<char>(0xC0U | (c >> 6U));
    text += static_cast<char>(0x80U | (c & 0x3FU));
  } else if (c < 0x10000) {
    text += static_cast<char>(0xE0U | (c >> 12U));
    text += static_cast<char>(0x80U | ((c >> 6U) & 0x3FU));
    text += static_cast<char>(0x80U | (c & 0x3FU));
  } else {
    text += static_cast<char>(0xF0U | (c >> 18U));
    text += static_cast<char>(0x80U | ((c >> 12U) & 0x3FU));
    text += static_cast<char>(0x80U | ((c >> 6U) & 0x3FU));
    text += static_cast<char>(0x80U | (c & 0x3FU));
  }
}

}  // namespace

std::string unicode_lower(std::string_view text) {
  std::string result;
  for (const char32_t c : code_points(text)) append_utf8(result, lower(c));
  return result;
}

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
