#pragma once

#include <boost/json.hpp>
#include <map>
#include <memory>
#include <mlops/agent/input.hpp>
#include <mlops/aml/api.hpp>
#include <mlops/azure/blob.hpp>
#include <mlops/azure/resource_manager.hpp>
#include <mlops/azure/session.hpp>
#include <mutex>
#include <optional>
#include <string>

namespace mlops::aml {

namespace json = boost::json;

/// Which workspace is meant.
struct WorkspaceName {
  std::string subscription;
  std::string resource_group;
  std::string workspace;

  /// From the inputs that all Azure tasks share; the subscription defaults to the connection's. Throws core::Error
  /// "input-missing" when neither has one.
  static WorkspaceName of(const agent::Inputs& inputs, const azure::Session& session);
};

/// A datastore over Blob storage.
struct Datastore {
  std::string name;
  std::string container_url;  ///< without signature
  std::string account;
  std::string container;
  bool by_identity = false;  ///< has no credentials of its own: the session's token opens it
};

/// One workspace and the addresses of the services behind it. Everything that has to be asked is asked once, when it is
/// first needed. Safe to use from several threads.
class Workspace {
 public:
  Workspace(azure::Session& session, WorkspaceName name);
  /// A registry in the place of a workspace: it holds versioned assets at addresses of the same form, and nothing else.
  Workspace(azure::Session& session, const std::string& registry_id);

  const WorkspaceName& name() const { return m_name; }

  /// The ARM id, also the beginning of all paths below the workspace.
  const std::string& id() const { return m_id; }

  azure::Session& session() const { return m_session; }

  agent::Services& services() const { return m_session.services(); }

  azure::ResourceManager& manager() { return m_manager; }

  /// The workspace's own resource. Throws core::Error "not-found" that names the workspace and its resource group.
  const json::value& resource();
  std::string location();

  /// Throws "not-found" with the nearest existing name, "datastore-unsupported" when it isn't over Blob storage.
  const Datastore& datastore(const std::string& name);
  const Datastore& default_datastore();

  /// The datastore's container, ready to read and write: with a signature from the service (listSecrets), with one
  /// made from the account's key, or with the session's token when the datastore has no credentials or its secrets
  /// may not be read. Signatures are renewed before they end: ask for the container again before each use.
  azure::BlobContainer container(const Datastore& datastore);

  azure::BlobContainer container(const std::string& datastore_name) { return container(datastore(datastore_name)); }

  /// "https://<region>.api.azureml.ms/mlflow/v1.0/subscriptions/...": where MLflow's REST API begins.
  std::string tracking_url();
  /// "https://<region>.api.azureml.ms" from the workspace's discovery document.
  const std::string& service_url();
  /// "<service>/history/v1.0<workspace id>".
  std::string history_url();
  /// For the two addresses above: retries, and the token that both accept.
  http::Transport& service_transport();

  /// POST to a service behind the workspace; the answer as JSON, empty for 404. Throws core::Error "service-error".
  std::optional<json::value> ask(const std::string& method, const std::string& url, const json::value& body,
                                 const std::string& what);

  /// The studio's page of a job.
  std::string studio_url(const std::string& job) const;

 private:
  struct Opened {
    azure::BlobContainer container;
    core::SystemTime until;
  };

  Datastore read_datastore(const json::value& resource) const;
  azure::BlobContainer open(const Datastore& datastore);

  azure::Session& m_session;
  WorkspaceName m_name;
  std::string m_id;
  azure::ResourceManager m_manager;
  std::recursive_mutex m_mutex;  ///< guards what was asked
  std::optional<json::value> m_resource;
  std::optional<std::string> m_service_url;
  std::optional<std::string> m_default_datastore;
  std::map<std::string, Datastore> m_datastores;
  std::map<std::string, Opened> m_opened;
};

/// A service SAS for a container made from the account's key: read, write, create and list until `expires`. The query
/// without '?'. https://learn.microsoft.com/rest/api/storageservices/create-service-sas
std::string container_sas(const std::string& account, const core::Secret& key, const std::string& container,
                          core::SystemTime now, core::SystemTime expires);

}  // namespace mlops::aml
