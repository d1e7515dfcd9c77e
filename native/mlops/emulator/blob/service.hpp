#pragma once

#include <map>
#include <mlops/emulator/blob/blocks.hpp>
#include <mlops/emulator/context.hpp>
#include <mlops/emulator/server/router.hpp>

namespace mlops::emulator {

/// The Blob service's REST API below /emulator.blob.localhost/<container>/<blob>.
/// https://learn.microsoft.com/rest/api/storageservices/blob-service-rest-api
void add_blob_routes(Router& router, Context& context, Blocks& blocks);

/// One request to the Blob service, its container and blob already taken from the path.
struct BlobRequest {
  const Request& http;
  Context& context;
  Blocks& blocks;
  std::string container;
  std::string blob;  ///< empty for the container itself

  std::string query(std::string_view name) const { return http.query_value(name).value_or(""); }
};

/// The operations, in one file per kind. All throw ServiceError with Blob storage's codes.
Response put_blob(const BlobRequest& request);
Response put_block(const BlobRequest& request);
Response put_block_list(const BlobRequest& request);
Response get_block_list(const BlobRequest& request);
Response get_blob(const BlobRequest& request);
Response get_blob_properties(const BlobRequest& request);
Response put_metadata(const BlobRequest& request);
Response delete_blob(const BlobRequest& request);
Response list_blobs(const BlobRequest& request);

/// If-Match and If-None-Match of a request that writes. Throws 409 "BlobAlreadyExists" or 412 "ConditionNotMet".
void check_write_conditions(const BlobRequest& request);
/// The x-ms-meta-* headers, names in lower case.
std::map<std::string, std::string> metadata_of(const Request& request);
/// ETag, Last-Modified and the service's own headers.
void add_blob_headers(Response& response, const BlobInfo& info);
std::string to_http_date(core::SystemTime time);
std::string escape_xml(std::string_view text);

}  // namespace mlops::emulator
