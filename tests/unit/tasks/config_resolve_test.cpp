#include <mlops/agent/program.hpp>
#include <mlops/core/files.hpp>
#include <mlops/core/text.hpp>
#include <mlops/document/document.hpp>
#include <mlops/tasks/config-resolve/run.hpp>
#include <mlops/tasks/config-resolve/spec.hpp>
#include <mlops_test/catch.hpp>
#include <mlops_test/fakes.hpp>

using namespace mlops;
using Catch::Matchers::ContainsSubstring;

namespace {

using Values = std::map<std::string, std::string>;

/// A repository with two layers and a task run on it; texts name files without the folder.
struct ConfigTask {
  explicit ConfigTask(Values variables = {}) : world(in_pipeline(std::move(variables))) {
    folder.write("common.yml",
                 "variables:\n"
                 "  PROJECT: churn\n"
                 "  PYTHON_VERSION: 3.10\n"
                 "  WORKSPACE: mlw-$(PROJECT)-$(SUFFIX)\n"
                 "  NODES: 1\n");
    folder.write("infra-DEV.yml", "variables:\n  SUFFIX: dev\n");
    folder.write("infra-PRD.yml", "variables:\n  SUFFIX: prd\n  NODES: 4\n");
  }

  static Values in_pipeline(Values variables) {
    variables.emplace("TF_BUILD", "True");
    return variables;
  }

  static std::string both() { return "common.yml\ninfra-{environment}.yml"; }

  std::string in_folder(const std::string& text) const {
    return core::replace_all(text, folder.path().string() + "/", "");
  }

  /// Runs the task; names in `files` and `outputFile` are those of the folder.
  std::string run(Values values) {
    std::string files;
    for (const auto& item : core::list_items(values["files"])) files += (folder.path() / item).string() + "\n";
    values["files"] = files;
    for (const char* name : {"outputFile", "armTemplate", "armParametersFile"}) {
      if (values.count(name)) values[name] = (folder.path() / values[name]).string();
    }
    agent::TaskSpec spec = tasks::config_resolve::spec();
    spec.inputs = agent::all_inputs(spec);
    const agent::Inputs inputs(spec, values);
    inputs.validate();
    world.services.dry_run = inputs.flag("dryRun");
    tasks::config_resolve::run(world.services, inputs);
    return in_folder(world.output.text);
  }

  std::string failure(const Values& values) {
    try {
      run(values);
    } catch (const core::Error& error) {
      return in_folder(error.what());
    }
    return "(no error)";
  }

  test::TemporaryFolder folder;
  test::World world;
};

}  // namespace

TEST_CASE("config-resolve prints every value with its origin and sets output and job variables") {
  ConfigTask task;
  CHECK(task.run({{"files", ConfigTask::both()}, {"environment", "PRD"}}) ==
        "##[section]5 variables for PRD from common.yml, infra-PRD.yml\n"
        "NAME            VALUE          FROM\n"
        "PROJECT         churn          common.yml:2:12\n"
        "PYTHON_VERSION  3.10           common.yml:3:19\n"
        "WORKSPACE       mlw-churn-prd  common.yml:4:14\n"
        "NODES           4              infra-PRD.yml:3:10 (over common.yml:5:10)\n"
        "SUFFIX          prd            infra-PRD.yml:2:11\n"
        "##vso[task.setvariable variable=PROJECT;isoutput=true;]churn\n"
        "##vso[task.setvariable variable=PROJECT;]churn\n"
        "##vso[task.setvariable variable=PYTHON_VERSION;isoutput=true;]3.10\n"
        "##vso[task.setvariable variable=PYTHON_VERSION;]3.10\n"
        "##vso[task.setvariable variable=WORKSPACE;isoutput=true;]mlw-churn-prd\n"
        "##vso[task.setvariable variable=WORKSPACE;]mlw-churn-prd\n"
        "##vso[task.setvariable variable=NODES;isoutput=true;]4\n"
        "##vso[task.setvariable variable=NODES;]4\n"
        "##vso[task.setvariable variable=SUFFIX;isoutput=true;]prd\n"
        "##vso[task.setvariable variable=SUFFIX;]prd\n");
}

TEST_CASE("config-resolve sets output variables only, when asked to") {
  ConfigTask task;
  const std::string output =
      task.run({{"files", ConfigTask::both()}, {"environment", "DEV"}, {"setVariables", "false"}, {"prefix", "work"}});
  CHECK_THAT(output,
             Catch::Matchers::EndsWith("\n##vso[task.setvariable variable=WORKSPACE;isoutput=true;]mlw-churn-dev\n"));
  CHECK_THAT(output, !ContainsSubstring("variable=PROJECT"));
}

TEST_CASE("config-resolve warns when the prefix leaves no variable over") {
  ConfigTask task;
  CHECK_THAT(task.run({{"files", "infra-DEV.yml"}, {"prefix", "AML_"}}),
             Catch::Matchers::EndsWith("##vso[task.logissue type=warning;code=prefix-unused;]no variable begins with "
                                       "the prefix \"AML_\"; none is set.\n"));
}

TEST_CASE("config-resolve writes values and sources to a file, without secrets") {
  ConfigTask task;
  task.run({{"files", ConfigTask::both()},
            {"environment", "DEV"},
            {"secrets", "suffix"},
            {"overrides", "NODES=2"},
            {"outputFile", "out/configuration.json"}});
  CHECK(task.in_folder(core::read_file(task.folder.path() / "out/configuration.json")) ==
        R"({
  "environment": "DEV",
  "variables": {
    "PROJECT": "churn",
    "PYTHON_VERSION": "3.10",
    "NODES": "2"
  },
  "sources": {
    "PROJECT": "common.yml:2:12",
    "PYTHON_VERSION": "common.yml:3:19",
    "NODES": "input overrides"
  }
}
)");
}

TEST_CASE("config-resolve shows no secret, nor what is made with one, and sets them as secret variables") {
  ConfigTask task(Values{{"SECRET_API_TOKEN", "t0ps3cret"}});
  task.folder.write("keys.yml", "variables:\n  KEY: hunter22\n  URL: https://x?$(KEY)\n  TOKEN: $(Api.Token)\n");
  const std::string output = task.run({{"files", "keys.yml"}, {"secrets", "KEY"}});
  CHECK_THAT(output, ContainsSubstring("##[section]3 variables from keys.yml\n"
                                       "NAME   VALUE  FROM\n"
                                       "KEY    ***    keys.yml:2:8\n"
                                       "URL    ***    keys.yml:3:8\n"
                                       "TOKEN  ***    keys.yml:4:10\n"));
  CHECK_THAT(output, ContainsSubstring("##vso[task.setvariable variable=KEY;isoutput=true;issecret=true;]hunter22\n"
                                       "##vso[task.setvariable variable=KEY;issecret=true;]hunter22\n"));
  CHECK_THAT(output, ContainsSubstring("variable=URL;issecret=true;]https://x?hunter22\n"));
  CHECK_THAT(output, ContainsSubstring("variable=TOKEN;issecret=true;]t0ps3cret\n"));
  CHECK(output.find("##vso[task.setsecret]hunter22\n") < output.find("NAME"));
}

TEST_CASE("a dry run of config-resolve prints the table and changes nothing") {
  ConfigTask task;
  const std::string output =
      task.run({{"files", ConfigTask::both()}, {"environment", "DEV"}, {"outputFile", "out.json"}, {"dryRun", "true"}});
  CHECK_THAT(output, ContainsSubstring("WORKSPACE       mlw-churn-dev  common.yml:4:14\n"));
  CHECK_THAT(output, !ContainsSubstring("setvariable"));
  CHECK_FALSE(std::filesystem::exists(task.folder.path() / "out.json"));
}

TEST_CASE("overrides of config-resolve win, and references find pipeline variables") {
  ConfigTask task(Values{{"BUILD_BUILDID", "42"}});
  const std::string output = task.run({{"files", ConfigTask::both()},
                                       {"environment", "DEV"},
                                       {"overrides", "project=fraud\nTAG=$(PROJECT)-$(Build.BuildId)"}});
  CHECK_THAT(output, ContainsSubstring("PROJECT         fraud          input overrides (over common.yml:2:12)\n"));
  CHECK_THAT(output, ContainsSubstring("WORKSPACE       mlw-fraud-dev  common.yml:4:14\n"));
  CHECK_THAT(output, ContainsSubstring("TAG             fraud-42       input overrides\n"));
}

TEST_CASE("values of config-resolve can't become logging commands") {
  ConfigTask task;
  task.folder.write("evil.yml", "variables:\n  A: |\n    x\n    ##vso[task.complete result=Succeeded;]\n");
  const std::string output = task.run({{"files", "evil.yml"}});
  // The agent takes the first command of a line; what stands in its data is data.
  for (const auto& line : core::split(output, '\n')) {
    CAPTURE(line);
    CHECK((line.find("##vso[") == std::string::npos || line.rfind("##vso[task.setvariable variable=A;", 0) == 0));
  }
  CHECK_THAT(output, ContainsSubstring("A     x\\n#"));
}

TEST_CASE("config-resolve takes wildcards in order of names, and a file named twice where it stands last") {
  ConfigTask task;
  CHECK_THAT(task.run({{"files", "infra-PRD.yml\ncommon.yml\ninfra-*.yml\n"}}),
             Catch::Matchers::StartsWith("##[section]5 variables from common.yml, infra-DEV.yml, infra-PRD.yml\n"));
}

TEST_CASE("an unknown environment is an error that names those that exist") {
  ConfigTask task;
  CHECK(task.failure({{"files", ConfigTask::both()}, {"environment", "PRO"}}) ==
        "the environment \"PRO\" has no file \"infra-PRO.yml\"; did you mean \"PRD\"? Environments with such a file: "
        "DEV, PRD.");
  task.folder.write("overlays.yml", "variables: {A: 1}\nenvironments: {TEST: {A: 2}, PRD: {A: 3}}\n");
  CHECK(task.failure({{"files", "overlays.yml"}, {"environment", "DEV"}}) ==
        "none of the files has values for the environment \"DEV\". Environments in the files: TEST, PRD.");
  CHECK(task.failure({{"files", "common.yml"}, {"environment", "DEV"}}) ==
        "none of the files has values for the environment \"DEV\". Add environments: to one of them, or name a file "
        "with {environment} in its name.");
}

TEST_CASE("environments are found where a wildcard stands beside the placeholder") {
  ConfigTask task;
  CHECK_THAT(task.failure({{"files", "in*-{environment}.yml"}, {"environment", "dev"}}),
             Catch::Matchers::EndsWith("did you mean \"DEV\"? Environments with such a file: DEV, PRD."));
}

TEST_CASE("inputs of config-resolve that can't be meant are refused") {
  const std::vector<std::pair<Values, std::string>> k_table = {
      {{{"files", "infra-{environment}.yml"}},
       "the input environment (--environment) is missing. The file \"infra-{environment}.yml\" is chosen by it."},
      {{{"files", "common.yml"}, {"environment", "../DEV"}},
       "the input environment (--environment) is \"../DEV\". Write the name of an environment, such as DEV."},
      {{{"files", "common.yml"}, {"overrides", "A=1\na=2"}},
       "the input overrides (--overrides) gives \"a\" twice. Remove one of the two lines."},
      {{{"files", "common.yml"}, {"overrides", "A"}},
       "the input overrides (--overrides) has the line \"A\". Write name=value, one a line."}};
  for (const auto& [values, expected] : k_table) {
    CAPTURE(expected);
    ConfigTask task;
    CHECK(task.failure(values) == expected);
  }
}

TEST_CASE("files of config-resolve that don't exist are named") {
  ConfigTask task;
  CHECK_THAT(task.failure({{"files", "comon.yml"}}),
             Catch::Matchers::StartsWith("the input files (--files) names \"comon.yml\", which does not exist."));
  CHECK_THAT(task.failure({{"files", "*.yaml"}}),
             Catch::Matchers::StartsWith("the input files (--files) names \"*.yaml\", which no file matches."));
  CHECK_THAT(task.failure({{"files", "."}}),
             ContainsSubstring(", which is no file. Correct the name; paths start at "));
}

TEST_CASE("config-resolve lists all required variables that lack a value, after the table, and sets nothing") {
  ConfigTask task;
  CHECK(task.failure({{"files", ConfigTask::both()}, {"environment", "DEV"}, {"required", "PROJCT\nREGION\nNODES"}}) ==
        "2 required variables are without a value: PROJCT (not defined; did you mean PROJECT?), REGION (not defined). "
        "Define them in one of the files, or for this environment below environments:.");
  CHECK_THAT(task.world.output.text, ContainsSubstring("mlw-churn-dev"));
  CHECK_THAT(task.world.output.text, !ContainsSubstring("setvariable"));
}

TEST_CASE("config-resolve sets nothing when one name is reserved, unless the prefix leaves it out") {
  ConfigTask task;
  task.folder.write("names.yml", "variables:\n  AML_NODES: 1\n  System.Debug: true\n");
  CHECK(task.failure({{"files", "names.yml"}}) ==
        "names.yml:3:3: \"System.Debug\" can't be set as a variable: Azure Pipelines keeps the names that begin with "
        "\"system.\" for itself. Rename it, or leave it out with the input prefix (--prefix).");
  CHECK_THAT(task.world.output.text, !ContainsSubstring("setvariable"));
  CHECK_THAT(task.run({{"files", "names.yml"}, {"prefix", "aml_"}}), ContainsSubstring("variable=AML_NODES"));
}

TEST_CASE("without an agent config-resolve prints each variable once") {
  ConfigTask task(Values{{"TF_BUILD", ""}});
  const std::string output = task.run({{"files", "infra-DEV.yml"}});
  CHECK_THAT(output, ContainsSubstring("variable=SUFFIX;isoutput=true;]dev\n"));
  CHECK_THAT(output, !ContainsSubstring("variable=SUFFIX;]"));
}

TEST_CASE("config-resolve writes a template's parameters") {
  ConfigTask task;
  task.folder.write("main.json", R"({
  "parameters": {
    "workspace": {"type": "string"},
    "nodes": {"type": "int"},
    "privateLink": {"type": "bool", "defaultValue": false},
    "readers": {"type": "array", "defaultValue": []},
    "sku": {"type": "string", "defaultValue": "Basic", "allowedValues": ["Basic", "Premium"]}
  }
})");
  const auto values = [](std::string overrides) -> Values {
    return {{"files", ConfigTask::both()},
            {"environment", "DEV"},
            {"overrides", std::move(overrides)},
            {"armTemplate", "main.json"},
            {"armParametersFile", "parameters.json"}};
  };
  const auto written = [&](const std::string& overrides) {
    task.run(values(overrides));
    return boost::json::parse(core::read_file(task.folder.path() / "parameters.json")).as_object().at("parameters");
  };

  SECTION("each gets the variable of its name in its own type, and keeps its default without one") {
    CHECK(written("") == boost::json::parse(R"({"workspace": {"value": "mlw-churn-dev"}, "nodes": {"value": 1}})"));
    CHECK(written("PRIVATE_LINK=True\nREADERS=a, b\nSKU=Premium") ==
          boost::json::parse(R"({"workspace": {"value": "mlw-churn-dev"}, "nodes": {"value": 1},
                                 "privateLink": {"value": true}, "readers": {"value": ["a", "b"]},
                                 "sku": {"value": "Premium"}})"));
  }
  SECTION("a value of another type is told where it stands") {
    CHECK(
        task.failure(values("NODES=many")) ==
        "input overrides: the variable NODES is \"many\", but the template's parameter \"nodes\" wants a whole number. "
        "Correct the value.");
    CHECK(task.failure(values("SKU=Gold")) ==
          "input overrides: the variable SKU is \"Gold\", but the template's parameter \"sku\" wants one of: Basic, "
          "Premium. Correct the value.");
  }
  SECTION("a parameter that gets no value is told with the variable it wants") {
    task.folder.write("main.json", R"({"parameters": {"keyVault": {"type": "string"}}})");
    CHECK(task.failure(values("")) ==
          "main.json:1:17: the configuration has no value for the template's parameter keyVault (KEY_VAULT). Add the "
          "variable whose name stands in brackets, or give the parameter a default.");
  }
  SECTION("a secret is written to no file") {
    Values secret = values("");
    secret["secrets"] = "WORKSPACE";
    CHECK_THAT(task.failure(secret),
               ContainsSubstring("the parameter \"workspace\" would get the value of WORKSPACE, which is secret."));
  }
  SECTION("the template and the file belong together") {
    Values alone = values("");
    alone.erase("armTemplate");
    CHECK_THAT(task.failure(alone), ContainsSubstring("the input armTemplate (--arm-template) is missing."));
  }
}
