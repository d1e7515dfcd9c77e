#pragma once

#include <mlops/agent/variables.hpp>
#include <mlops/aml/models.hpp>
#include <mlops/tasks/model-register/evidence.hpp>
#include <mlops/tasks/model-register/options.hpp>
#include <string>

namespace mlops::tasks::model_register {

/// The property by which a version registered from the same source by the same run is found again.
inline constexpr const char* k_registration_key = "mlops.registrationKey";
/// The pipeline run that registered a version.
inline constexpr const char* k_build_id = "mlops.buildId";

/// The same for every attempt of one pipeline run on one source. `source` is the output's URI or the files' hash.
std::string registration_key(const Options& options, const std::string& source, const agent::PipelineRun& run);

/// Tags and properties of the new version: commit, build, job, gate verdict and metrics. Values are cut to what the
/// service takes; the user's own win over ours, except the registration key.
aml::NewModel describe(const Options& options, const agent::PipelineRun& run, const GateEvidence& gate,
                       const std::map<std::string, double>& metrics, const std::string& uri, const std::string& key);

}  // namespace mlops::tasks::model_register
