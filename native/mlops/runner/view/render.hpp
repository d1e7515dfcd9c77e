#pragma once

#include <mlops/runner/view/run_tree.hpp>

namespace mlops::runner {

/// What a frame depends on beside the run.
struct Look {
  std::size_t columns = 80;
  std::size_t rows = 24;  ///< 0: as many as it takes
  bool colors = false;
  bool unicode = true;
  core::SystemTime now{};
  std::string question;  ///< asked below the tree; its last line is that of the answer
  std::string typed;     ///< the answer so far
  bool canceling = false;
};

/// The lines of one frame, each narrower than the terminal, fewer than its rows. What runs or failed is shown in full,
/// what is done or waits on one line; where rows are scarce, the lines that say least are left out and counted. Text of
/// the run is plain; colours are the only control sequences.
std::vector<std::string> render(const RunTree& tree, const Look& look);

/// For the end: each step that failed, with the last lines of its log and the file that holds all of it.
std::vector<std::string> failures(const RunTree& tree, const std::string& run_folder);

/// "0.4 s", "12 s" and, from a minute on, "2 min 05 s".
std::string duration_text(core::Milliseconds time, bool tenths);

}  // namespace mlops::runner
