#pragma once

#include <filesystem>
#include <map>
#include <mlops/core/world.hpp>
#include <mlops/emulator/store/database.hpp>
#include <optional>
#include <string>
#include <vector>

namespace mlops::emulator {

/// The account all containers belong to. Its address is <base URL>/<k_storage_host>/<container>/<blob>; datastores say
/// accountName "127.0.0.1:PORT/emulator" and endpoint "localhost", so that "https://{account}.blob.{endpoint}" gives
/// it.
inline constexpr const char* k_storage_account = "emulator";
inline constexpr const char* k_storage_host = "emulator.blob.localhost";

struct BlobInfo {
  std::string name;
  std::uint64_t size = 0;
  std::string etag;  ///< with quotes; follows the content and the metadata
  core::SystemTime modified;
  std::string content_type = "application/octet-stream";
  std::string content_md5;
  std::map<std::string, std::string> metadata;  ///< names in lower case
};

/// Block blobs as plain files: container "c", blob "a/b.txt" is <root>/c/a/b.txt. A file that a process put there is a
/// blob as good as one that was uploaded. Content type, MD5 and metadata stand in the database.
class BlobStore {
 public:
  BlobStore(Database& database, std::filesystem::path root, std::filesystem::path temporary);

  /// Where a blob, or a folder of blobs, stands on disk. An empty name is the container itself. Throws ServiceError 400
  /// "InvalidUri" for names that leave the container ("..") or have empty parts.
  std::filesystem::path path_of(const std::string& container, const std::string& blob) const;
  bool has_container(const std::string& container) const;
  void create_container(const std::string& container);

  std::optional<BlobInfo> find(const std::string& container, const std::string& blob) const;
  /// Moves a finished temporary file to its place.
  BlobInfo put_file(const std::string& container, const std::string& blob, const std::filesystem::path& file,
                    const std::string& content_type, const std::string& content_md5,
                    const std::map<std::string, std::string>& metadata);
  BlobInfo put(const std::string& container, const std::string& blob, std::string_view content,
               const std::string& content_type = "application/octet-stream");
  void set_metadata(const std::string& container, const std::string& blob,
                    const std::map<std::string, std::string>& metadata);
  bool remove(const std::string& container, const std::string& blob);
  /// Every blob whose name starts with the prefix, sorted by name.
  std::vector<BlobInfo> list(const std::string& container, const std::string& prefix) const;

  /// A fresh file name to write an upload to, on the same file system as the blobs.
  std::filesystem::path temporary_file() const;

 private:
  void describe(const std::string& container, BlobInfo& info) const;

  Database& m_database;
  std::filesystem::path m_root;
  std::filesystem::path m_temporary;
};

}  // namespace mlops::emulator
