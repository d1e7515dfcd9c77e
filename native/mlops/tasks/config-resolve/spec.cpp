#include <mlops/tasks/config-resolve/spec.hpp>

namespace mlops::tasks::config_resolve {

using agent::InputType;

namespace {

std::vector<agent::InputSpec> inputs() {
  return {
      {.name = "files",
       .label = "Configuration files",
       .help = "YAML files with variables: (and environments:), one a line, later ones win. Wildcards are allowed; "
               "{environment} stands for the environment, as in configuration/infra-{environment}.yml.",
       .type = InputType::multi_line,
       .required = true},
      {.name = "environment",
       .label = "Environment",
       .help = "The environment to configure, such as DEV or PRD: picks its overlay below environments: and replaces "
               "{environment} in the files."},
      {.name = "overrides",
       .label = "Overrides",
       .help = "NAME=value, one a line. They win over every file; $(NAME) in the value is resolved as in a file.",
       .type = InputType::multi_line},
      {.name = "required",
       .label = "Required variables",
       .help = "Names, one a line, that must end up with a value that is not empty; all that lack one are reported at "
               "once.",
       .type = InputType::multi_line,
       .group = "check"},
      {.name = "secrets",
       .label = "Secret variables",
       .help = "Names, one a line, whose values nobody may see: masked in the log, set as secret variables, left out "
               "of the file. So is every value made from one of them.",
       .type = InputType::multi_line,
       .group = "check"},
      {.name = "prefix",
       .label = "Prefix",
       .help = "Set only the variables whose names begin with this text as pipeline variables; the table and the file "
               "hold all of them.",
       .group = "result"},
      {.name = "setVariables",
       .label = "Set job variables",
       .help = "Besides the output variables $(step.NAME), set each as a variable of the job: $(NAME).",
       .type = InputType::boolean,
       .default_value = "true",
       .group = "result"},
      // Not a filePath input: the agent turns an empty one into the folder of the sources.
      {.name = "outputFile",
       .label = "Output file",
       .help = "A JSON file to write with the environment, the variables and where each comes from, without secrets.",
       .group = "result"},
      {.name = "armTemplate",
       .label = "ARM template",
       .help = "A template whose parameters get the variables of their names: storageSku that of STORAGE_SKU.",
       .group = "result"},
      {.name = "armParametersFile",
       .label = "ARM parameters file",
       .help = "The parameters file to write for that template.",
       .group = "result"},
  };
}

}  // namespace

const agent::TaskSpec& spec() {
  static const agent::TaskSpec k_spec = {
      .name = "MlopsConfigResolve",
      .id = "3918654f-e10c-4915-a13d-68ecb3648c39",
      .executable = "config-resolve",
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
