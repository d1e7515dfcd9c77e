#pragma once

#include <mlops/emulator/server/message.hpp>
#include <mlops/emulator/store/store.hpp>
#include <optional>
#include <string>
#include <vector>

namespace mlops::emulator {

/// A workspace the emulator serves.
struct Workspace {
  std::string
      id;  ///< "/subscriptions/<s>/resourceGroups/<g>/providers/Microsoft.MachineLearningServices/workspaces/<w>"
  std::string subscription;
  std::string group;
  std::string name;
  std::string guid;  ///< made once and kept; a fresh data folder has fresh ones

  std::string blob_container() const { return "azureml-blobstore-" + guid; }

  std::string artifact_container() const { return "azureml-artifacts-" + guid; }
};

/// The workspaces by their names, which compare without case.
class Workspaces {
 public:
  Workspaces(Store& store, std::string subscription) : m_store(store), m_subscription(std::move(subscription)) {}

  const std::string& subscription() const { return m_subscription; }

  std::optional<Workspace> find(const std::string& subscription, const std::string& group,
                                const std::string& name) const;
  /// The workspace of a request with k_workspace_pattern, or the registry of one with k_registry_pattern. Throws
  /// ServiceError 404 "ResourceNotFound" with the names of those that exist.
  Workspace of(const Request& request) const;
  std::optional<Workspace> by_id(const std::string& id) const;
  std::vector<Workspace> all() const;
  /// Creates what is missing; an existing one stays as it is.
  Workspace ensure(const std::string& group, const std::string& name);
  /// Keeps what a client put to a workspace, and tells it; empty for one that nobody put.
  void declare(const Workspace& workspace, json::object body);
  json::object declared(const Workspace& workspace) const;

  /// Registries are workspaces with nothing but assets. Their names are unique by themselves.
  std::optional<Workspace> find_registry(const std::string& name) const;
  Workspace ensure_registry(const std::string& group, const std::string& name);

 private:
  Workspace ensure_one(const char* kind, const std::string& group, const std::string& name);
  Workspace registry_of(const Request& request) const;

  Store& m_store;
  std::string m_subscription;
};

/// Where the asset is that a reference names: in the workspace, or in the registry behind its "registries/". Empty when
/// there is no such registry.
std::optional<Workspace> owner_of(const Store& store, const Workspace& workspace, const std::string& reference);

}  // namespace mlops::emulator
