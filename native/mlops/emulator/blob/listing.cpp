#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <mlops/emulator/blob/service.hpp>

namespace mlops::emulator {

namespace {

constexpr std::size_t k_most_on_a_page = 5000;

std::string element(const BlobInfo& blob, bool with_metadata) {
  std::string xml = fmt::format(
      "<Blob><Name>{}</Name><Properties><Creation-Time>{}</Creation-Time><Last-Modified>{}</Last-Modified>"
      "<Etag>{}</Etag><Content-Length>{}</Content-Length><Content-Type>{}</Content-Type><Content-MD5>{}</Content-MD5>"
      "<BlobType>BlockBlob</BlobType><LeaseStatus>unlocked</LeaseStatus><LeaseState>available</LeaseState>"
      "</Properties>",
      escape_xml(blob.name), to_http_date(blob.modified), to_http_date(blob.modified),
      blob.etag.substr(1, blob.etag.size() - 2), blob.size, escape_xml(blob.content_type), blob.content_md5);
  if (with_metadata) {
    xml += "<Metadata>";
    for (const auto& [name, value] : blob.metadata) xml += fmt::format("<{0}>{1}</{0}>", name, escape_xml(value));
    xml += "</Metadata>";
  }
  return xml + "</Blob>";
}

/// One entry of a page: a blob, or with a delimiter the common beginning of several.
struct Entry {
  std::string name;
  const BlobInfo* blob = nullptr;
};

std::vector<Entry> entries_of(const std::vector<BlobInfo>& blobs, const std::string& prefix,
                              const std::string& delimiter) {
  std::vector<Entry> entries;
  for (const auto& blob : blobs) {
    const auto at = delimiter.empty() ? std::string::npos : blob.name.find(delimiter, prefix.size());
    if (at == std::string::npos) {
      entries.push_back({blob.name, &blob});
    } else if (const std::string folder = blob.name.substr(0, at + delimiter.size());
               entries.empty() || entries.back().name != folder) {
      entries.push_back({folder, nullptr});
    }
  }
  return entries;
}

std::size_t page_size(const BlobRequest& request) {
  const std::string text = request.query("maxresults");
  if (text.empty()) return k_most_on_a_page;
  std::size_t size = 0;
  std::from_chars(text.data(), text.data() + text.size(), size);
  if (size == 0) throw ServiceError(400, "OutOfRangeQueryParameterValue", "maxresults must be at least 1.");
  return std::min(size, k_most_on_a_page);
}

}  // namespace

Response list_blobs(const BlobRequest& request) {
  const std::string prefix = request.query("prefix");
  const std::string marker = request.query("marker");
  const bool with_metadata = request.query("include").find("metadata") != std::string::npos;
  const auto blobs = request.context.blobs.list(request.container, prefix);
  const std::size_t most = page_size(request);
  std::string xml;
  std::string next;
  std::size_t count = 0;
  for (const auto& entry : entries_of(blobs, prefix, request.query("delimiter"))) {
    if (entry.name < marker) continue;
    if (count++ == most) {
      next = entry.name;  // the marker is the first name that did not fit
      break;
    }
    xml += entry.blob ? element(*entry.blob, with_metadata)
                      : fmt::format("<BlobPrefix><Name>{}</Name></BlobPrefix>", escape_xml(entry.name));
  }
  return Response::of_text(
      200, "application/xml",
      fmt::format("<?xml version=\"1.0\" encoding=\"utf-8\"?><EnumerationResults ServiceEndpoint=\"{}/{}/\" "
                  "ContainerName=\"{}\"><Prefix>{}</Prefix><Blobs>{}</Blobs><NextMarker>{}</NextMarker>"
                  "</EnumerationResults>",
                  request.context.base_url, k_storage_host, request.container, escape_xml(prefix), xml,
                  escape_xml(next)));
}

}  // namespace mlops::emulator
