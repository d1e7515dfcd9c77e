#pragma once

#include <chrono>
#include <filesystem>
#include <mlops/agent/input.hpp>
#include <mlops/aml/endpoints/batch_invoke.hpp>
#include <mlops/aml/yaml.hpp>
#include <string>
#include <utility>
#include <vector>

namespace mlops::tasks::aml_submit {

enum class OnFailure { fail, warn, ignore };

struct Options {
  std::vector<std::filesystem::path> files;  ///< patterns expanded
  aml::Overrides overrides;
  std::string compute;  ///< of jobs; empty: as the file says
  std::string name;
  std::string experiment_name;
  std::string registry;  ///< empty: assets go to the workspace
  bool force = false;
  std::string collect_job;  ///< of a job that is there: nothing is created; empty: none
  bool wait = true;
  std::chrono::minutes timeout{0};
  std::chrono::seconds poll{5};
  OnFailure on_failure = OnFailure::fail;
  bool cancel_on_abort = true;
  std::vector<std::string> download_outputs;
  std::filesystem::path outputs_folder;        ///< empty: below the temporary folder
  std::vector<std::string> publish_artifacts;  ///< patterns
  bool summary = true;
  aml::BatchRequest invocation;  ///< without an endpoint: none
};

/// Throws core::Error "input-invalid" for inputs that can't be meant, a pattern without a file among them.
Options read_options(const agent::Inputs& inputs);

}  // namespace mlops::tasks::aml_submit
