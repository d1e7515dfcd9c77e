#include <fmt/format.h>

#include <mlops/aml/api.hpp>
#include <mlops/core/error.hpp>
#include <mlops/core/text.hpp>
#include <mlops/http/url.hpp>

namespace mlops::aml {

std::string workspace_path(std::string_view subscription, std::string_view resource_group, std::string_view workspace) {
  return fmt::format("/subscriptions/{}/resourceGroups/{}/providers/Microsoft.MachineLearningServices/workspaces/{}",
                     http::encode(subscription), http::encode(resource_group), http::encode(workspace));
}

std::string asset_path(std::string_view workspace, const AssetKind& kind, std::string_view name) {
  return fmt::format("{}/{}/{}", workspace, kind.plural, http::encode(name));
}

std::string version_path(std::string_view workspace, const AssetKind& kind, std::string_view name,
                         std::string_view version) {
  return fmt::format("{}/versions/{}", asset_path(workspace, kind, name), http::encode(version));
}

std::string job_path(std::string_view workspace, std::string_view job) {
  return fmt::format("{}/jobs/{}", workspace, http::encode(job));
}

std::string resource_path(std::string_view workspace, const ResourceKind& kind, std::string_view name) {
  return fmt::format("{}/{}/{}", workspace, kind.segment, http::encode(name));
}

std::string compute_path(std::string_view workspace, std::string_view compute) {
  return resource_path(workspace, k_compute, compute);
}

std::string datastore_path(std::string_view workspace, std::string_view datastore) {
  return resource_path(workspace, k_datastore, datastore);
}

std::string online_endpoint_path(std::string_view workspace, std::string_view endpoint) {
  return fmt::format("{}/onlineEndpoints/{}", workspace, http::encode(endpoint));
}

std::string online_deployment_path(std::string_view workspace, std::string_view endpoint, std::string_view deployment) {
  return fmt::format("{}/deployments/{}", online_endpoint_path(workspace, endpoint), http::encode(deployment));
}

std::string datastore_uri(std::string_view datastore, std::string_view path) {
  return fmt::format("azureml://datastores/{}/paths/{}", datastore, path);
}

std::string long_datastore_uri(std::string_view workspace, std::string_view datastore, std::string_view path) {
  const auto parts = core::split(workspace, '/');
  if (parts.size() < 9) throw core::Error("internal", fmt::format("\"{}\" is no workspace id.", workspace));
  return fmt::format("azureml://subscriptions/{}/resourcegroups/{}/workspaces/{}/datastores/{}/paths/{}", parts[2],
                     parts[4], parts[8], datastore, path);
}

DatastorePath parse_datastore_uri(const std::string& uri) {
  constexpr std::string_view k_scheme = "azureml://";
  constexpr std::string_view k_datastores = "datastores/";
  constexpr std::string_view k_paths = "/paths/";
  const auto fail = [&] {
    return core::Error("uri-invalid", fmt::format("\"{}\" is no place in a datastore.", uri), {},
                       "Write azureml://datastores/<datastore>/paths/<path>.");
  };
  if (uri.rfind(k_scheme, 0) != 0) throw fail();
  const auto begin = uri.compare(k_scheme.size(), k_datastores.size(), k_datastores) == 0
                         ? k_scheme.size()
                         : uri.find("/datastores/") + 1;
  const auto paths = uri.find(k_paths);
  if (begin == 0 || paths == std::string::npos || paths < begin + k_datastores.size()) throw fail();
  DatastorePath place;
  place.datastore = uri.substr(begin + k_datastores.size(), paths - begin - k_datastores.size());
  place.path = uri.substr(paths + k_paths.size());
  while (!place.path.empty() && place.path.front() == '/') place.path.erase(0, 1);
  if (place.datastore.empty()) throw fail();
  return place;
}

std::string last_segment(std::string_view id) {
  while (!id.empty() && id.back() == '/') id.remove_suffix(1);
  return std::string(id.substr(id.rfind('/') + 1));
}

}  // namespace mlops::aml
