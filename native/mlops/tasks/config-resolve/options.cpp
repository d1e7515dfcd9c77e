#include <fmt/format.h>

#include <mlops/config/names.hpp>
#include <mlops/core/text.hpp>
#include <mlops/tasks/config-resolve/files.hpp>
#include <mlops/tasks/config-resolve/options.hpp>
#include <set>

namespace mlops::tasks::config_resolve {

namespace {

// The name becomes a part of file names; it may not lead elsewhere or mean several files.
void check_environment(const std::string& environment) {
  if (environment.find_first_of("/\\*?{}$") == std::string::npos && environment != "..") return;
  throw agent::input_error("environment", fmt::format("is \"{}\"", environment),
                           "Write the name of an environment, such as DEV.");
}

void check_overrides(const Options& options) {
  std::set<std::string, config::NameLess> names;
  for (const auto& [name, value] : options.overrides) {
    if (!names.insert(name).second) {
      throw agent::input_error("overrides", fmt::format("gives \"{}\" twice", name), "Remove one of the two lines.");
    }
  }
}

void check_arm(const Options& options) {
  if (options.arm_template.empty() == options.arm_parameters.empty()) return;
  const bool no_template = options.arm_template.empty();
  throw core::Error("input-missing",
                    fmt::format("the input {} is missing.", no_template ? "armTemplate (--arm-template)"
                                                                        : "armParametersFile (--arm-parameters-file)"),
                    {}, "A parameters file needs the template that it is for, and the template a file to write.");
}

}  // namespace

Options read_options(const agent::Inputs& inputs) {
  Options options;
  options.files = inputs.list("files");
  options.environment = inputs.text("environment");
  options.overrides = inputs.pairs("overrides");
  options.required = inputs.list("required");
  options.secrets = inputs.list("secrets");
  options.prefix = inputs.text("prefix");
  options.set_variables = inputs.flag("setVariables");
  options.output_file = inputs.text("outputFile");
  options.arm_template = inputs.text("armTemplate");
  options.arm_parameters = inputs.text("armParametersFile");
  if (options.files.empty()) {
    throw agent::input_error("files", "names no file", "Write one path a line; lines that begin with # don't count.");
  }
  check_environment(options.environment);
  check_overrides(options);
  check_arm(options);
  for (const auto& pattern : options.files) {
    if (!options.environment.empty() || !names_environment(pattern)) continue;
    throw core::Error("input-missing", "the input environment (--environment) is missing.", {},
                      fmt::format("The file \"{}\" is chosen by it.", pattern));
  }
  return options;
}

}  // namespace mlops::tasks::config_resolve
