#pragma once

#include <map>
#include <mlops/aml/jobs/create.hpp>
#include <mlops/aml/jobs/watch.hpp>
#include <mlops/aml/workspace.hpp>
#include <mlops/tasks/aml-submit/options.hpp>
#include <string>

namespace mlops::tasks::aml_submit {

/// The name of an artifact among a run's attachments: characters that a file's name can't hold everywhere become _.
std::string attachment_name(const std::string& step, const std::string& artifact);

/// Publishes what a job that has ended leaves behind: state, tree, metrics (variables and file), downloaded outputs,
/// the summary. Nothing of it hides a failure of the job itself: after one, what can't be read is a warning.
void publish_results(aml::Workspace& workspace, const Options& options, const aml::SubmittedJob& job,
                     const aml::JobResult& result);

/// The name of a metric's output variable, "metric_roc_auc".
std::string metric_variable(const std::string& metric);

}  // namespace mlops::tasks::aml_submit
