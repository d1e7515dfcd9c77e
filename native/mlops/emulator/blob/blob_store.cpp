#include <fmt/format.h>
#include <sys/stat.h>

#include <algorithm>
#include <boost/json.hpp>
#include <fstream>
#include <mlops/core/hash.hpp>
#include <mlops/core/text.hpp>
#include <mlops/emulator/blob/blob_store.hpp>
#include <mlops/emulator/server/message.hpp>

namespace mlops::emulator {

namespace fs = std::filesystem;

namespace {

constexpr const char* k_schema = R"(
CREATE TABLE IF NOT EXISTS blobs (
  container TEXT NOT NULL, name TEXT NOT NULL, content_type TEXT NOT NULL, content_md5 TEXT NOT NULL,
  metadata TEXT NOT NULL, stamp TEXT NOT NULL, revision INTEGER NOT NULL, PRIMARY KEY (container, name));
)";

struct FileState {
  std::uint64_t size = 0;
  core::SystemTime modified;
  std::string stamp;  // changes when the content does
};

std::optional<FileState> state_of(const fs::path& file) {
  struct stat status {};

  if (::stat(file.c_str(), &status) != 0 || !S_ISREG(status.st_mode)) return std::nullopt;
  const auto since_epoch =
      std::chrono::seconds(status.st_mtim.tv_sec) + std::chrono::nanoseconds(status.st_mtim.tv_nsec);
  const auto size = static_cast<std::uint64_t>(status.st_size);
  return FileState{size, core::SystemTime(std::chrono::duration_cast<core::SystemTime::duration>(since_epoch)),
                   fmt::format("{:X}-{:X}-{:X}", since_epoch.count(), size, status.st_ino)};
}

bool is_part_allowed(const std::string& part) {
  return !part.empty() && part != "." && part != ".." && part.find('\0') == std::string::npos;
}

std::string to_text(const std::map<std::string, std::string>& metadata) {
  json::object object;
  for (const auto& [name, value] : metadata) object[core::to_lower(name)] = value;
  return json::serialize(object);
}

}  // namespace

BlobStore::BlobStore(Database& database, fs::path root, fs::path temporary)
    : m_database(database), m_root(std::move(root)), m_temporary(std::move(temporary)) {
  fs::create_directories(m_root);
  fs::remove_all(m_temporary);  // what an interrupted upload left
  fs::create_directories(m_temporary);
  m_database.execute(k_schema);
}

fs::path BlobStore::path_of(const std::string& container, const std::string& blob) const {
  fs::path path = m_root;
  const std::string name = blob.empty() ? container : container + '/' + blob;
  for (const auto& part : core::split(name, '/')) {
    if (!is_part_allowed(part)) {
      throw ServiceError(400, "InvalidUri", fmt::format("aml-emulator can't store a blob named '{}'.", name));
    }
    path /= part;
  }
  return path;
}

bool BlobStore::has_container(const std::string& container) const {
  return fs::is_directory(path_of(container, ""));
}

void BlobStore::create_container(const std::string& container) {
  fs::create_directories(path_of(container, ""));
}

std::optional<BlobInfo> BlobStore::find(const std::string& container, const std::string& blob) const {
  if (blob.empty() || blob.back() == '/') return std::nullopt;
  if (!state_of(path_of(container, blob))) return std::nullopt;
  BlobInfo info{.name = blob};
  describe(container, info);
  return info;
}

void BlobStore::describe(const std::string& container, BlobInfo& info) const {
  const FileState state = state_of(path_of(container, info.name)).value_or(FileState{});
  info.size = state.size;
  info.modified = state.modified;
  std::int64_t revision = 0;
  Rows rows = m_database.query(
      "SELECT content_type, content_md5, metadata, stamp, revision FROM blobs WHERE container=? AND name=?", container,
      info.name);
  if (rows.next()) {
    info.content_type = rows.text(0);
    if (rows.text(3) == state.stamp) info.content_md5 = rows.text(1);
    const json::value metadata = json::parse(rows.text(2));
    for (const auto& member : metadata.as_object()) {
      info.metadata.emplace(member.key(), std::string(member.value().as_string()));
    }
    revision = rows.integer(4);
  }
  info.etag = fmt::format("\"0x{}-{:X}\"", state.stamp, revision);
}

BlobInfo BlobStore::put_file(const std::string& container, const std::string& blob, const fs::path& file,
                             const std::string& content_type, const std::string& content_md5,
                             const std::map<std::string, std::string>& metadata) {
  const fs::path target = path_of(container, blob);
  std::error_code failure;
  fs::create_directories(target.parent_path(), failure);
  if (!failure) fs::rename(file, target, failure);
  if (failure) {
    throw ServiceError(
        409, "BlobNameConflict",
        fmt::format("aml-emulator keeps blobs as files, and '{}' is at once a blob and a folder of blobs: {}.", blob,
                    failure.message()));
  }
  m_database.run(
      "INSERT INTO blobs VALUES (?, ?, ?, ?, ?, ?, 1) ON CONFLICT (container, name) DO UPDATE SET "
      "content_type=excluded.content_type, content_md5=excluded.content_md5, metadata=excluded.metadata, "
      "stamp=excluded.stamp, revision=revision+1",
      container, blob, content_type, content_md5, to_text(metadata), state_of(target).value_or(FileState{}).stamp);
  return find(container, blob).value();
}

BlobInfo BlobStore::put(const std::string& container, const std::string& blob, std::string_view content,
                        const std::string& content_type) {
  const fs::path file = temporary_file();
  std::ofstream(file, std::ios::binary).write(content.data(), static_cast<std::streamsize>(content.size()));
  return put_file(container, blob, file, content_type, "", {});
}

void BlobStore::set_metadata(const std::string& container, const std::string& blob,
                             const std::map<std::string, std::string>& metadata) {
  m_database.run(
      "INSERT INTO blobs VALUES (?, ?, 'application/octet-stream', '', ?, '', 1) ON CONFLICT (container, name) "
      "DO UPDATE SET metadata=excluded.metadata, revision=revision+1",
      container, blob, to_text(metadata));
}

bool BlobStore::remove(const std::string& container, const std::string& blob) {
  if (!find(container, blob)) return false;
  const fs::path file = path_of(container, blob);
  m_database.run("DELETE FROM blobs WHERE container=? AND name=?", container, blob);
  if (!fs::remove(file)) return false;
  // Folders exist only as parts of names.
  std::error_code stop;
  for (fs::path folder = file.parent_path(); folder != path_of(container, "") && !stop; folder = folder.parent_path()) {
    fs::remove(folder, stop);
  }
  return true;
}

std::vector<BlobInfo> BlobStore::list(const std::string& container, const std::string& prefix) const {
  const fs::path root = path_of(container, "");
  const auto slash = prefix.rfind('/');
  const std::string folder = slash == std::string::npos ? "" : std::string(prefix.substr(0, slash));
  std::vector<BlobInfo> blobs;
  std::error_code failure;
  const fs::path start = folder.empty() ? root : root / folder;
  if (folder.find("..") != std::string::npos) return blobs;
  for (fs::recursive_directory_iterator entry(start, failure), end; !failure && entry != end;
       entry.increment(failure)) {
    std::error_code gone;
    if (!entry->is_regular_file(gone)) continue;
    std::string name = entry->path().lexically_relative(root).generic_string();
    if (name.starts_with(prefix)) blobs.push_back({.name = std::move(name)});
  }
  for (auto& blob : blobs) describe(container, blob);
  std::sort(blobs.begin(), blobs.end(), [](const auto& a, const auto& b) { return a.name < b.name; });
  return blobs;
}

fs::path BlobStore::temporary_file() const {
  return m_temporary / core::random_uuid();
}

}  // namespace mlops::emulator
