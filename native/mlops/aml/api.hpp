#pragma once
// aml: Azure Machine Learning: the compiler from CLI v2 YAML to REST, assets and code snapshots, jobs and their logs,
// models and endpoints. Knows nothing of tasks.

#include <string>
#include <string_view>

namespace mlops::aml {

/// The one version of the Azure ML resource provider that all requests name. Bodies validate against its schema.
inline constexpr const char* k_api_version = "2025-12-01";
/// The last version with what was never made stable: Ray, sweeps over texts' models, a job's locations and priority ...
inline constexpr const char* k_preview_api_version = "2024-01-01-preview";
/// Schedules of monitors and of data imports: the stable version has neither all signals nor alerts nor imports. It is
/// the one that the official SDK sends them by.
inline constexpr const char* k_monitor_api_version = "2023-06-01-preview";
/// Run history, run data and the like, behind the workspace's own address.
inline constexpr const char* k_history_api_version = "v1.0";
/// dataversion/batchGetResolvedUris.
inline constexpr const char* k_data_api_version = "1.5.0";

/// Where the service keeps what belongs to no named datastore.
inline constexpr const char* k_artifact_datastore = "workspaceartifactstore";
inline constexpr const char* k_blob_datastore = "workspaceblobstore";

/// A kind of versioned asset: how messages call it and how its addresses do.
struct AssetKind {
  std::string_view noun;    ///< "environment"
  std::string_view plural;  ///< "environments", the segment of addresses
};

inline constexpr AssetKind k_code{"code asset", "codes"};
inline constexpr AssetKind k_component{"component", "components"};
inline constexpr AssetKind k_data{"data asset", "data"};
inline constexpr AssetKind k_environment{"environment", "environments"};
inline constexpr AssetKind k_model{"model", "models"};

/// A kind of resource without versions, of which a later definition replaces the earlier one.
struct ResourceKind {
  std::string_view noun;     ///< "compute"
  std::string_view segment;  ///< "computes", of addresses
  std::string_view query;    ///< of the creation, before the API version; may be empty
};

inline constexpr ResourceKind k_compute{"compute", "computes", ""};
/// The service would open the store, which a private network may keep it from; the official clients don't ask it to.
inline constexpr ResourceKind k_datastore{"datastore", "datastores", "?skipValidation=true"};

inline constexpr ResourceKind k_schedule{"schedule", "schedules", ""};
inline constexpr ResourceKind k_batch_endpoint{"batch endpoint", "batchEndpoints", ""};
inline constexpr ResourceKind k_batch_deployment{"batch deployment", "deployments", ""};
inline constexpr ResourceKind k_online_endpoint{"online endpoint", "onlineEndpoints", ""};
inline constexpr ResourceKind k_online_deployment{"online deployment", "deployments", ""};

/// "/subscriptions/<s>/resourceGroups/<g>/providers/Microsoft.MachineLearningServices/workspaces/<w>", names encoded.
std::string workspace_path(std::string_view subscription, std::string_view resource_group, std::string_view workspace);

/// Below a workspace: "<workspace>/jobs/<name>" and so on; names are encoded.
std::string asset_path(std::string_view workspace, const AssetKind& kind, std::string_view name);
std::string version_path(std::string_view workspace, const AssetKind& kind, std::string_view name,
                         std::string_view version);
std::string job_path(std::string_view workspace, std::string_view job);
std::string resource_path(std::string_view workspace, const ResourceKind& kind, std::string_view name);
std::string compute_path(std::string_view workspace, std::string_view compute);
std::string datastore_path(std::string_view workspace, std::string_view datastore);
std::string online_endpoint_path(std::string_view workspace, std::string_view endpoint);
std::string online_deployment_path(std::string_view workspace, std::string_view endpoint, std::string_view deployment);

/// "azureml://datastores/<datastore>/paths/<path>".
std::string datastore_uri(std::string_view datastore, std::string_view path);
/// "azureml://subscriptions/<s>/resourcegroups/<g>/workspaces/<w>/datastores/<d>/paths/<path>": what model and data
/// versions hold; `workspace` is its ARM id.
std::string long_datastore_uri(std::string_view workspace, std::string_view datastore, std::string_view path);

/// A place in a datastore.
struct DatastorePath {
  std::string datastore;
  std::string path;  ///< without leading '/', a final '/' is kept
};

/// Reads both forms above; throws core::Error "uri-invalid" for anything else.
DatastorePath parse_datastore_uri(const std::string& uri);

/// The last segment of an ARM id.
std::string last_segment(std::string_view id);

}  // namespace mlops::aml
