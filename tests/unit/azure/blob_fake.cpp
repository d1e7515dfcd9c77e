#include "blob_fake.hpp"

#include <fmt/format.h>

#include <cstdio>
#include <fstream>
#include <mlops/core/text.hpp>
#include <mlops/http/url.hpp>

namespace mlops::test {

namespace {

std::string blob_name(const http::Request& request) {
  const std::string path = http::parse_url(request.url).path;
  return path.size() > 5 ? http::decode(path.substr(5)) : std::string();  // behind "/box/"
}

std::map<std::string, std::string> query_of(const http::Request& request) {
  std::map<std::string, std::string> query;
  for (const auto& [name, value] : http::parse_query(http::parse_url(request.url).query)) query[name] = value;
  return query;
}

// Blocks are large: only the piece is read.
std::string content_of(const http::Request& request) {
  const auto* range = std::get_if<http::FileRange>(&request.body);
  if (!range) return std::get<std::string>(request.body);
  std::ifstream file(range->file, std::ios::binary);
  file.seekg(static_cast<std::streamoff>(range->offset));
  std::string content(range->length, '\0');
  file.read(content.data(), static_cast<std::streamsize>(content.size()));
  return content;
}

}  // namespace

BlobWorld::BlobWorld() {
  transport.on("PUT", k_container, [this](const http::Request& request) { return put(request); });
  transport.on("GET", k_container, [this](const http::Request& request) { return get(request); });
}

http::Response BlobWorld::put(const http::Request& request) {
  const std::lock_guard lock(m_mutex);
  auto query = query_of(request);
  const std::string name = blob_name(request);
  const std::string body = content_of(request);
  if (query["comp"] == "block") {
    ++puts["block"];
    uncommitted[name][query["blockid"]] = body;
  } else if (query["comp"] == "blocklist") {
    ++puts["blocklist"];
    std::string content;
    for (const auto& part : core::split(core::replace_all(body, "</Latest>", "\n"), '\n')) {
      const auto start = part.find("<Latest>");
      if (start != std::string::npos) content += uncommitted[name].at(part.substr(start + 8));
    }
    blobs[name] = content;
    uncommitted.erase(name);
  } else {
    ++puts["blob"];
    blobs[name] = body;
  }
  return {201};
}

http::Response BlobWorld::get(const http::Request& request) {
  const std::lock_guard lock(m_mutex);
  const std::string name = blob_name(request);
  if (query_of(request)["comp"] == "blocklist") {
    if (!uncommitted.count(name)) return {404};
    std::string xml = "\xEF\xBB\xBF<?xml version=\"1.0\"?><BlockList><CommittedBlocks/><UncommittedBlocks>";
    for (const auto& [id, content] : uncommitted[name]) {
      xml += fmt::format("<Block><Name>{}</Name><Size>{}</Size></Block>", id, content.size());
    }
    return {200, {}, xml + "</UncommittedBlocks></BlockList>"};
  }
  const auto blob = blobs.find(name);
  if (blob == blobs.end()) return {404, {}, "<Error><Code>BlobNotFound</Code><Message>No.\nId</Message></Error>"};
  return get_range(request, blob->second);
}

http::Response BlobWorld::get_range(const http::Request& request, const std::string& content) const {
  std::size_t first = 0;
  std::size_t last = 0;
  std::sscanf(request.headers.find("x-ms-range").value().c_str(), "bytes=%zu-%zu", &first, &last);
  if (request.headers.find("If-Match").value_or(etag) != etag) return {412};
  if (first >= content.size()) return {416};
  last = std::min(last, content.size() - 1);
  const std::string range = fmt::format("bytes {}-{}/{}", first, last, content.size());
  return {206, {{"Content-Range", range}, {"ETag", etag}}, content.substr(first, last - first + 1)};
}

}  // namespace mlops::test
