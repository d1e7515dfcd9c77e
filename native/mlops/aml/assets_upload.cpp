#include <fmt/format.h>

#include <mlops/aml/assets.hpp>
#include <mlops/aml/snapshot/code.hpp>
#include <mlops/core/files.hpp>

namespace mlops::aml {

namespace fs = std::filesystem;

namespace {

bool is_marked_complete(azure::BlobContainer& container, const std::string& indicator) {
  const auto properties = container.properties(indicator);
  if (!properties) return false;
  const auto status = properties->metadata.find("upload_status");
  return status != properties->metadata.end() && status->second == "completed";
}

}  // namespace

Uploaded Assets::upload(const fs::path& local, const core::FilePlace& place, const std::string& asset_name,
                        const std::string& asset_version, const std::string& datastore) {
  const std::vector<SnapshotFile> files = code_files({local, place, false, {}});
  const bool folder = fs::is_directory(local);
  Uploaded uploaded;
  uploaded.folder = folder;
  uploaded.hash = object_hash(local, folder ? IgnoreRules::of_folder(local) : IgnoreRules());
  uploaded.path = fmt::format("LocalUpload/{}/{}", uploaded.hash, local.filename().string());
  const Datastore& target = m_workspace.datastore(datastore.empty() ? k_blob_datastore : datastore);
  uploaded.datastore = target.name;
  const std::string prefix = folder ? uploaded.path + "/" : uploaded.path.substr(0, uploaded.path.rfind('/') + 1);
  azure::BlobContainer container = m_workspace.container(target);
  std::uintmax_t total = 0;
  for (const auto& file : files) total += file.size;
  const std::string shown =
      fmt::format("\"{}\" ({}, {})", local.filename().string(),
                  files.size() == 1 ? "1 file" : fmt::format("{} files", files.size()), core::human_size(total));
  agent::Services& services = m_workspace.services();
  if (is_marked_complete(container, indicator_blob(files, prefix))) {
    services.log.info(fmt::format("{} is unchanged; nothing to upload.", shown));
    uploaded.was_there = true;
  } else if (services.dry_run) {
    services.log.info(fmt::format("would upload {} to {}", shown, uploaded.uri()));
  } else {
    services.log.info(fmt::format("Uploading {}.", shown));
    upload_marked(m_workspace, container, files, prefix, asset_name, asset_version);
  }
  return uploaded;
}

}  // namespace mlops::aml
