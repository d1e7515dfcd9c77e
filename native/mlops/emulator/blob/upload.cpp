#include <fmt/format.h>
#include <openssl/evp.h>

#include <fstream>
#include <memory>
#include <mlops/core/hash.hpp>
#include <mlops/emulator/blob/service.hpp>

namespace mlops::emulator {

namespace {

namespace fs = std::filesystem;

std::string md5_of(const fs::path& file) {
  const std::unique_ptr<EVP_MD_CTX, decltype(&EVP_MD_CTX_free)> digest(EVP_MD_CTX_new(), EVP_MD_CTX_free);
  EVP_DigestInit_ex(digest.get(), EVP_md5(), nullptr);
  std::ifstream in(file, std::ios::binary);
  std::vector<char> piece(std::size_t{1} << 16);
  while (in) {
    in.read(piece.data(), static_cast<std::streamsize>(piece.size()));
    EVP_DigestUpdate(digest.get(), piece.data(), static_cast<std::size_t>(in.gcount()));
  }
  std::string bytes(EVP_MAX_MD_SIZE, '\0');
  unsigned int size = 0;
  EVP_DigestFinal_ex(digest.get(), reinterpret_cast<unsigned char*>(bytes.data()), &size);
  return core::base64(bytes.substr(0, size));
}

// The body as a file of its own, which the caller moves to its place.
fs::path body_as_file(const BlobRequest& request) {
  if (!request.http.body_file.empty()) return request.http.body_file;
  const fs::path file = request.context.blobs.temporary_file();
  std::ofstream out(file, std::ios::binary);
  out.write(request.http.body.data(), static_cast<std::streamsize>(request.http.body.size()));
  out.close();
  if (!out) throw ServiceError(500, "InternalError", "The data folder can't be written to.");
  return file;
}

// What the client says of the body must be true of what arrived.
std::string checked_md5(const BlobRequest& request, const fs::path& file) {
  std::string md5 = md5_of(file);
  const std::string expected = request.http.header("Content-MD5");
  if (expected.empty() || expected == md5) return md5;
  fs::remove(file);
  throw ServiceError(
      400, "Md5Mismatch",
      "The MD5 value specified in the request did not match with the MD5 value calculated by the server.");
}

std::string content_type_of(const Request& request) {
  const std::string own = request.header("x-ms-blob-content-type");
  if (!own.empty()) return own;
  const std::string general = request.header("Content-Type");
  return general.empty() ? "application/octet-stream" : general;
}

// <BlockList><Latest>id</Latest><Committed>id</Committed>...</BlockList>
std::vector<std::pair<Blocks::From, std::string>> parse_block_list(const std::string& xml) {
  std::vector<std::pair<Blocks::From, std::string>> list;
  std::size_t at = xml.find("<BlockList");
  const auto invalid = [] {
    return ServiceError(400, "InvalidXmlDocument", "The specified XML is not syntactically valid.");
  };
  if (at == std::string::npos) throw invalid();
  for (at = xml.find('<', at + 1); at != std::string::npos; at = xml.find('<', at + 1)) {
    const auto end = xml.find('>', at);
    if (end == std::string::npos) throw invalid();
    const std::string tag = xml.substr(at + 1, end - at - 1);
    if (tag.starts_with('/')) continue;
    const auto close = xml.find("</" + tag + ">", end);
    if (close == std::string::npos) throw invalid();
    const std::string id = xml.substr(end + 1, close - end - 1);
    if (tag == "Latest")
      list.emplace_back(Blocks::From::latest, id);
    else if (tag == "Committed")
      list.emplace_back(Blocks::From::committed, id);
    else if (tag == "Uncommitted")
      list.emplace_back(Blocks::From::uncommitted, id);
    else
      throw invalid();
    at = close;
  }
  return list;
}

std::string block_elements(const char* name, const std::vector<Blocks::Block>& blocks) {
  std::string xml = fmt::format("<{}>", name);
  for (const auto& block : blocks) {
    xml += fmt::format("<Block><Name>{}</Name><Size>{}</Size></Block>", block.id, block.size);
  }
  return xml + fmt::format("</{}>", name);
}

}  // namespace

Response put_blob(const BlobRequest& request) {
  if (request.http.header("x-ms-blob-type") != "BlockBlob") {
    throw ServiceError(400, "InvalidHeaderValue",
                       "aml-emulator stores block blobs only; x-ms-blob-type must be BlockBlob.");
  }
  check_write_conditions(request);
  const fs::path file = body_as_file(request);
  const std::string md5 = checked_md5(request, file);
  const BlobInfo info = request.context.blobs.put_file(request.container, request.blob, file,
                                                       content_type_of(request.http), md5, metadata_of(request.http));
  request.blocks.commit(request.container, request.blob, {});
  Response response = Response::empty(201);
  add_blob_headers(response, info);
  response.headers.set("Content-MD5", md5);
  return response;
}

Response put_block(const BlobRequest& request) {
  const std::string id = request.query("blockid");
  if (id.empty() || id.size() > 88)
    throw ServiceError(400, "InvalidQueryParameterValue", "The block id is missing or too long.");
  const fs::path file = body_as_file(request);
  const std::string md5 = checked_md5(request, file);
  request.blocks.stage(request.container, request.blob, id, file);
  Response response = Response::empty(201);
  response.headers.set("Content-MD5", md5);
  response.headers.set("x-ms-request-server-encrypted", "true");
  return response;
}

Response put_block_list(const BlobRequest& request) {
  check_write_conditions(request);
  std::vector<Blocks::Block> blocks;
  const fs::path file =
      request.blocks.assemble(request.container, request.blob, parse_block_list(request.http.content()), blocks);
  const std::string type = request.http.header("x-ms-blob-content-type");
  const BlobInfo info = request.context.blobs.put_file(
      request.container, request.blob, file, type.empty() ? "application/octet-stream" : type,
      request.http.header("x-ms-blob-content-md5"), metadata_of(request.http));
  request.blocks.commit(request.container, request.blob, blocks);
  Response response = Response::empty(201);
  add_blob_headers(response, info);
  return response;
}

Response get_block_list(const BlobRequest& request) {
  const std::string type = request.query("blocklisttype");
  const auto committed = request.blocks.committed(request.container, request.blob);
  const auto uncommitted = request.blocks.uncommitted(request.container, request.blob);
  const auto blob = request.context.blobs.find(request.container, request.blob);
  if (!blob && uncommitted.empty()) throw ServiceError(404, "BlobNotFound", "The specified blob does not exist.");
  std::string xml = "<?xml version=\"1.0\" encoding=\"utf-8\"?><BlockList>";
  if (type != "uncommitted") xml += block_elements("CommittedBlocks", committed);
  if (type == "uncommitted" || type == "all") xml += block_elements("UncommittedBlocks", uncommitted);
  Response response = Response::of_text(200, "application/xml", xml + "</BlockList>");
  if (blob) {
    add_blob_headers(response, *blob);
    response.headers.set("x-ms-blob-content-length", std::to_string(blob->size));
  }
  return response;
}

}  // namespace mlops::emulator
