#include <fmt/format.h>

#include <boost/property_tree/ptree.hpp>
#include <boost/property_tree/xml_parser.hpp>
#include <mlops/azure/blob_listing.hpp>
#include <mlops/http/url.hpp>
#include <sstream>

namespace mlops::azure {

namespace {

using Tree = boost::property_tree::ptree;

Tree parse_xml(const std::string& xml) {
  Tree tree;
  std::istringstream stream(xml);
  try {
    boost::property_tree::read_xml(stream, tree);
  } catch (const boost::property_tree::xml_parser_error& failure) {
    throw core::Error("answer-invalid", fmt::format("the storage service's answer is not XML: {}.", failure.message()),
                      {}, "A proxy between may have answered in the service's place.");
  }
  return tree;
}

// Names with characters that XML can't hold come percent-encoded, and say so.
std::string name_of(const Tree& blob) {
  const std::string name = blob.get<std::string>("Name", "");
  const bool is_encoded = blob.get<std::string>("Name.<xmlattr>.Encoded", "") == "true";
  return is_encoded ? http::decode(name) : name;
}

}  // namespace

BlobPage parse_blob_page(const std::string& xml) {
  const Tree tree = parse_xml(xml);
  BlobPage page;
  page.next_marker = tree.get<std::string>("EnumerationResults.NextMarker", "");
  const auto blobs = tree.get_child_optional("EnumerationResults.Blobs");
  if (!blobs) throw core::Error("answer-invalid", "the storage service's answer holds no list of blobs.");
  for (const auto& [kind, blob] : *blobs) {
    if (kind != "Blob") continue;
    page.items.push_back({name_of(blob), blob.get<std::uint64_t>("Properties.Content-Length", 0)});
  }
  return page;
}

std::map<std::string, std::uint64_t> parse_uncommitted_blocks(const std::string& xml) {
  const Tree tree = parse_xml(xml);
  std::map<std::string, std::uint64_t> blocks;
  const auto list = tree.get_child_optional("BlockList.UncommittedBlocks");
  if (!list) return blocks;
  for (const auto& [kind, block] : *list) {
    if (kind == "Block") blocks[block.get<std::string>("Name", "")] = block.get<std::uint64_t>("Size", 0);
  }
  return blocks;
}

std::string block_list_xml(const std::vector<std::string>& ids) {
  std::string xml = R"(<?xml version="1.0" encoding="utf-8"?><BlockList>)";
  for (const auto& id : ids) xml += "<Latest>" + id + "</Latest>";
  return xml + "</BlockList>";
}

}  // namespace mlops::azure
