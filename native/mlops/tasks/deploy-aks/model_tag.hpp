#pragma once

#include <mlops/aml/models.hpp>
#include <string>
#include <utility>
#include <vector>

namespace mlops::tasks::deploy_aks {

/// The tag that tells which version of a model is in service.
class ModelTag {
 public:
  ModelTag(aml::Workspace& workspace, aml::AssetVersion model, std::pair<std::string, std::string> tag);

  bool is_on(const std::string& version);

  /// Gives it to this version of the model and takes it from the others; empty: none shall have it. Throws core::Error
  /// "not-found" without such a version.
  void give_to(const std::string& version);

  /// Tells undo() how things stood before a killed run moved the tag: the version that served then had it, or none did.
  /// Returns whether anything stands differently now.
  bool was_on(const std::string& version);

  /// Writes the versions that give_to() was about to change, and those of was_on(), back as they were, also when the
  /// user asked to stop. First those that had the tag: at no moment does none have it.
  void undo();

 private:
  bool has_tag(const aml::ModelVersion& version) const;
  /// Remembers what will change when `holder` alone has the tag; false for nothing.
  bool note_changes(const std::vector<aml::ModelVersion>& versions, const std::string& holder);

  aml::Workspace& m_workspace;
  aml::AssetVersion m_model;
  std::string m_tag;
  std::string m_value;
  std::vector<aml::ModelVersion> m_before;
};

}  // namespace mlops::tasks::deploy_aks
