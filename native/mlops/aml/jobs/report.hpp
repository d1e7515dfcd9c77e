#pragma once

#include <map>
#include <mlops/aml/jobs/watch.hpp>
#include <string>
#include <vector>

namespace mlops::aml {

/// "1h 02m 03s", "2m 05s", "7s"; "-" when the time isn't known.
std::string duration_text(const RunNode& run);

/// The job and its steps as a tree with states and durations, one line each.
std::vector<std::string> job_tree(const JobResult& result);

/// The Markdown that the run's page in Azure Pipelines shows: states, steps, metrics, the way to the studio.
std::string job_summary(const JobResult& result, const std::map<std::string, double>& metrics,
                        const std::string& studio_url);

/// What ended the job, in one error: the first failed step, the service's message.
core::Error job_error(const JobResult& result, const std::string& studio_url);

}  // namespace mlops::aml
