#include <fmt/format.h>

#include <algorithm>
#include <mlops/core/text.hpp>
#include <mlops/emulator/blob/uris.hpp>
#include <mlops/emulator/json_access.hpp>
#include <mlops/emulator/resources/datastores.hpp>
#include <mlops/http/url.hpp>

namespace mlops::emulator {

namespace {

std::string without_slashes(std::string_view path) {
  while (!path.empty() && path.front() == '/') path.remove_prefix(1);
  while (!path.empty() && path.back() == '/') path.remove_suffix(1);
  return std::string(path);
}

bool starts_with_ignoring_case(const std::string& text, std::string_view start) {
  return text.size() >= start.size() && core::equals_ignoring_case(text.substr(0, start.size()), start);
}

std::string join_path(const std::string& folder, const std::string& path) {
  const std::string below = without_slashes(path);
  return below.empty() ? folder : folder + '/' + below;
}

// What stands behind the last marker such as "/datastores/"; empty when the marker is missing.
std::optional<std::string> after(const std::string& text, const std::string& marker) {
  const auto at = core::to_lower(text).rfind(marker);
  if (at == std::string::npos) return std::nullopt;
  return text.substr(at + marker.size());
}

const json::object* outputs_of(const Resource& job) {
  const json::object* properties = job.find_properties();
  return properties ? object_at(*properties, "outputs") : nullptr;
}

std::string output_uri(const Resource& job, const std::string& output) {
  const json::object* outputs = outputs_of(job);
  const json::object* found = outputs ? object_at(*outputs, output) : nullptr;
  return found ? text_at(*found, "uri") : std::string();
}

BlobPlace place_in_storage(const std::string& rest) {
  const std::string path = http::decode(rest.substr(0, rest.find('?')));
  const auto slash = std::min(path.find('/'), path.size());
  return {path.substr(0, slash), without_slashes(path.substr(slash))};
}

// <job>/<path> behind "runs:/".
BlobPlace place_of_run(const Workspace& workspace, const std::string& rest) {
  const auto slash = std::min(rest.find('/'), rest.size());
  return {workspace.artifact_container(), join_path(artifact_path(rest.substr(0, slash)), rest.substr(slash))};
}

bool has_output(const Resource& job, const std::string& output) {
  const json::object* outputs = outputs_of(job);
  return outputs && outputs->contains(output);
}

}  // namespace

std::string datastore_uri(const std::string& datastore, const std::string& path) {
  return fmt::format("azureml://datastores/{}/paths/{}", datastore, path);
}

std::string output_path(const std::string& job, const std::string& output) {
  return fmt::format("azureml/{}/{}", job, output);
}

std::string artifact_path(const std::string& job) {
  return "ExperimentRun/dcid." + job;
}

std::optional<BlobPlace> Uris::place_of(const Workspace& workspace, const std::string& uri) const {
  if (starts_with_ignoring_case(uri, "azureml://jobs/")) return place_of_job_output(workspace, uri.substr(15));
  if (starts_with_ignoring_case(uri, "runs:/")) return place_of_run(workspace, uri.substr(6));
  if (const auto storage = after(uri, fmt::format("/{}/", k_storage_host))) return place_in_storage(*storage);
  const bool ours = starts_with_ignoring_case(uri, "azureml:") || starts_with_ignoring_case(uri, "/subscriptions/");
  if (!ours) return std::nullopt;
  if (const auto rest = after(uri, "/datastores/")) {
    const auto slash = std::min(rest->find('/'), rest->size());
    const std::string path = rest->substr(slash);
    return place_in_datastore(workspace, rest->substr(0, slash),
                              starts_with_ignoring_case(path, "/paths/") ? path.substr(7) : "");
  }
  for (const char* kind : {"data", "models"}) {
    const auto rest = after(uri, fmt::format("/{}/", kind));
    const auto parts = core::split(without_slashes(rest.value_or("")), '/');
    if (parts.size() == 3 && core::equals_ignoring_case(parts[1], "versions")) {
      const auto owner = owner_of(m_store, workspace, uri);
      if (!owner) throw ServiceError(404, "UserError", fmt::format("There is no registry for '{}'.", uri));
      return place_of_asset(*owner, kind, parts[0], parts[2]);
    }
  }
  const auto mark = uri.find_first_of(":@", 8);  // azureml:<name>:<version>
  if (uri.find('/') != std::string::npos || mark == std::string::npos) return std::nullopt;
  return place_of_asset(workspace, "data", uri.substr(8, mark - 8), uri.substr(mark + 1));
}

std::optional<std::filesystem::path> Uris::local_path(const Workspace& workspace, const std::string& uri) const {
  const auto place = place_of(workspace, uri);
  if (!place) return std::nullopt;
  return m_blobs.path_of(place->container, place->path);
}

// <job>/outputs/<output>[/paths/<path>]
std::optional<BlobPlace> Uris::place_of_job_output(const Workspace& workspace, const std::string& rest) const {
  const auto parts = core::split(rest, '/');
  if (parts.size() < 3 || !core::equals_ignoring_case(parts[1], "outputs")) {
    throw ServiceError(400, "UserError",
                       fmt::format("'azureml://jobs/{}' is not of the form "
                                   "azureml://jobs/<job>/outputs/<output>/paths/<path>.",
                                   rest));
  }
  const auto job = m_store.find({workspace.id, "jobs", parts[0]});
  if (!job) throw ServiceError(404, "UserError", fmt::format("Job '{}' was not found in the workspace.", parts[0]));
  std::string path;
  const std::size_t head = parts[0].size() + parts[1].size() + parts[2].size() + 2;
  if (parts.size() > 4 && core::equals_ignoring_case(parts[3], "paths")) path = rest.substr(head + 7);
  const bool named = has_output(*job, parts[2]);
  if (!named && (parts[2] == "artifacts" || parts[2] == "default")) {
    return BlobPlace{workspace.artifact_container(), join_path(artifact_path(parts[0]), path)};
  }
  if (!named) {
    throw ServiceError(404, "UserError", fmt::format("Job '{}' has no output '{}'.", parts[0], parts[2]));
  }
  const std::string uri = output_uri(*job, parts[2]);
  auto place = uri.empty() ? BlobPlace{workspace.blob_container(), output_path(parts[0], parts[2])}
                           : place_of(workspace, uri).value_or(BlobPlace{});
  if (place.container.empty()) return std::nullopt;
  place.path = join_path(place.path, path);
  return place;
}

std::optional<BlobPlace> Uris::place_of_asset(const Workspace& workspace, const std::string& kind,
                                              const std::string& name, const std::string& version) const {
  std::optional<Resource> asset;
  if (core::equals_ignoring_case(version, "latest")) {
    auto newest = m_store.list({.workspace = workspace.id, .kind = kind, .name = name, .limit = 1});
    if (!newest.empty()) asset = std::move(newest.front());
  } else {
    asset = m_store.find({workspace.id, kind, name, version});
  }
  const json::object* properties = asset ? asset->find_properties() : nullptr;
  if (!properties) {
    throw ServiceError(404, "UserError",
                       fmt::format("{} '{}' version '{}' was not found in the workspace.",
                                   kind == "data" ? "Data asset" : "Model", name, version));
  }
  return place_of(workspace, text_at(*properties, kind == "data" ? "dataUri" : "modelUri"));
}

std::optional<BlobPlace> Uris::place_in_datastore(const Workspace& workspace, const std::string& datastore,
                                                  const std::string& path) const {
  const auto container = container_of_datastore(m_store, workspace, datastore);
  if (!container) {
    throw ServiceError(404, "UserError", fmt::format("Datastore '{}' was not found in the workspace.", datastore));
  }
  return BlobPlace{*container, without_slashes(path)};
}

}  // namespace mlops::emulator
