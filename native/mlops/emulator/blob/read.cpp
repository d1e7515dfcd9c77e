#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <mlops/emulator/blob/service.hpp>

namespace mlops::emulator {

namespace {

BlobInfo existing(const BlobRequest& request) {
  if (auto info = request.context.blobs.find(request.container, request.blob)) return *info;
  throw ServiceError(404, "BlobNotFound", "The specified blob does not exist.");
}

void add_properties(Response& response, const BlobInfo& info) {
  add_blob_headers(response, info);
  response.headers.set("Content-Type", info.content_type);
  response.headers.set("x-ms-blob-type", "BlockBlob");
  response.headers.set("x-ms-lease-status", "unlocked");
  response.headers.set("x-ms-lease-state", "available");
  response.headers.set("x-ms-creation-time", to_http_date(info.modified));
  response.headers.set("Accept-Ranges", "bytes");
  for (const auto& [name, value] : info.metadata) response.headers.set("x-ms-meta-" + name, value);
}

// Empty when the request wants it whole; an answer when the condition ends it here.
std::optional<Response> check_read_conditions(const Request& request, const BlobInfo& info) {
  const std::string match = request.header("If-Match");
  if (!match.empty() && match != "*" && match != info.etag) {
    throw ServiceError(412, "ConditionNotMet", "The condition specified using HTTP conditional header(s) is not met.");
  }
  if (request.header("If-None-Match") != info.etag) return std::nullopt;
  Response response = Response::empty(304);
  add_blob_headers(response, info);
  return response;
}

struct ByteRange {
  std::uint64_t first = 0;
  std::uint64_t last = 0;
};

// "bytes=0-9", "bytes=10-"; anything else is the whole blob, as RFC 9110 wants of what isn't understood.
std::optional<ByteRange> range_of(const Request& request, std::uint64_t size) {
  std::string text = request.header("x-ms-range");
  if (text.empty()) text = request.header("Range");
  constexpr std::string_view k_unit = "bytes=";
  const auto dash = text.find('-');
  if (!text.starts_with(k_unit) || dash == std::string::npos || text.find(',') != std::string::npos)
    return std::nullopt;
  ByteRange range{0, size == 0 ? 0 : size - 1};
  const char* end = text.data() + text.size();
  if (std::from_chars(text.data() + k_unit.size(), text.data() + dash, range.first).ec != std::errc())
    return std::nullopt;
  std::uint64_t last = 0;
  if (std::from_chars(text.data() + dash + 1, end, last).ec == std::errc()) range.last = std::min(range.last, last);
  if (range.first >= size || range.first > range.last) {
    throw ServiceError(416, "InvalidRange", "The range specified is invalid for the current size of the resource.");
  }
  return range;
}

}  // namespace

Response get_blob(const BlobRequest& request) {
  const BlobInfo info = existing(request);
  if (auto ended = check_read_conditions(request.http, info)) return *ended;
  const auto range = range_of(request.http, info.size);
  Response response = Response::empty(range ? 206 : 200);
  add_properties(response, info);
  const std::uint64_t first = range ? range->first : 0;
  const std::uint64_t length = range ? range->last - range->first + 1 : info.size;
  response.file = http::FileRange{request.context.blobs.path_of(request.container, request.blob), first, length};
  if (range) {
    response.headers.set("Content-Range", fmt::format("bytes {}-{}/{}", range->first, range->last, info.size));
    if (!info.content_md5.empty()) response.headers.set("x-ms-blob-content-md5", info.content_md5);
  } else if (!info.content_md5.empty()) {
    response.headers.set("Content-MD5", info.content_md5);
  }
  return response;
}

Response get_blob_properties(const BlobRequest& request) {
  const BlobInfo info = existing(request);
  if (auto ended = check_read_conditions(request.http, info)) return *ended;
  Response response = Response::empty(200);
  add_properties(response, info);
  if (!info.content_md5.empty()) response.headers.set("Content-MD5", info.content_md5);
  const bool metadata_only = request.query("comp") == "metadata";
  response.headers.set("Content-Length", metadata_only ? "0" : std::to_string(info.size));
  return response;
}

Response put_metadata(const BlobRequest& request) {
  existing(request);
  check_write_conditions(request);
  request.context.blobs.set_metadata(request.container, request.blob, metadata_of(request.http));
  Response response = Response::empty(200);
  add_blob_headers(response, existing(request));
  return response;
}

Response delete_blob(const BlobRequest& request) {
  existing(request);
  check_write_conditions(request);
  request.context.blobs.remove(request.container, request.blob);
  request.blocks.commit(request.container, request.blob, {});
  return Response::empty(202);
}

}  // namespace mlops::emulator
