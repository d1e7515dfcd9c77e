#include <mlops/config/names.hpp>
#include <mlops_test/catch.hpp>

using namespace mlops;

TEST_CASE("ordinary names can be set, also those that only look like the agent's") {
  for (const std::string name : {"LOCATION", "resource_group", "Model.Name", "kv-secret", "BUILD_CONFIGURATION",
                                 "ENDPOINT_NAME", "AgentPool", "environment", "PATH_TO_DATA", "INPUTS"}) {
    CAPTURE(name);
    CHECK_NOTHROW(config::require_settable(name, {}));
  }
}

TEST_CASE("names that would change how the agent works can't be set") {
  const std::vector<std::pair<std::string, std::string>> k_table = {
      {"System.Debug", "Azure Pipelines keeps the names that begin with \"system.\" for itself"},
      {"agent.name", "Azure Pipelines keeps the names that begin with \"agent.\" for itself"},
      {"BUILD.Number", "Azure Pipelines keeps the names that begin with \"build.\" for itself"},
      {"Input_Workspace", "later tasks would take a name that begins with \"INPUT_\" for the agent's"},
      {"input.workspace", "later tasks would take a name that begins with \"INPUT_\" for the agent's"},
      {"SECRET_KEY", "later tasks would take a name that begins with \"SECRET_\" for the agent's"},
      {"Path", "it would replace that variable of the environment for all later steps"},
      {"my name", "names consist of letters, digits, '.', '_' and '-'"},
      {"a]b", "names consist of letters, digits, '.', '_' and '-'"},
      {"", "names consist of letters, digits, '.', '_' and '-'"}};
  for (const auto& [name, why] : k_table) {
    CAPTURE(name);
    CHECK_THROWS_WITH(config::require_settable(name, core::FilePlace{"a.yml", 2, 3}),
                      "a.yml:2:3: \"" + name + "\" can't be set as a variable: " + why +
                          ". Rename it, or leave it out with the input prefix (--prefix).");
  }
}

TEST_CASE("only names can stand in a reference") {
  CHECK(config::is_reference_name("Build.SourceBranch"));
  CHECK(config::is_reference_name("my-secret_1"));
  CHECK_FALSE(config::is_reference_name("ls -l"));
  CHECK_FALSE(config::is_reference_name(""));
}
