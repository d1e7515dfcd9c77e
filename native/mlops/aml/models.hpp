#pragma once

#include <map>
#include <mlops/aml/assets.hpp>
#include <mlops/aml/workspace.hpp>
#include <optional>
#include <string>
#include <vector>

namespace mlops::aml {

using TextMap = std::map<std::string, std::string>;

/// A registered model version.
struct ModelVersion {
  std::string name;
  std::string version;
  std::string id;   ///< ARM id
  std::string uri;  ///< where its files stand
  TextMap tags;
  TextMap properties;
  json::value resource;  ///< as the service sent it
};

/// What a new version is made of.
struct NewModel {
  std::string name;
  std::string type;  ///< custom_model, mlflow_model or triton_model
  std::string uri;   ///< long datastore URI
  std::string description;
  TextMap tags;
  TextMap properties;
};

/// "version 3 of the model ... exists and holds something else."
core::Error version_taken(const std::string& name, const std::string& version);

/// The PUT body of a model version.
json::value model_body(const NewModel& model);

/// Registered models of a workspace.
class Models {
 public:
  explicit Models(Workspace& workspace) : m_workspace(workspace), m_assets(workspace) {}

  std::optional<ModelVersion> find(const std::string& name, const std::string& version);
  /// All active versions, newest first; empty when there is no such model.
  std::vector<ModelVersion> versions(const std::string& name);
  /// The newest version with that tag; a model without such a version is an expected answer.
  std::optional<ModelVersion> find_tagged(const std::string& name, const std::string& tag, const std::string& value);
  std::optional<ModelVersion> find_by_property(const std::string& name, const std::string& property,
                                               const std::string& value);

  /// Creates the version named, or the next free one. When another run takes that number first, the one after it.
  /// `identity` is a property of the new model by which its own version is known. Throws core::Error "version-taken"
  /// when a version that was asked for holds something else.
  ModelVersion create(const NewModel& model, const std::string& version, const std::string& identity);

  /// Sets (or with an empty value removes) tags of a version; everything else stays.
  ModelVersion set_tags(const ModelVersion& model, const TextMap& changes);

  /// Gives the tag to this version and takes it from every other version that has it with that value.
  /// Returns the versions that lost it.
  std::vector<std::string> move_tag(const ModelVersion& model, const std::string& tag, const std::string& value);

 private:
  std::optional<ModelVersion> try_create(const NewModel& model, const std::string& version,
                                         const std::string& identity);

  Workspace& m_workspace;
  Assets m_assets;
};

}  // namespace mlops::aml
