#include <mlops/agent/program.hpp>

namespace mlops::agent {

std::vector<InputSpec> all_inputs(const TaskSpec& spec) {
  std::vector<InputSpec> inputs = spec.inputs;
  inputs.push_back({.name = "dryRun",
                    .label = "Dry run",
                    .help = "Print what would be sent, with secrets masked, and change nothing.",
                    .type = InputType::boolean,
                    .default_value = "false"});
  return inputs;
}

}  // namespace mlops::agent
