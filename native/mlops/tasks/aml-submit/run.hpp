#pragma once

#include <mlops/agent/input.hpp>
#include <mlops/agent/services.hpp>
#include <string>

namespace mlops::tasks::aml_submit {

/// Reads and checks all files before anything is created, creates what jobs need, then the jobs one after the other,
/// each watched to its end. In a dry run everything is checked and every document printed that would be sent.
std::string run(agent::Services& services, const agent::Inputs& inputs);

}  // namespace mlops::tasks::aml_submit
