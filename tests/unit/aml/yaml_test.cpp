#include <mlops/aml/yaml.hpp>
#include <mlops/core/error.hpp>
#include <mlops_test/catch.hpp>
#include <mlops_test/fakes.hpp>

using namespace mlops;

namespace {

aml::YamlFile parse(const std::string& text, std::map<std::string, std::string> variables = {},
                    const std::vector<std::pair<std::string, std::string>>& set = {},
                    const std::string& parameters = "") {
  test::FakeEnvironment environment(std::move(variables));
  return aml::parse_yaml(text, "job.yml", agent::Variables(environment), {parameters, set});
}

std::string value_at(const aml::YamlFile& file, const std::string& key) {
  return file.root().at(key).as_text();
}

}  // namespace

TEST_CASE("variables are filled in wherever a text stands") {
  const auto file = parse("compute: azureml:$(AML_COMPUTE)\ntags: {a: $(Build.BuildId)-x}\n",
                          {{"AML_COMPUTE", "cpu"}, {"BUILD_BUILDID", "42"}});
  CHECK(value_at(file, "compute") == "azureml:cpu");
  CHECK(file.root().at("tags").at("a").as_string() == "42-x");
}

TEST_CASE("what can't be a variable's name stays, and $$( ) writes the text itself") {
  const auto file = parse("command: echo $(ls -l) $((1+2)) $$(HOME) $(date +%s\n");
  CHECK(value_at(file, "command") == "echo $(ls -l) $((1+2)) $(HOME) $(date +%s");
}

TEST_CASE("a variable's value is not filled in again") {
  CHECK(value_at(parse("a: $(A)\n", {{"A", "$(B)"}}), "a") == "$(B)");
}

TEST_CASE("an unknown variable is an error with the nearest name") {
  CHECK_THROWS_WITH(
      parse("type: command\ncompute: $(AML_COMPUT)\n",
            {{"AML_COMPUTE", "x"}, {"VSTS_PUBLIC_VARIABLES", R"(["AML_COMPUTE", "system.debug"])"}}),
      "job.yml:2:10: unknown variable \"AML_COMPUT\"; did you mean \"AML_COMPUTE\"? Set it in the pipeline, or write "
      "$$(AML_COMPUT) for the text $(AML_COMPUT).");
}

TEST_CASE("a secret variable may not become part of a definition") {
  CHECK_THROWS_WITH(parse("a: $(TOKEN)\n", {{"SECRET_TOKEN", "hush"}}),
                    Catch::Matchers::StartsWith("job.yml:1:4: the variable \"TOKEN\" is secret"));
}

TEST_CASE("overrides come before variables and say their origin in errors") {
  const auto file = parse("inputs: {quality: good}\n", {{"Q", "worse"}}, {{"inputs.quality", "$(Q)"}});
  CHECK(file.root().at("inputs").at("quality").as_string() == "worse");
  CHECK_THROWS_WITH(parse("inputs: {}\n", {}, {{"inputs.x", "$(NO)"}}),
                    Catch::Matchers::StartsWith("set inputs.x: unknown variable \"NO\"."));
}

TEST_CASE("parameters are merged mapping by mapping, lists and plain values replaced") {
  const auto file =
      parse("conf: {spark.cores: 1, spark.memory: 2g}\nargs: [a, b]\ncompute: cpu\n", {{"SIZE", "4g"}},
            {{"compute", "gpu"}}, "conf: {spark.memory: $(SIZE), spark.new: [1]}\nargs: [c]\ncompute: big\n");
  CHECK(boost::json::serialize(file.root().value()) ==
        R"({"conf":{"spark.cores":1,"spark.memory":"4g","spark.new":[1]},"args":["c"],"compute":"gpu"})");
  CHECK(file.root().at("conf").at("spark.cores").place().column == 21);
}

TEST_CASE("what is wrong with parameters is told with its place in them") {
  CHECK_THROWS_WITH(parse("a: 1\n", {}, {}, "b:\n  c: $(NO)\n"),
                    Catch::Matchers::StartsWith("parameters:2:6: unknown variable \"NO\"."));
  CHECK_THROWS_WITH(parse("a: 1\n", {}, {}, "just a text"),
                    Catch::Matchers::StartsWith("parameters:1:1: what is to be merged is no mapping"));
  CHECK_THROWS_WITH(parse("a: 1\n", {}, {}, "a: [1"), Catch::Matchers::StartsWith("parameters:"));
}

TEST_CASE("the kind follows from the schema, the type, or keys that one kind alone has") {
  using aml::Kind;
  CHECK(aml::kind_of(parse("$schema: https://x/latest/pipelineJob.schema.json\n")) == Kind::pipeline_job);
  CHECK(aml::kind_of(parse("$schema: https://x/latest/kubernetesOnlineDeployment.schema.json\n")) ==
        Kind::online_deployment);
  CHECK(aml::kind_of(parse("type: pipeline\n")) == Kind::pipeline_job);
  CHECK(aml::kind_of(parse("type: command\ncommand: x\n")) == Kind::command_job);
  CHECK(aml::kind_of(parse("type: command\nname: x\nversion: 1\ncommand: x\n")) == Kind::component);
  CHECK(aml::kind_of(parse("type: amlcompute\nname: x\n")) == Kind::compute);
  CHECK(aml::kind_of(parse("name: e\nimage: x\n")) == Kind::environment);
  CHECK(aml::kind_of(parse("name: d\npath: x\n")) == Kind::data);
  CHECK(aml::kind_of(parse("name: m\ntype: mlflow_model\npath: x\n")) == Kind::model);
  CHECK(aml::kind_of(parse("name: e\nauth_mode: key\n")) == Kind::online_endpoint);
}

TEST_CASE("a file of another kind is refused with the kinds there are") {
  CHECK_THROWS_WITH(aml::kind_of(parse("$schema: https://x/latest/workspace.schema.json\n")),
                    Catch::Matchers::StartsWith("job.yml:1:10: \"workspace\" can't be created by this task. Set"));
  CHECK_THROWS_WITH(aml::kind_of(parse("something: else\n")),
                    Catch::Matchers::StartsWith("job.yml:1:1: the file doesn't say what it describes."));
}

TEST_CASE("paths count from the folder of the file") {
  CHECK(aml::resolve_path("/a/b", "../src/") == "/a/src");
  CHECK(aml::resolve_path("/a/b", "file:./x.yml") == "/a/b/x.yml");
  CHECK(aml::resolve_path("/a/b", "/c/d") == "/c/d");
}
