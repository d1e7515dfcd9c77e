#pragma once
// view: what a person sees of a run while it goes on, on a terminal. Pure but for the terminal itself.

#include <mlops/core/world.hpp>
#include <mlops/runner/result.hpp>
#include <string>
#include <vector>

namespace mlops::runner {

enum class Phase { waiting, approving, running, done };

/// Something that became of a part of a run: of a stage, a job, an instance of it (of its matrix, or a hook) or a step.
struct Change {
  std::vector<std::string> path;  ///< {stage, job, instance if there is one, number of the step}, or its beginning
  std::string name;               ///< as shown; empty leaves the name as it is
  Phase phase = Phase::waiting;
  Result result = Result::Succeeded;  ///< of what is done
  core::SystemTime at{};
  std::string note;   ///< why, in a few words
  std::string label;  ///< of a job: what stands before its lines on the console
  std::string log;    ///< of a step: its file, relative to the run folder
};

}  // namespace mlops::runner
