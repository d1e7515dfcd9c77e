#pragma once
// expand: template expansion as the service does it before a run: extends, templates, parameters, and the expressions
// between ${{ and }}. https://learn.microsoft.com/azure/devops/pipelines/process/templates

#include <filesystem>
#include <map>
#include <mlops/runner/expanded.hpp>
#include <string>

namespace mlops::runner {

/// A pipeline file and what its expansion takes from outside.
struct ExpandRequest {
  std::filesystem::path file;
  std::filesystem::path repository_root;                      ///< where a template's path with a leading "/" starts
  std::map<std::string, std::filesystem::path> repositories;  ///< folder of each repository resource, by alias
  std::map<std::string, std::string> parameters;              ///< values of the pipeline's own parameters, as YAML
  std::map<std::string, std::string> variables;               ///< predefined, and those given when the run is queued
};

/// Expands a pipeline. Throws core::Error whose place is the file:line:column that caused it, in whichever template
/// that is; the hint tells through which templates it was reached.
Expanded expand(const ExpandRequest& request);

/// The expanded pipeline as YAML.
std::string to_yaml(const Expanded& pipeline);

}  // namespace mlops::runner
