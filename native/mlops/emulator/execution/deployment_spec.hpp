#pragma once

#include <chrono>
#include <filesystem>
#include <map>
#include <mlops/emulator/context.hpp>
#include <string>

namespace mlops::emulator {

/// What a stored online deployment asks for.
struct DeploymentSpec {
  std::string code;             ///< a code version's id; empty for an MLflow model
  std::string script;           ///< in the code
  std::string environment;      ///< an environment version's id; may be empty
  std::filesystem::path model;  ///< its file or folder on disk; empty without a model
  std::string model_name = "model";
  std::string model_version = "1";
  std::map<std::string, std::string> variables;
  std::chrono::seconds startup_time{300};
  std::chrono::milliseconds request_timeout{5000};
  int concurrent_requests = 1;
  bool managed = true;  ///< false: Kubernetes
};

/// Throws core::Error "deployment-invalid" or "asset-missing".
DeploymentSpec parse_deployment(const Context& context, const Workspace& workspace, const json::object& properties);

}  // namespace mlops::emulator
