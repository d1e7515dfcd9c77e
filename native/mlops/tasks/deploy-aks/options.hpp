#pragma once

#include <chrono>
#include <filesystem>
#include <mlops/agent/input.hpp>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace mlops::tasks::deploy_aks {

using Overrides = std::vector<std::pair<std::string, std::string>>;

/// What the task is to do.
enum class Action {
  deploy,
  roll_back,  ///< an earlier deployment gets the traffic back; nothing is made
  remove,     ///< the endpoint is deleted
};

struct Options {
  Action action = Action::deploy;
  std::filesystem::path endpoint_file;
  std::filesystem::path deployment_file;
  Overrides endpoint_set;
  Overrides deployment_set;
  std::string model_name;     ///< empty: the deployment file's model
  std::string model_version;  ///< empty: the newest; without a name: of the deployment file's model
  std::string deployment_name;
  std::string sample_request;  ///< the JSON text; empty: no smoke test
  int expected_status = 200;
  int repetitions = 3;
  bool allow_insecure_scoring = false;  ///< the sample request may go, with the endpoint's key, over plain http
  int traffic = 100;                    ///< percent
  bool remove_old = true;
  bool keep_previous = false;  ///< all of them but those that had traffic until now
  std::optional<std::pair<std::string, std::string>> tag;
  std::chrono::minutes timeout{30};

  /// "azureml:name:version" or "azureml:name@latest"; empty without a model name.
  std::string model_reference() const;
};

/// Reads the sample request as well. Throws core::Error for what can't be meant.
Options read_options(const agent::Inputs& inputs);

}  // namespace mlops::tasks::deploy_aks
