#pragma once

#include <map>
#include <mlops/emulator/execution/command_spec.hpp>
#include <mlops/emulator/execution/job_records.hpp>
#include <string>

namespace mlops::emulator {

/// Registers those outputs of a job that have an asset name as data or model versions. `uris` has their addresses.
void register_outputs(Context& context, const JobId& job, const JobOutputs& outputs,
                      const std::map<std::string, std::string>& uris);

}  // namespace mlops::emulator
