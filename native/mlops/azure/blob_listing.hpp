#pragma once

#include <cstdint>
#include <map>
#include <mlops/azure/blob.hpp>
#include <string>
#include <vector>

namespace mlops::azure {

/// One page of List Blobs.
struct BlobPage {
  std::vector<BlobItem> items;
  std::string next_marker;  ///< empty on the last page
};

/// Reads the XML answer of List Blobs. Throws core::Error "answer-invalid".
BlobPage parse_blob_page(const std::string& xml);

/// Reads the uncommitted blocks out of the XML answer of Get Block List: size by block id. Throws as above.
std::map<std::string, std::uint64_t> parse_uncommitted_blocks(const std::string& xml);

/// The XML body of Put Block List.
std::string block_list_xml(const std::vector<std::string>& ids);

}  // namespace mlops::azure
