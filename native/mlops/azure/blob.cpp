#include <fmt/chrono.h>
#include <fmt/format.h>

#include <algorithm>
#include <mlops/azure/blob.hpp>
#include <mlops/azure/blob_listing.hpp>
#include <mlops/azure/resource_manager.hpp>
#include <mlops/core/text.hpp>
#include <mlops/http/url.hpp>

namespace mlops::azure {

namespace {

constexpr std::string_view k_metadata_prefix = "x-ms-meta-";
constexpr std::size_t k_page_size = 5'000;  // the service's own limit

std::string rfc1123(core::SystemTime time) {
  return fmt::format("{:%a, %d %b %Y %H:%M:%S} GMT", fmt::gmtime(std::chrono::system_clock::to_time_t(time)));
}

void add_metadata(http::Request& request, const std::map<std::string, std::string>& metadata) {
  for (const auto& [name, value] : metadata) request.headers.set(std::string(k_metadata_prefix) + name, value);
}

// The signature alone is the secret, but it is the query as a whole that must not show up anywhere.
void register_secrets(agent::Log& log, const std::string& sas) {
  log.add_secret(core::Secret(sas));
  for (const auto& part : core::split(sas, '&')) {
    if (part.rfind("sig=", 0) != 0) continue;
    log.add_secret(core::Secret(part.substr(4)));
    log.add_secret(core::Secret(http::decode(part.substr(4))));
  }
}

std::string without_final_slash(std::string url) {
  while (!url.empty() && url.back() == '/') url.pop_back();
  return url;
}

}  // namespace

BlobContainer::BlobContainer(Session& session, http::Transport& transport, std::string base, std::string sas)
    : m_session(&session),
      m_transport(&transport),
      m_base(without_final_slash(std::move(base))),
      m_sas(std::move(sas)) {}

BlobContainer BlobContainer::with_sas(Session& session, const std::string& container_sas_url) {
  const auto mark = container_sas_url.find('?');
  const std::string sas = mark == std::string::npos ? std::string() : container_sas_url.substr(mark + 1);
  register_secrets(session.services().log, sas);
  return {session, session.anonymous(), container_sas_url.substr(0, mark), sas};
}

BlobContainer BlobContainer::with_token(Session& session, const std::string& container_url) {
  return {session, session.transport_for(session.cloud().storage_audience),
          container_url.substr(0, container_url.find('?')), ""};
}

std::string BlobContainer::url_of(const std::string& blob) const {
  return blob.empty() ? m_base : m_base + "/" + http::encode_path(blob);
}

http::Request BlobContainer::request(const std::string& method, const std::string& blob,
                                     const std::string& query) const {
  http::Request request;
  request.method = method;
  request.url = url_of(blob);
  for (const std::string& part : {query, m_sas}) {
    if (!part.empty()) request.url += (request.url.find('?') == std::string::npos ? "?" : "&") + part;
  }
  request.headers = {{"x-ms-version", k_blob_api_version}, {"x-ms-date", rfc1123(m_session->services().clock.now())}};
  return request;
}

http::Response BlobContainer::send(const http::Request& request, const std::string& what) const {
  http::Response response = m_transport->send(request);
  if (response.ok()) return response;
  const core::Error error = service_error(request, response, what);
  if (response.status != 404) throw error;
  throw core::Error("not-found", error.message(), error.place(), error.hint());
}

std::optional<BlobProperties> BlobContainer::properties(const std::string& blob) {
  const http::Request head = request("HEAD", blob);
  const http::Response response = m_transport->send(head);
  if (response.status == 404) return std::nullopt;
  if (!response.ok()) throw service_error(head, response, fmt::format("can't look up the blob \"{}\"", blob));
  BlobProperties properties;
  properties.size = std::strtoull(response.headers.find("Content-Length").value_or("0").c_str(), nullptr, 10);
  properties.etag = response.headers.find("ETag").value_or("");
  for (const auto& [name, value] : response.headers.fields()) {
    const std::string lower = core::to_lower(name);
    if (lower.rfind(k_metadata_prefix, 0) == 0) properties.metadata[lower.substr(k_metadata_prefix.size())] = value;
  }
  return properties;
}

std::vector<BlobItem> BlobContainer::list(const std::string& prefix, std::size_t most) {
  std::vector<BlobItem> items;
  std::string marker;
  do {
    std::string query = fmt::format("restype=container&comp=list&prefix={}&maxresults={}", http::encode(prefix),
                                    std::min(most - items.size(), k_page_size));
    if (!marker.empty()) query += "&marker=" + http::encode(marker);
    const http::Response response =
        send(request("GET", "", query), fmt::format("can't list the blobs below \"{}\"", prefix));
    BlobPage page = parse_blob_page(response.body);
    for (auto& item : page.items) {
      if (items.size() < most) items.push_back(std::move(item));
    }
    marker = page.next_marker;
  } while (!marker.empty() && items.size() < most);
  return items;
}

void BlobContainer::put(const std::string& blob, const std::string& content,
                        const std::map<std::string, std::string>& metadata) {
  http::Request put = request("PUT", blob);
  put.headers.set("x-ms-blob-type", "BlockBlob");
  put.headers.set("Content-Type", "application/octet-stream");
  add_metadata(put, metadata);
  put.body = content;
  send(put, fmt::format("can't write the blob \"{}\"", blob));
}

void BlobContainer::set_metadata(const std::string& blob, const std::map<std::string, std::string>& metadata) {
  http::Request put = request("PUT", blob, "comp=metadata");
  add_metadata(put, metadata);
  send(put, fmt::format("can't set the metadata of the blob \"{}\"", blob));
}

std::string BlobContainer::read(const std::string& blob, std::uint64_t offset, std::uint64_t most) {
  if (most == 0) return {};
  http::Request get = request("GET", blob);
  get.headers.set("x-ms-range", fmt::format("bytes={}-{}", offset, offset + most - 1));
  const http::Response response = m_transport->send(get);
  if (response.status == 416) return {};
  if (response.status == 206) return response.body;
  if (response.status == 200) {  // a stand-in that doesn't know ranges sends it all
    return offset < response.body.size() ? response.body.substr(offset, most) : std::string();
  }
  const core::Error error = service_error(get, response, fmt::format("can't read the blob \"{}\"", blob));
  if (response.status != 404) throw error;
  throw core::Error("not-found", error.message(), error.place(), error.hint());
}

}  // namespace mlops::azure
