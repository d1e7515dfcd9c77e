// Template expansion, as https://learn.microsoft.com/azure/devops/pipelines/process/templates describes it.

#include <fmt/format.h>

#include <mlops/core/text.hpp>
#include <mlops/runner/expand/expand.hpp>
#include <mlops_test/catch.hpp>
#include <mlops_test/fakes.hpp>

namespace json = boost::json;
using namespace mlops;
using namespace mlops::runner;

namespace {

/// A repository with a pipeline and its templates.
struct Repository {
  explicit Repository(const std::map<std::string, std::string>& files) {
    for (const auto& [name, text] : files) folder.write(name, text);
    request = {folder.path() / "pipeline.yml", folder.path(), {}, {}, {}};
  }

  std::string yaml() const { return to_yaml(expand(request)); }

  /// The error's place without the folder, and its message.
  std::string error() const {
    try {
      expand(request);
    } catch (const core::Error& error) {
      const std::string root = folder.path().string() + "/";
      return core::replace_all(core::to_string(error.place()) + " " + error.message(), root, "");
    }
    return "no error";
  }

  test::TemporaryFolder folder;
  ExpandRequest request;
};

std::string expanded(const std::string& pipeline) {
  return Repository(std::map<std::string, std::string>{{"pipeline.yml", pipeline}}).yaml();
}

std::string error_of(const std::string& pipeline) {
  return Repository(std::map<std::string, std::string>{{"pipeline.yml", pipeline}}).error();
}

}  // namespace

TEST_CASE("an expression stands for its value") {
  SECTION("inside a text") {
    CHECK(expanded("variables: {a: x}\nname: ${{ variables.a }}-${{ upper('b') }}") ==
          "variables:\n  a: x\nname: x-B\n");
  }
  SECTION("a boolean is written as the service writes it") {
    CHECK(expanded("name: ${{ eq(1, 1) }}") == "name: True\n");
  }
  SECTION("what is not there is empty") {
    CHECK(expanded("name: a${{ variables.none }}") == "name: a\n");
  }
  SECTION("macros and run-time expressions stay") {
    CHECK(expanded("name: $(a) $[variables.b]") == "name: $(a) $[variables.b]\n");
  }
  SECTION("a brace in quotes does not end it") {
    CHECK(expanded("name: ${{ format('{0}}}', 'a') }}") == "name: a}\n");
  }
}

TEST_CASE("a condition keeps or leaves out what is below it") {
  const auto chosen = [](const std::string& value) {
    return expanded("variables: {a: " + value +
                    "}\nsteps:\n"
                    "- ${{ if eq(variables.a, 'one') }}:\n  - script: first\n"
                    "- ${{ elseif eq(variables.a, 'two') }}:\n  - script: second\n"
                    "- ${{ else }}:\n  - script: third\n");
  };
  CHECK(chosen("one").find("- script: first\n") != std::string::npos);
  CHECK(chosen("two").find("- script: second\n") != std::string::npos);
  CHECK(chosen("two").find("third") == std::string::npos);
  CHECK(chosen("x").find("- script: third\n") != std::string::npos);
  CHECK(expanded("pool:\n  ${{ if true }}:\n    name: a\n  ${{ else }}:\n    name: b\n") == "pool:\n  name: a\n");
}

TEST_CASE("a loop repeats what is below it") {
  CHECK(expanded("parameters:\n- {name: l, type: object, default: [a, b]}\nsteps:\n"
                 "- ${{ each x in parameters.l }}:\n  - script: ${{ x }}\n") ==
        "steps:\n  - script: a\n  - script: b\n");
  CHECK(expanded("parameters:\n- {name: m, type: object, default: {k: v}}\nvariables:\n"
                 "  ${{ each x in parameters.m }}:\n    ${{ x.key }}: ${{ x.value }}\n") == "variables:\n  k: v\n");
}

TEST_CASE("a template of steps stands in the place that asks for it") {
  Repository repository(
      {{"pipeline.yml", "steps:\n- template: t/a.yml\n  parameters: {n: 3}\n- script: last\n"},
       {"t/a.yml",
        "parameters:\n- {name: n, type: number}\nsteps:\n- template: b.yml\n- script: ${{ parameters.n }}\n"},
       {"t/b.yml", "steps:\n- script: ${{ variables.v }}\n"}});
  repository.request.variables = {{"v", "seen"}};
  CHECK(repository.yaml() == "steps:\n  - script: seen\n  - script: 3\n  - script: last\n");
}

TEST_CASE("a pipeline that extends a template keeps its own triggers and variables") {
  const Repository repository(
      {{"pipeline.yml",
        "trigger: none\nvariables:\n- {name: a, value: 1}\nextends:\n  template: t.yml\n  parameters:\n"
        "    before:\n    - script: ${{ variables.a }}\n"},
       {"t.yml",
        "parameters:\n- {name: before, type: stepList, default: []}\nvariables: {b: 2}\nsteps:\n"
        "- ${{ parameters.before }}\n- script: own\n"}});
  CHECK(repository.yaml() ==
        "trigger: none\nvariables:\n  - name: a\n    value: 1\n  - name: b\n    value: 2\n"
        "steps:\n  - script: 1\n  - script: own\n");
}

TEST_CASE("resources of an extended template come beside those of the pipeline") {
  const Repository repository(
      {{"pipeline.yml", "resources:\n  repositories: [{repository: a}]\nextends: {template: t.yml}\n"},
       {"t.yml", "resources:\n  repositories: [{repository: b}]\n  containers: [{container: c}]\nsteps: []\n"}});
  CHECK(repository.yaml() ==
        "resources:\n  repositories:\n    - repository: a\n    - repository: b\n  containers:\n"
        "    - container: c\nsteps: []\n");
}

TEST_CASE("a later variable sees an earlier one, also of a template") {
  const Repository repository(
      {{"pipeline.yml", "variables:\n- template: v.yml\n- {name: b, value: \"${{ variables.a }}2\"}\n"},
       {"v.yml", "variables: {a: 1}\n"}});
  CHECK(repository.yaml() == "variables:\n  - name: a\n    value: 1\n  - name: b\n    value: 12\n");
}

TEST_CASE("variables of a job are seen in it alone") {
  CHECK(expanded("jobs:\n- job: a\n  variables: {v: x}\n  steps: [{script: \"${{ variables.v }}\"}]\n"
                 "- job: b\n  steps: [{script: \".${{ variables.v }}\"}]\n") ==
        "jobs:\n  - job: a\n    variables:\n      v: x\n    steps:\n      - script: x\n"
        "  - job: b\n    steps:\n      - script: .\n");
}

TEST_CASE("a template of another repository finds its own files") {
  const Repository other({{"main.yml", "steps:\n- template: sub/s.yml\n- template: /p.yml@self\n"},
                          {"sub/s.yml", "steps:\n- script: other\n"}});
  Repository repository(
      {{"pipeline.yml", "steps:\n- template: main.yml@shared\n"}, {"p.yml", "steps:\n- script: own\n"}});
  CHECK(repository.error() == "pipeline.yml:2:13 the repository \"shared\" has no folder on this machine.");
  repository.request.repositories = {{"shared", other.folder.path()}};
  CHECK(repository.yaml() == "steps:\n  - script: other\n  - script: own\n");
}

TEST_CASE("parameters are checked where they are given") {
  const auto error = [](const std::string& given) {
    return Repository({{"pipeline.yml", "steps:\n- template: t.yml\n  parameters: {" + given + "}\n"},
                       {"t.yml",
                        "parameters:\n- {name: size, type: number, values: [1, 2]}\n"
                        "- {name: on, type: boolean, default: true}\nsteps: []\n"}})
        .error();
  };
  CHECK(error("size: 1") == "no error");
  CHECK(error("") == "pipeline.yml:2:13 t.yml needs the parameter \"size\" (number).");
  CHECK(error("size: 3") == "pipeline.yml:3:22 the parameter \"size\" can't be \"3\".");
  CHECK(error("size: big") == "pipeline.yml:3:22 the parameter \"size\" is of the type number, which \"big\" is not.");
  CHECK(error("size: 1, siz: x") == "pipeline.yml:3:30 t.yml has no parameter \"siz\"; did you mean \"size\"?");
  CHECK(error("size: 1, on: maybe") ==
        "pipeline.yml:3:29 the parameter \"on\" is of the type boolean, which \"maybe\" is not.");
}

TEST_CASE("an error names the template that caused it and the way there") {
  const Repository repository({{"pipeline.yml", "steps:\n- template: a.yml\n"},
                               {"a.yml", "steps:\n- template: b.yml\n"},
                               {"b.yml", "steps:\n- script: ${{ uper('x') }}\n"}});
  CHECK(repository.error() == "b.yml:2:11 there is no function \"uper\" here; did you mean \"upper\"?");
  try {
    expand(repository.request);
  } catch (const core::Error& error) {
    CHECK(error.hint().find("a.yml:2:13. Included from ") != std::string::npos);
  }
}

TEST_CASE("what can't be expanded is an error") {
  CHECK(error_of("name: ${{ a") == "pipeline.yml:1:7 an expression starts with ${{ and does not end with }}.");
  CHECK(error_of("steps:\n- template: none.yml\n") == "pipeline.yml:2:13 there is no template \"none.yml\".");
  CHECK(error_of("steps:\n- script: a\n- ${{ else }}:\n  - script: b\n") ==
        "pipeline.yml:3:3 there is no ${{ if }} right before it that this could belong to.");
  CHECK(error_of("name: a\n${{ if true }}: text\n") ==
        "pipeline.yml:2:1 below this key a mapping is needed: its members take the key's place.");
  const Repository endless({{"pipeline.yml", "steps:\n- template: a.yml\n"}, {"a.yml", "steps:\n- template: a.yml\n"}});
  CHECK(endless.error().find("nested more than 100 levels deep") != std::string::npos);
}
