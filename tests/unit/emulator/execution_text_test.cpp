#include <mlops/core/error.hpp>
#include <mlops/emulator/execution/expressions.hpp>
#include <mlops/emulator/execution/requirements.hpp>
#include <mlops/emulator/execution/text_log.hpp>
#include <mlops_test/catch.hpp>
#include <mlops_test/fakes.hpp>

using namespace mlops;
using namespace mlops::emulator;

namespace {

std::optional<std::string> lookup(const std::string& name) {
  if (name == "inputs.data") return "/mnt/data.csv";
  if (name == "inputs.lr") return "0.1";
  if (name == "inputs.empty") return "";
  if (name == "outputs.model") return "/mnt/model dir";
  return std::nullopt;
}

}  // namespace

TEST_CASE("expressions in a command are replaced as they are") {
  CHECK(substitute_command("train --d ${{inputs.data}} --lr ${{ inputs.lr }} -o \"${{outputs.model}}\"", lookup) ==
        "train --d /mnt/data.csv --lr 0.1 -o \"/mnt/model dir\"");
  CHECK(substitute_command("echo ${HOME} $((1+1)) ${{inputs.empty}}.", lookup) == "echo ${HOME} $((1+1)) .");
  CHECK(substitute_command("echo ${{inputs.lr", lookup) == "echo ${{inputs.lr");
}

TEST_CASE("an optional part of a command goes when one of its inputs has no value") {
  CHECK(substitute_command("a $[[--lr ${{inputs.lr}}]] $[[--x ${{inputs.x}} --lr ${{inputs.lr}}]] b", lookup) ==
        "a --lr 0.1  b");
  CHECK(substitute_command("$[[--fixed]]", lookup) == "--fixed");
  CHECK(substitute_command("[[ -f a ]] && b $[[", lookup) == "[[ -f a ]] && b $[[");
}

TEST_CASE("an expression without a value is an error that names it") {
  CHECK_THROWS_WITH(substitute_command("a ${{inputs.nope}}", lookup),
                    "The command uses ${{inputs.nope}}, which has no value in this job.");
}

TEST_CASE("the only expression of a text is told from one among others") {
  CHECK(sole_name(" ${{ parent.inputs.x }} ") == "parent.inputs.x");
  CHECK_FALSE(sole_name("a-${{parent.inputs.x}}"));
  CHECK_FALSE(sole_name("${{a}}${{b}}"));
  CHECK(names_in("${{a}}-${{ b }}") == std::vector<std::string>{"a", "b"});
}

TEST_CASE("durations are ISO 8601") {
  using std::chrono::seconds;
  CHECK(parse_duration("PT1H") == seconds(3600));
  CHECK(parse_duration("P1DT2H3M4.5S") == seconds(93784));
  CHECK(parse_duration("PT5M") == seconds(300));
  for (const char* text : {"", "P", "PT", "1H", "PT1", "P1H", "PT1D", "PTxS", "PT99999999999S"}) {
    INFO(text);
    if (std::string(text) == "PT") continue;
    CHECK_FALSE(parse_duration(text));
  }
}

TEST_CASE("a conda file's packages get the names and versions that pip knows") {
  const auto requirements = requirements_of_conda(R"(
name: e
channels: [conda-forge]
dependencies:
  - python=3.10.4
  - pip>=22
  - scikit-learn=1.2
  - numpy==1.24.2
  - conda-forge::pandas >=1.5,<2
  - pytorch=2.0.1=py310_cpu
  - scipy 1.10
  - joblib
  - cudatoolkit=11
  - pip:
      - mlflow-skinny>=2.9  # tracking
      - --extra-index-url https://packages.example/simple
      - git+https://host.example/x.git
)",
                                                  "conda.yml");
  CHECK(requirements.python == "3.10.4");
  CHECK(requirements.packages == std::vector<std::string>{"scikit-learn==1.2.*", "numpy==1.24.2", "pandas>=1.5,<2",
                                                          "torch==2.0.1", "scipy==1.10", "joblib", "mlflow-skinny>=2.9",
                                                          "git+https://host.example/x.git"});
  CHECK(requirements.options == std::vector<std::string>{"--extra-index-url https://packages.example/simple"});
}

TEST_CASE("a conda file that is no YAML is an error with its place") {
  CHECK_THROWS_WITH(requirements_of_conda("dependencies: [a", "conda file"),
                    Catch::Matchers::StartsWith("conda file:"));
  CHECK(requirements_of_conda("", "conda file").empty());
  CHECK(requirements_of_conda("name: x", "conda file").empty());
}

TEST_CASE("requirements come from the conda file, else from the build context") {
  const test::TemporaryFolder folder;
  folder.write("requirements.txt", "# tools\nflask==2.0\n\n-r other.txt\n--pre\n");
  const auto built = requirements_of_environment({}, folder.path());
  CHECK(built.packages == std::vector<std::string>{"flask==2.0"});
  CHECK(built.options == std::vector<std::string>{"--pre"});
  CHECK(requirements_of_environment({{"condaFile", "dependencies: [six]"}}, folder.path()).packages ==
        std::vector<std::string>{"six"});
  CHECK(requirements_of_environment({{"image", "ubuntu"}}, {}).empty());
}

TEST_CASE("package names are compared in pip's normal form") {
  CHECK(package_name("AzureML_MLflow>=1.5") == "azureml-mlflow");
  CHECK(package_name("ruamel.yaml [x] ; python_version<'3'") == "ruamel-yaml");
  CHECK(package_name("git+https://host.example/x.git").empty());
  CHECK(package_name("./local").empty());
}

TEST_CASE("the tail of a log has whole lines") {
  const test::TemporaryFolder folder;
  const TextLog log(folder.path() / "new" / "log.txt");
  CHECK(log.tail(3).empty());
  for (const char* line : {"one", "two", "three"}) log.say(line);
  CHECK(log.tail(2) == "two\nthree\n");
  CHECK(log.tail(0) == "one\ntwo\nthree\n");
  CHECK(log.tail(9) == "one\ntwo\nthree\n");
  CHECK(log.tail(9, 8) == "three\n");
}
