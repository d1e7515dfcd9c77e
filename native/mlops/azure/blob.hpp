#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <map>
#include <mlops/azure/session.hpp>
#include <optional>
#include <string>
#include <vector>

namespace mlops::azure {

/// https://learn.microsoft.com/rest/api/storageservices/blob-service-rest-api
inline constexpr const char* k_blob_api_version = "2021-12-02";

struct BlobItem {
  std::string name;
  std::uint64_t size = 0;
};

struct BlobProperties {
  std::uint64_t size = 0;
  std::string etag;
  std::map<std::string, std::string> metadata;
};

struct UploadFile {
  std::filesystem::path file;
  std::string blob;  ///< name inside the container
  std::uint64_t size = 0;
};

/// One blob container, reached by a SAS address ("https://account.blob.core.windows.net/container?sv=...") or by the
/// session's token. Memory stays constant whatever a file's size: it is sent in blocks read from disk.
class BlobContainer {
 public:
  /// The SAS query becomes a known secret of the log.
  static BlobContainer with_sas(Session& session, const std::string& container_sas_url);
  /// Authorized by the session's credential (identity-based datastores).
  static BlobContainer with_token(Session& session, const std::string& container_url);

  std::optional<BlobProperties> properties(const std::string& blob);
  std::vector<BlobItem> list(const std::string& prefix, std::size_t most = 1'000'000);
  /// One small blob at once.
  void put(const std::string& blob, const std::string& content,
           const std::map<std::string, std::string>& metadata = {});
  /// Files in parallel; those over one block are sent as blocks with ids derived from their offset and the file's size
  /// and time, and blocks that an interrupted upload left uncommitted are not sent again. `progress` (may be empty)
  /// gets bytes done of bytes in all, one call at a time. Throws core::Error "file-changed" when a file isn't of the
  /// given size.
  void upload(const std::vector<UploadFile>& files, const std::function<void(std::uint64_t, std::uint64_t)>& progress);
  void set_metadata(const std::string& blob, const std::map<std::string, std::string>& metadata);
  /// Bytes from `offset` to the end as it is now, at most `most`; empty when there is nothing new (416). Throws
  /// core::Error "not-found" when there is no such blob (yet).
  std::string read(const std::string& blob, std::uint64_t offset, std::uint64_t most);
  /// Streams a blob into a file through a temporary name; after an interruption it goes on where it stood. Throws
  /// core::Error "not-found", or "download-failed" also when the blob changes meanwhile.
  void download(const std::string& blob, const std::filesystem::path& file);
  std::string url_of(const std::string& blob) const;  ///< without the SAS query

 private:
  BlobContainer(Session& session, http::Transport& transport, std::string base, std::string sas);
  http::Request request(const std::string& method, const std::string& blob, const std::string& query = {}) const;
  /// Sends it; throws core::Error "service-error" that begins with `what` for an answer other than 2xx.
  http::Response send(const http::Request& request, const std::string& what) const;
  friend class BlobUpload;
  friend class BlobDownload;

  Session* m_session;
  http::Transport* m_transport;
  std::string m_base;  ///< the container's address without query
  std::string m_sas;   ///< the signature's query without '?', or empty
};

}  // namespace mlops::azure
