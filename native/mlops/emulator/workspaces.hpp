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
  /// The workspace of a request with k_workspace_pattern. Throws ServiceError 404 "ResourceNotFound" with the names of
  /// those that exist.
  Workspace of(const Request& request) const;
  std::optional<Workspace> by_id(const std::string& id) const;
  std::vector<Workspace> all() const;
  /// Creates what is missing; an existing one stays as it is.
  Workspace ensure(const std::string& group, const std::string& name);

 private:
  Store& m_store;
  std::string m_subscription;
};

}  // namespace mlops::emulator
