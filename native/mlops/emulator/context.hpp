#pragma once
// emulator: aml-emulator, a local Azure Resource Manager with Azure Machine Learning, Blob storage, Entra ID's token
// endpoint and MLflow tracking, faithful enough for this product's tasks and for the azure-ai-ml SDK as they are. Jobs
// really run as processes, deployments really score. One file per resource below resources/.

#include <filesystem>
#include <mlops/core/world.hpp>
#include <mlops/emulator/blob/blob_store.hpp>
#include <mlops/emulator/blob/uris.hpp>
#include <mlops/emulator/identity/secrets.hpp>
#include <mlops/emulator/identity/tokens.hpp>
#include <mlops/emulator/log.hpp>
#include <mlops/emulator/settings.hpp>
#include <mlops/emulator/store/database.hpp>
#include <mlops/emulator/store/store.hpp>
#include <mlops/emulator/workspaces.hpp>
#include <string>

namespace mlops::emulator {

/// What every part of the emulator works with. Made once in program.cpp; all of it may be used from any thread.
struct Context {
  const Settings& settings;
  const Secrets& secrets;
  const core::Clock& clock;
  Log& log;
  Database& database;
  Store& store;
  BlobStore& blobs;
  Uris& uris;
  Workspaces& workspaces;
  Tokens& tokens;
  std::string base_url;           ///< "http://127.0.0.1:PORT" or "https://...", set before the first request
  std::filesystem::path ca_file;  ///< PEM of the certificate authority; empty without --tls

  /// The address a job's MLFLOW_TRACKING_URI has: <base>/mlflow/v1.0<workspace id>.
  std::string tracking_url(const Workspace& workspace) const { return base_url + "/mlflow/v1.0" + workspace.id; }

  /// The address of a blob with a signature that allows reading for some hours, e.g. for log files.
  std::string signed_blob_url(const std::string& container, const std::string& blob) const;
};

}  // namespace mlops::emulator
