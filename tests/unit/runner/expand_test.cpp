// Template expansion, as https://learn.microsoft.com/azure/devops/pipelines/process/templates describes it. What the
// pages state row by row stands in cases/templates.yml.

#include <fmt/format.h>

#include <mlops/core/text.hpp>
#include <mlops/document/document.hpp>
#include <mlops/runner/expand/expand.hpp>
#include <mlops_test/catch.hpp>
#include <mlops_test/fakes.hpp>

namespace json = boost::json;
using namespace mlops;
using namespace mlops::runner;
using Catch::Matchers::ContainsSubstring;

namespace {

using Files = std::map<std::string, std::string>;

/// A repository with a pipeline and its templates.
struct Repository {
  explicit Repository(const Files& files) {
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

}  // namespace

TEST_CASE("a template of steps stands in the place that asks for it") {
  Repository repository(
      {{"pipeline.yml", "steps:\n- template: t/a.yml\n  parameters: {n: 3}\n- script: last\n"},
       {"t/a.yml",
        "parameters:\n- {name: n, type: number}\nsteps:\n- template: b.yml\n- script: ${{ parameters.n }}\n"},
       {"t/b.yml", "steps:\n- script: ${{ variables.v }}\n"}});
  repository.request.variables = {{"v", "seen"}};
  CHECK(repository.yaml() == "steps:\n- script: seen\n- script: 3\n- script: last\n");
}

TEST_CASE("a pipeline that extends a template keeps its own triggers and variables") {
  const Repository repository(
      Files{{"pipeline.yml",
             "trigger: none\nvariables:\n- {name: a, value: 1}\nextends:\n  template: t.yml\n  parameters:\n"
             "    before:\n    - script: ${{ variables.a }}\n"},
            {"t.yml",
             "parameters:\n- {name: before, type: stepList, default: []}\nvariables: {b: 2}\nsteps:\n"
             "- ${{ parameters.before }}\n- script: own\n"}});
  CHECK(repository.yaml() ==
        "trigger: none\nvariables:\n- name: a\n  value: 1\n- name: b\n  value: 2\n"
        "steps:\n- task: CmdLine@2\n  inputs:\n    script: 1\n- script: own\n");
}

TEST_CASE("resources of an extended template come beside those of the pipeline") {
  const Repository repository(
      Files{{"pipeline.yml", "resources:\n  repositories: [{repository: a}]\nextends: {template: t.yml}\n"},
            {"t.yml", "resources:\n  repositories: [{repository: b}]\n  containers: [{container: c}]\nsteps: []\n"}});
  CHECK(repository.yaml() ==
        "resources:\n  repositories:\n  - repository: a\n  - repository: b\n  containers:\n"
        "  - container: c\nsteps: []\n");
}

TEST_CASE("anchors and aliases are refused, as the service does") {
  const Repository repository(Files{{"pipeline.yml", "steps:\n- &one\n  script: x\n- *one\n"}});
  CHECK_THAT(repository.error(), ContainsSubstring("pipeline.yml:2:3 Azure Pipelines takes no YAML anchors"));
}

TEST_CASE("a printed pipeline reads as the same values") {
  const Repository repository(Files{
      {"pipeline.yml",
       "steps:\n- script: |\n    echo 'a: b' # c\n    exit\n- script: \"  x\\ty\\n\\nz\"\n  displayName: 'null'\n"
       "  env: {A: '- b', B: '#c', C: ': d', D: 'true', E: '', F: 'größer', G: '*x', H: '%', I: \"a\\n\", J: ' '}\n"}});
  const auto printed = repository.yaml();
  CHECK_THAT(printed, ContainsSubstring("- script: |\n    echo 'a: b' # c\n    exit\n"));
  const auto again = document::Document::parse(printed, "printed.yml", document::Scalars::as_written);
  CHECK(again.value() == expand(repository.request).root);
}

TEST_CASE("a template of another repository finds its own files") {
  const Repository other({{"main.yml", "steps:\n- template: sub/s.yml\n- template: /p.yml@self\n"},
                          {"sub/s.yml", "steps:\n- script: other\n"}});
  Repository repository(
      {{"pipeline.yml", "steps:\n- template: main.yml@shared\n"}, {"p.yml", "steps:\n- script: own\n"}});
  CHECK(repository.error() == "pipeline.yml:2:13 the repository \"shared\" has no folder on this machine.");
  repository.request.repositories = {{"shared", other.folder.path()}};
  CHECK(repository.yaml() == "steps:\n- script: other\n- script: own\n");
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
