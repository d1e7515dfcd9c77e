#pragma once

#include <filesystem>
#include <map>
#include <mlops/aml/jobs/run_history.hpp>
#include <mlops/aml/workspace.hpp>
#include <mlops/azure/blob.hpp>
#include <mlops/mlflow/client.hpp>
#include <optional>
#include <string>
#include <vector>

namespace mlops::aml {

/// The metrics of a job: its own and those of its steps, newest value each. Where a step has a metric of the same name
/// as the job, the job's counts; where two steps have, the one that started later counts. Not finite values are left
/// out.
std::map<std::string, double> job_metrics(Workspace& workspace, const std::string& job);

/// Where an output of a job stands.
struct OutputPlace {
  std::string job;  ///< that made it: the job itself or a step
  std::string output;
  std::string datastore;
  std::string path;  ///< without final '/'
  bool is_file = false;

  std::string uri() const { return datastore_uri(datastore, path); }
};

/// The place of a named output: the job's own output of that name (also what a step wrote through a binding), else the
/// output of the step that has it. "default" and "artifacts" name the job's artifact folder. Throws core::Error
/// "output-missing" that lists the outputs there are, and "output-ambiguous" when several steps have it.
OutputPlace find_output(Workspace& workspace, const std::string& job, const std::string& output);

/// What stands below the place; names are relative to it.
std::vector<azure::BlobItem> list_output(Workspace& workspace, const OutputPlace& place);

/// Copies what stands below the place into a folder and returns the files. Throws core::Error "output-empty".
std::vector<std::filesystem::path> download_output(Workspace& workspace, const OutputPlace& place,
                                                   const std::filesystem::path& folder);

/// What of a job's artifacts is wanted: patterns of names (also of last parts), and what is too much.
struct ArtifactFilter {
  std::vector<std::string> patterns;
  std::uint64_t largest = 10U << 20U;  ///< bytes of one file
  std::size_t most = 50;               ///< files of one run
};

/// Copies the artifacts that a run logged (with MLflow, or into its folder outputs) into a folder, and returns their
/// names below it. Those that are too large or too many are left out.
std::vector<std::string> download_artifacts(Workspace& workspace, const std::string& run, const ArtifactFilter& filter,
                                            const std::filesystem::path& folder);

}  // namespace mlops::aml
