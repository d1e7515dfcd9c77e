#pragma once

#include <mlops/runner/report/records.hpp>
#include <mlops/runner/settings.hpp>

namespace mlops::runner {

/// The page of a run: stages, jobs and steps with their results, issues and logs, the summaries that steps uploaded,
/// artifacts and attachments. It needs no network.
std::string summary_html(const RunRecord& record, const RunFolders& folders);

}  // namespace mlops::runner
