#include <fmt/format.h>

#include <mlops/azure/blob.hpp>
#include <mlops/azure/resource_manager.hpp>
#include <mlops/core/partial_file.hpp>
#include <mlops/http/url.hpp>
#include <system_error>

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
  core::PartialFile m_file;
  std::string m_etag;
};

void BlobContainer::download(const std::string& blob, const fs::path& file) {
  try {
    BlobDownload(*this, blob, file).run();
  } catch (const std::system_error& failure) {
    throw unwritable(file, failure.code().message());
  }
}

}  // namespace mlops::azure
