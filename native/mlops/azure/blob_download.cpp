#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <mlops/azure/blob.hpp>
#include <mlops/azure/resource_manager.hpp>
#include <mlops/http/url.hpp>

namespace mlops::azure {

namespace fs = std::filesystem;

namespace {

// A request's worth; after a failure only the current piece is asked for again.
constexpr std::uint64_t k_piece_size = std::uint64_t{32} << 20U;

core::Error unwritable(const fs::path& file, const std::string& why) {
  return {"download-failed",
          fmt::format("can't write \"{}\": {}.", file.string(), why),
          {},
          "Check the folder's permissions and the free disk space."};
}

/// A file under a temporary name that becomes the target when it is complete, and goes away when it doesn't.
class PartialFile {
 public:
  explicit PartialFile(const fs::path& target) : m_target(target) {
    std::error_code failure;
    if (target.has_parent_path()) fs::create_directories(target.parent_path(), failure);
    if (failure) throw unwritable(target, failure.message());
    m_name = target.string() + ".XXXXXX";
    m_descriptor = ::mkostemp(m_name.data(), O_CLOEXEC);
    if (m_descriptor < 0) throw unwritable(target, std::strerror(errno));
  }

  ~PartialFile() {
    if (m_descriptor >= 0) ::close(m_descriptor);
    if (!m_name.empty()) ::unlink(m_name.c_str());
  }

  PartialFile(const PartialFile&) = delete;
  PartialFile& operator=(const PartialFile&) = delete;

  std::uint64_t size() const { return m_size; }

  void append(std::string_view bytes) {
    while (!bytes.empty()) {
      const ssize_t written = ::pwrite(m_descriptor, bytes.data(), bytes.size(), static_cast<off_t>(m_size));
      if (written < 0 && errno == EINTR) continue;
      if (written < 0) throw unwritable(m_target, std::strerror(errno));
      m_size += static_cast<std::uint64_t>(written);
      bytes.remove_prefix(static_cast<std::size_t>(written));
    }
  }

  void truncate(std::uint64_t size) {
    if (::ftruncate(m_descriptor, static_cast<off_t>(size)) != 0) throw unwritable(m_target, std::strerror(errno));
    m_size = size;
  }

  void complete() {
    ::fchmod(m_descriptor, 0644);
    if (::close(std::exchange(m_descriptor, -1)) != 0) throw unwritable(m_target, std::strerror(errno));
    if (::rename(m_name.c_str(), m_target.c_str()) != 0) throw unwritable(m_target, std::strerror(errno));
    m_name.clear();
  }

 private:
  fs::path m_target;
  std::string m_name;
  int m_descriptor = -1;
  std::uint64_t m_size = 0;
};

/// The size of the whole blob in "bytes 0-99/1234".
std::optional<std::uint64_t> total_of(const http::Response& response) {
  const std::string range = response.headers.find("Content-Range").value_or("");
  const auto slash = range.find('/');
  if (slash == std::string::npos || range.substr(slash + 1) == "*") return std::nullopt;
  return std::strtoull(range.c_str() + slash + 1, nullptr, 10);
}

}  // namespace

class BlobDownload {
 public:
  BlobDownload(const BlobContainer& container, std::string blob, const fs::path& file)
      : m_container(container), m_blob(std::move(blob)), m_file(file) {}

  void run() {
    while (get_piece()) {
    }
    m_file.complete();
  }

 private:
  /// Whether there is more.
  bool get_piece() {
    const std::uint64_t start = m_file.size();
    const http::Request get = piece_request(start);
    const http::Response response = m_container.m_transport->send(get);
    if (response.status == 416 && start == 0) return false;  // an empty blob has no range
    if (!response.ok()) fail(get, response);
    if (response.status == 200) {  // the whole blob in spite of the range
      if (start > 0) m_file.truncate(0);
      if (start > 0) fail_with(get, "the service sent it from its beginning again");
      return false;
    }
    m_etag = response.headers.find("ETag").value_or("");
    const auto total = total_of(response);
    if (!total || m_file.size() <= start) fail_with(get, "the service sent a part that can't be placed");
    return m_file.size() < *total;
  }

  http::Request piece_request(std::uint64_t start) {
    http::Request get = m_container.request("GET", m_blob);
    get.headers.set("x-ms-range", fmt::format("bytes={}-{}", start, start + k_piece_size - 1));
    if (!m_etag.empty()) get.headers.set("If-Match", m_etag);
    get.timeout = {};
    get.sink = [this](std::string_view bytes) { m_file.append(bytes); };
    get.restart_sink = [this, start] { m_file.truncate(start); };
    return get;
  }

  [[noreturn]] void fail(const http::Request& request, const http::Response& response) const {
    if (response.status == 412) fail_with(request, "it changed meanwhile");
    const core::Error error = service_error(request, response, fmt::format("can't download the blob \"{}\"", m_blob));
    throw core::Error(response.status == 404 ? "not-found" : "download-failed", error.message(), error.place(),
                      error.hint());
  }

  [[noreturn]] void fail_with(const http::Request& request, const std::string& why) const {
    throw core::Error("download-failed", fmt::format("can't download the blob \"{}\": {}.", m_blob, why),
                      core::RequestPlace{request.method, http::loggable(request.url), 0, ""});
  }

  const BlobContainer& m_container;
  std::string m_blob;
  PartialFile m_file;
  std::string m_etag;
};

void BlobContainer::download(const std::string& blob, const fs::path& file) {
  BlobDownload(*this, blob, file).run();
}

}  // namespace mlops::azure
