#pragma once

#include <mlops/agent/input.hpp>
#include <mlops/agent/services.hpp>
#include <mlops/gate/report.hpp>
#include <mlops/tasks/quality-gate/options.hpp>
#include <string>

namespace mlops::tasks::quality_gate {

/// Judges, writes the reports, sets the outputs. Throws core::Error "gate-failed" when the verdict fails the task.
std::string run(agent::Services& services, const agent::Inputs& inputs);

/// The part after the evidence is known; separate for tests.
std::string conclude(agent::Services& services, const Options& options, const gate::Report& report);

}  // namespace mlops::tasks::quality_gate
