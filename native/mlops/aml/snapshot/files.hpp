#pragma once

#include <cstdint>
#include <filesystem>
#include <mlops/aml/snapshot/ignore.hpp>
#include <string>
#include <vector>

namespace mlops::aml {

/// A file that belongs to a snapshot.
struct SnapshotFile {
  std::filesystem::path file;  ///< links resolved
  std::string name;            ///< relative to the snapshot, with '/'; a link keeps its own name
  std::uintmax_t size = 0;
};

/// The files below a folder that the rules don't ignore, in the order in which azure-ai-ml hashes them: by their names
/// in lower case. Links are followed. Throws core::Error "file-unreadable" for a link that leads nowhere, and
/// "link-loop" for one that leads back to a folder above it.
std::vector<SnapshotFile> snapshot_files(const std::filesystem::path& folder, const IgnoreRules& rules);

/// Sorts as above.
void sort_for_hash(std::vector<SnapshotFile>& files);

/// azure-ai-ml's get_content_hash, version 202208: number of files, names and sizes, then contents. The service keeps
/// it as hash_sha256 of a code asset and finds code by it.
std::string content_hash(const std::vector<SnapshotFile>& files);
inline constexpr const char* k_content_hash_version = "202208";

/// azure-ai-ml's get_object_hash of a file or folder: names the folder LocalUpload/<hash>.
std::string object_hash(const std::filesystem::path& path, const IgnoreRules& rules);

/// str.lower() of Python, by the tables that scripts/generate-lowercase makes.
std::string unicode_lower(std::string_view text);

}  // namespace mlops::aml
