#pragma once

#include <boost/json.hpp>
#include <mlops/runner/report/records.hpp>
#include <mlops/runner/settings.hpp>

namespace mlops::runner {

/// The record as run.json holds it. Values of secret outputs are left out.
boost::json::value to_json(const RunRecord& record);

/// Reads the run.json of a run folder, as far as a later run needs it: stages, results, outputs, attempts, the build's
/// id and number. Throws core::Error with the place.
RunRecord read_run(const fs::path& folder);

}  // namespace mlops::runner
