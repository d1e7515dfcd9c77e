#include <fmt/format.h>

#include <algorithm>
#include <mlops/aml/json_access.hpp>
#include <mlops/aml/snapshot/code.hpp>
#include <mlops/aml/snapshot/upload_progress.hpp>
#include <mlops/core/files.hpp>

namespace mlops::aml {

namespace fs = std::filesystem;

namespace {

constexpr const char* k_version = "1";

void add_include(std::vector<SnapshotFile>& files, const fs::path& include, const core::FilePlace& place) {
  if (!fs::exists(include)) {
    throw core::Error("file-missing", fmt::format("there is no file or folder \"{}\".", include.string()), place);
  }
  const std::string name = include.filename().string();
  std::vector<SnapshotFile> more;
  if (fs::is_directory(include)) {
    more = snapshot_files(include, IgnoreRules::of_folder(include));
    for (auto& file : more) file.name = name + "/" + file.name;
  } else {
    more.push_back({fs::canonical(include), name, fs::file_size(include)});
  }
  for (auto& file : more) {
    const auto same = [&](const SnapshotFile& other) { return other.name == file.name; };
    if (std::any_of(files.begin(), files.end(), same)) {
      throw core::Error("include-conflict",
                        fmt::format("additional_includes would put \"{}\" over a file of the code folder.", file.name),
                        place);
    }
    files.push_back(std::move(file));
  }
}

std::string show_total(const std::vector<SnapshotFile>& files) {
  std::uintmax_t total = 0;
  for (const auto& file : files) total += file.size;
  return fmt::format("{} file{}, {}", files.size(), files.size() == 1 ? "" : "s", core::human_size(total));
}

// One found by its content: the service looks through all names, whichever is asked.
std::optional<std::string> find_code(Workspace& workspace, const std::string& name, const std::string& hash) {
  const std::string path = asset_path(workspace.id(), k_code, name) + "/versions";
  // A registry doesn't look for contents, but the same content has the same name.
  const bool in_registry = path.find("/registries/") != std::string::npos;
  const auto found =
      in_registry
          ? std::vector<json::value>{}
          : workspace.manager().list(path, k_api_version, {{"hash", hash}, {"hashVersion", k_content_hash_version}}, 1);
  if (!found.empty()) return text_at(found.front(), "id");
  const auto own = workspace.manager().find(version_path(workspace.id(), k_code, name, k_version), k_api_version);
  return own ? std::optional<std::string>(text_at(*own, "id")) : std::nullopt;
}

}  // namespace

PendingUpload start_upload(Workspace& workspace, const std::string& path) {
  const json::value answer =
      workspace.manager().post(path + "/startPendingUpload", k_api_version,
                               {{"pendingUploadType", "TemporaryBlobReference"}}, "the upload of an asset", true);
  const std::string uri = text_at(answer, "blobReferenceForConsumption.blobUri");
  const std::string sas = text_at(answer, "blobReferenceForConsumption.credential.sasUri");
  if (uri.empty()) {
    throw core::Error("answer-invalid", "the service named no place for the upload.", {},
                      "Check that the workspace's default storage account exists and can be reached.");
  }
  azure::Session& session = workspace.session();
  return {sas.empty() ? azure::BlobContainer::with_token(session, uri) : azure::BlobContainer::with_sas(session, sas),
          uri};
}

std::string uuid_of_hash(const std::string& hex) {
  return fmt::format("{}-{}-{}-{}-{}", hex.substr(0, 8), hex.substr(8, 4), hex.substr(12, 4), hex.substr(16, 4),
                     hex.substr(20, 12));
}

std::vector<SnapshotFile> code_files(const CodeSource& source) {
  if (!fs::exists(source.path)) {
    throw core::Error("file-missing", fmt::format("there is no file or folder \"{}\".", source.path.string()),
                      source.place, "Paths count from the folder of the YAML file.");
  }
  std::vector<SnapshotFile> files;
  if (fs::is_directory(source.path)) {
    const std::vector<std::string> more =
        source.of_component ? std::vector<std::string>{"__pycache__"} : std::vector<std::string>{};
    files = snapshot_files(source.path, IgnoreRules::of_folder(source.path, more));
  } else {
    files.push_back({fs::canonical(source.path), source.path.filename().string(), fs::file_size(source.path)});
  }
  for (const auto& include : source.additional_includes) add_include(files, include, source.place);
  if (files.empty()) {
    throw core::Error("folder-empty", fmt::format("the folder \"{}\" holds no file to upload.", source.path.string()),
                      source.place, "Check its ignore file.");
  }
  sort_for_hash(files);
  return files;
}

std::string indicator_blob(const std::vector<SnapshotFile>& files, const std::string& prefix) {
  const auto first = std::min_element(files.begin(), files.end(), [](const SnapshotFile& a, const SnapshotFile& b) {
    return std::pair(a.file.generic_string(), a.name) < std::pair(b.file.generic_string(), b.name);
  });
  return prefix + first->name;
}

namespace {

// Asking what is there costs a request, and pays when sending again would cost many.
constexpr std::size_t k_many_files = 8;

// Names and sizes of what an interrupted upload has left below the prefix; the prefix names the content. Where the
// signature may not list, everything is sent again.
std::map<std::string, std::uint64_t> left_behind(azure::BlobContainer& container, const std::string& prefix) {
  std::map<std::string, std::uint64_t> blobs;
  try {
    for (const auto& item : container.list(prefix)) blobs[item.name] = item.size;
  } catch (const core::Error& error) {
    const auto* place = std::get_if<core::RequestPlace>(&error.place());
    if (!place || (place->status != 403 && place->status != 404)) throw;
  }
  return blobs;
}

}  // namespace

void upload_marked(Workspace& workspace, azure::BlobContainer container, const std::vector<SnapshotFile>& files,
                   const std::string& prefix, const std::string& asset_name, const std::string& asset_version) {
  agent::Services& services = workspace.services();
  std::map<std::string, std::uint64_t> there;
  if (files.size() >= k_many_files) there = left_behind(container, prefix);
  std::vector<azure::UploadFile> uploads;
  for (const auto& file : files) {
    const auto blob = there.find(prefix + file.name);
    if (blob == there.end() || blob->second != file.size) uploads.push_back({file.file, prefix + file.name, file.size});
  }
  if (uploads.size() < files.size()) {
    services.log.info(
        fmt::format("{} of {} files are there from an earlier upload.", files.size() - uploads.size(), files.size()));
  }
  UploadProgress progress(services, asset_name);
  container.upload(uploads, std::ref(progress));
  container.set_metadata(indicator_blob(files, prefix),
                         {{"upload_status", "completed"}, {"name", asset_name}, {"version", asset_version}});
}

std::string create_code(Workspace& workspace, const CodeSource& source) {
  const std::vector<SnapshotFile> files = code_files(source);
  const std::string hash = content_hash(files);
  const std::string name = uuid_of_hash(hash);
  const std::string shown = source.path.filename().string();
  agent::Services& services = workspace.services();
  if (const auto existing = find_code(workspace, name, hash)) {
    services.log.info(fmt::format("Code \"{}\" is unchanged ({}); nothing to upload.", shown, show_total(files)));
    return *existing;
  }
  const std::string path = version_path(workspace.id(), k_code, name, k_version);
  const std::string folder = fs::is_directory(source.path) ? shown : std::string();
  json::object properties{{"isAnonymous", true},
                          {"properties", {{"hash_sha256", hash}, {"hash_version", k_content_hash_version}}}};
  if (services.dry_run) {
    services.log.info(fmt::format("would upload the code \"{}\" ({})", shown, show_total(files)));
    properties["codeUri"] = "<the place of the upload>/" + folder;
    workspace.manager().put(path, k_api_version, {{"properties", properties}}, "the code asset");
    return path;
  }
  services.log.info(fmt::format("Uploading the code \"{}\" ({}).", shown, show_total(files)));
  const PendingUpload upload = start_upload(workspace, path);
  upload_marked(workspace, upload.container, files, folder.empty() ? "" : folder + "/", name, k_version);
  properties["codeUri"] = folder.empty() ? upload.blob_uri : upload.blob_uri + "/" + folder;
  const json::value created = workspace.manager().put(path, k_api_version, {{"properties", properties}},
                                                      fmt::format("the code asset of \"{}\"", shown));
  const std::string id = text_at(created, "id");
  return id.empty() ? path : id;
}

}  // namespace mlops::aml
