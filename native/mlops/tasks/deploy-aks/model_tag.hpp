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

  /// Gives it to the version and takes it from the others. Throws core::Error "not-found" without such a version.
  void move();

  /// Writes the versions that move() was about to change back as they were, also when the user asked to stop.
  void undo();

 private:
  aml::Workspace& m_workspace;
  aml::AssetVersion m_model;
  std::string m_tag;
  std::string m_value;
  std::vector<aml::ModelVersion> m_before;
};

}  // namespace mlops::tasks::deploy_aks
