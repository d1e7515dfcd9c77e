#pragma once

#include <filesystem>
#include <string>
#include <vector>

namespace mlops::tasks::config_resolve {

/// Whether a pattern holds the placeholder `{environment}`.
bool names_environment(const std::string& pattern);

/// The files that the patterns name for an environment, in the patterns' order and sorted within one; each file once,
/// where it stands last. Throws core::Error "file-missing" when a pattern names no file, and "environment-unknown" with
/// the environments that do have one when that is due to `{environment}`.
std::vector<std::filesystem::path> layer_files(const std::vector<std::string>& patterns,
                                               const std::string& environment);

}  // namespace mlops::tasks::config_resolve
