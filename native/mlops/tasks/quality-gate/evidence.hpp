#pragma once

#include <functional>
#include <mlops/aml/workspace.hpp>
#include <mlops/gate/data_statistics.hpp>
#include <string>

namespace mlops::tasks::quality_gate {

/// Whether the input names data in the workspace: azureml:<name>:<version>, azureml:<name>@latest or azureml://...
bool is_in_workspace(const std::string& data);

/// The CSV files that an input names: here, a wildcard allowed, or, downloaded into the folder, those of a registered
/// data asset or a place in a datastore. Throws core::Error "data-missing" when there is none, "not-found" for an asset
/// that isn't there, and "reference-invalid" for an asset that stands in no datastore of the workspace.
gate::DataFiles data_files(const std::string& data, const std::filesystem::path& folder,
                           const std::function<aml::Workspace&()>& workspace);

}  // namespace mlops::tasks::quality_gate
