#pragma once

#include <filesystem>
#include <mlops/emulator/blob/blob_store.hpp>
#include <mlops/emulator/store/store.hpp>
#include <mlops/emulator/workspaces.hpp>
#include <optional>
#include <string>

namespace mlops::emulator {

/// A place in a datastore's container.
struct BlobPlace {
  std::string container;
  std::string path;  ///< without leading and trailing '/'
};

/// "azureml://datastores/<datastore>/paths/<path>".
std::string datastore_uri(const std::string& datastore, const std::string& path);
/// Where the named output of a job goes unless it says otherwise: azureml/<job>/<output> in workspaceblobstore.
std::string output_path(const std::string& job, const std::string& output);
/// Where a job's artifacts and logs are: ExperimentRun/dcid.<job> in workspaceartifactstore.
std::string artifact_path(const std::string& job);

/// Turns the many ways Azure ML has to name data into the place in a container.
class Uris {
 public:
  Uris(const Store& store, const BlobStore& blobs) : m_store(store), m_blobs(blobs) {}

  /// Understands
  ///   azureml://datastores/<ds>/paths/<path>,
  ///   azureml://subscriptions/.../workspaces/<ws>/datastores/<ds>/paths/<path>,
  ///   azureml://jobs/<job>/outputs/<output>[/paths/<path>] ("artifacts" and "default" are the artifact root),
  ///   runs:/<job>/<path>, [azureml:]/subscriptions/.../{data,models}/<name>/versions/<version>,
  ///   azureml:<name>:<version> and azureml:<name>@latest (data),
  ///   azureml://registries/<registry>/{data,models}/<n>/versions/<v>,
  ///   azureml://locations/.../{data,models}/<n>/versions/<v>,
  ///   http(s)://<us>/emulator.blob.localhost/<container>/<path>.
  /// Empty for an address that is not in our storage. Throws ServiceError 404/400 when what it names doesn't exist.
  std::optional<BlobPlace> place_of(const Workspace& workspace, const std::string& uri) const;
  /// The same as a path on disk, whether there is something or not.
  std::optional<std::filesystem::path> local_path(const Workspace& workspace, const std::string& uri) const;

 private:
  std::optional<BlobPlace> place_of_job_output(const Workspace& workspace, const std::string& rest) const;
  std::optional<BlobPlace> place_of_asset(const Workspace& workspace, const std::string& kind, const std::string& name,
                                          const std::string& version) const;
  std::optional<BlobPlace> place_in_datastore(const Workspace& workspace, const std::string& datastore,
                                              const std::string& path) const;

  const Store& m_store;
  const BlobStore& m_blobs;
};

}  // namespace mlops::emulator
