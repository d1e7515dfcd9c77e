#pragma once

#include <boost/json.hpp>
#include <filesystem>
#include <mlops/agent/services.hpp>
#include <string>

namespace mlops::aml {

namespace json = boost::json;

/// Names of the properties that say where a job or asset comes from. The first ones are those of azure-ai-ml and
/// MLflow, which the studio shows.
inline constexpr const char* k_git_repository = "mlflow.source.git.repoURL";
inline constexpr const char* k_git_branch = "mlflow.source.git.branch";
inline constexpr const char* k_git_commit = "mlflow.source.git.commit";
inline constexpr const char* k_git_dirty = "azureml.git.dirty";
inline constexpr const char* k_build = "mlops.build";
inline constexpr const char* k_build_id = "mlops.buildId";
inline constexpr const char* k_build_url = "mlops.buildUrl";
inline constexpr const char* k_attempt = "mlops.attempt";

/// Where the source stands in git (from the pipeline's variables, else from git itself in the folder) and which
/// pipeline run this is. Addresses lose user names and tokens.
json::object provenance(agent::Services& services, const std::filesystem::path& folder);

/// The address without user information.
std::string without_user(const std::string& url);

}  // namespace mlops::aml
