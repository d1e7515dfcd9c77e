#pragma once

#include <mlops/aml/yaml.hpp>
#include <mlops/tasks/aml-submit/options.hpp>
#include <vector>

namespace mlops::tasks::aml_submit {

/// A file of the task and what it describes.
struct InputFile {
  aml::YamlFile yaml;
  aml::Kind kind{};

  bool is_job() const { return aml::is_job(kind); }
};

/// Loads all files in the order in which they have to be created: datastores, computes, environments, data, components,
/// models, jobs, schedules; otherwise as given. Throws core::Error for a file that can't be read or created by this
/// task, and "input-invalid" when one name would be given to several jobs.
std::vector<InputFile> load_files(const Options& options, const agent::Variables& variables);

}  // namespace mlops::tasks::aml_submit
