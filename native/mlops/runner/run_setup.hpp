#pragma once

#include <mlops/runner/build_number.hpp>
#include <mlops/runner/execution/context.hpp>
#include <mlops/runner/variables/groups.hpp>

namespace mlops::runner {

/// The folder for the runs of a repository, made; git ignores it.
fs::path runs_folder(const fs::path& sources);

/// The run folder, made: --output, or the next number below .pipeline-run. Throws core::Error for one that holds an
/// earlier run.
RunFolders make_run_folder(const Settings& settings, const fs::path& sources);

/// Folders of tasks that come with this program, beside it or in the source tree; empty when there are none.
std::vector<fs::path> shipped_tasks(const fs::path& program_folder);

/// The folder of the running program.
fs::path program_folder();

/// Asks on the terminal of this process; nothing to ask with when there is none.
Approvals::Ask terminal_question(const core::Cancellation& cancellation);

}  // namespace mlops::runner
