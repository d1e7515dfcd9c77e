#pragma once

#include <filesystem>
#include <mlops/aml/snapshot/files.hpp>
#include <mlops/aml/workspace.hpp>
#include <mlops/core/error.hpp>
#include <string>
#include <vector>

namespace mlops::aml {

/// What of a local path becomes a code asset.
struct CodeSource {
  std::filesystem::path path;  ///< a folder or a single file
  core::FilePlace place;       ///< where the YAML names it
  bool of_component = false;   ///< components and pipeline steps leave out __pycache__ as well
  std::vector<std::filesystem::path> additional_includes;  ///< files and folders put beside the code
};

/// The files of a code asset, in the order of their hash. Throws core::Error "file-missing", "folder-empty".
std::vector<SnapshotFile> code_files(const CodeSource& source);

/// The ARM id of the code asset with that content: an existing one, whoever made it, or a new one whose name derives
/// from the content. Nothing is sent for content that is there already. In a dry run nothing is sent at all.
std::string create_code(Workspace& workspace, const CodeSource& source);

/// Where the content of an asset's version goes that has no datastore.
struct PendingUpload {
  azure::BlobContainer container;
  std::string blob_uri;
};

/// Asks for that place; `path` is the version's ARM id.
PendingUpload start_upload(Workspace& workspace, const std::string& path);

/// Uploads files below `prefix` of a container and marks the first (`indicator`) as complete, the way azure-ai-ml does.
void upload_marked(Workspace& workspace, azure::BlobContainer container, const std::vector<SnapshotFile>& files,
                   const std::string& prefix, const std::string& asset_name, const std::string& asset_version);

/// The blob that carries the mark: of the file whose path sorts first.
std::string indicator_blob(const std::vector<SnapshotFile>& files, const std::string& prefix);

/// 32 hex digits of a hash as a UUID.
std::string uuid_of_hash(const std::string& hex);

}  // namespace mlops::aml
