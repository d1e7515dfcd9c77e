#include <mlops/tasks/config-resolve/spec.hpp>

namespace mlops::tasks::config_resolve {

using agent::InputType;

namespace {

std::vector<agent::InputSpec> inputs() {
  return {
      {.name = "files",
       .label = "Configuration files",
       .help = "YAML files with the keys variables and environments, one a line; later files win. Wildcards are "
               "allowed. {environment} stands for the chosen environment, as in configuration/infra-{environment}.yml.",
       .type = InputType::multi_line,
       .required = true},
      {.name = "environment",
       .label = "Environment",
       .help = "The environment to configure, such as DEV or PRD. It picks its part below environments in the files "
               "and replaces {environment} in their names."},
      {.name = "overrides",
       .label = "Overrides",
       .help =
           "Variables that win over every file, one NAME=value a line; $(NAME) in a value is resolved as in a file.",
       .type = InputType::multi_line},
      {.name = "required",
       .label = "Required variables",
       .help = "Names of variables that must end up with a value, one a line. All that lack one are reported at once.",
       .type = InputType::multi_line,
       .group = "check"},
      {.name = "secrets",
       .label = "Secret variables",
       .help = "Names of variables whose values nobody may see, one a line: they are masked in the log, set as secret "
               "variables and left out of the output file. So is every value that is made from one of them.",
       .type = InputType::multi_line,
       .group = "check"},
      {.name = "prefix",
       .label = "Prefix",
       .help = "Only variables whose names begin with this text become pipeline variables; the table in the log and "
               "the output file hold all of them. When empty, all become pipeline variables.",
       .group = "result"},
      {.name = "setVariables",
       .label = "Set job variables",
       .help = "Set each variable for the later steps of the job as $(NAME), besides the output variable $(step.NAME).",
       .type = InputType::boolean,
       .default_value = "true",
       .group = "result"},
      // Not a filePath input: the agent turns an empty one into the folder of the sources.
      {.name = "outputFile",
       .label = "Output file",
       .help = "A JSON file to write with the environment, the variables without the secret ones, and where each comes "
               "from. When empty, none is written.",
       .group = "result"},
      {.name = "armTemplate",
       .label = "ARM template",
       .help = "An ARM template for which a parameters file is written. Each parameter gets the variable of its name: "
               "storageSku gets STORAGE_SKU. When empty, none is written.",
       .group = "result"},
      {.name = "armParametersFile",
       .label = "ARM parameters file",
       .help = "The parameters file to write, which MlopsArmDeploy@1 takes. Needed with an ARM template.",
       .group = "result",
       .shown_when = "armTemplate != \"\""},
  };
}

}  // namespace

const agent::TaskSpec& spec() {
  static const agent::TaskSpec k_spec = {
      .name = "MlopsConfigResolve",
      .id = "3918654f-e10c-4915-a13d-68ecb3648c39",
      .executable = "config-resolve",
      .category = "Utility",
      .friendly_name = "Azure ML: resolve configuration",
      .description = "Turns layered YAML configuration into pipeline variables and shows where each value comes from.",
      .instance_name = "Resolve configuration $(environment)",
      .groups = {{"check", "Checks and secrets"}, {"result", "Result"}},
      .inputs = inputs(),
      .outputs = {{"*", "Every variable of the configuration under its own name, as the files spell it."}},
      .example = R"(
- task: MlopsConfigResolve@1
  name: config
  inputs:
    environment: DEV
    files: |
      configuration/common.yml
      configuration/infra-{environment}.yml)",
  };
  return k_spec;
}

}  // namespace mlops::tasks::config_resolve
