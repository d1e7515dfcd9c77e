#pragma once

namespace mlops::runner {

/// The whole life of pipeline-run: options, expansion, the run, its report. The only place that catches. Exit code: see
/// --help.
int run_program(int argc, const char* const* argv);

}  // namespace mlops::runner
