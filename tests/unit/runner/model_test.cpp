#include <mlops_test/catch.hpp>

#include "run_world.hpp"

using namespace mlops;
using namespace mlops::runner;
using Catch::Matchers::ContainsSubstring;
using mlops::test::pipeline;

TEST_CASE("a pipeline of steps has one stage and one job") {
  const auto parsed = pipeline("steps: [{script: echo}, {bash: x, workingDirectory: w, env: {A: b}}]");
  CHECK(parsed.single_stage);
  REQUIRE(parsed.stages.size() == 1);
  REQUIRE(parsed.stages[0].jobs.size() == 1);
  const auto& steps = parsed.stages[0].jobs[0].steps;
  REQUIRE(steps.size() == 2);
  CHECK(steps[0].task == "CmdLine@2");
  CHECK(steps[1].task == "Bash@3");
  CHECK(steps[1].inputs == Pairs{{"script", "x"}, {"targetType", "inline"}, {"workingDirectory", "w"}});
  CHECK(steps[1].environment == Pairs{{"A", "b"}});
}

TEST_CASE("short forms of steps are tasks with inputs") {
  const auto steps = pipeline(
                         "steps: [{checkout: self, path: here}, {publish: out, artifact: drop}, {download: current, "
                         "artifact: a, patterns: p},"
                         " {pwsh: x}, {task: T@1, inputs: {a: 1}}]")
                         .stages[0]
                         .jobs[0]
                         .steps;
  CHECK(steps[0].inputs == Pairs{{"repository", "self"}, {"path", "here"}});
  CHECK(steps[1].inputs == Pairs{{"path", "out"}, {"artifactName", "drop"}});
  CHECK(steps[2].inputs == Pairs{{"source", "current"}, {"artifactName", "a"}, {"itemPattern", "p"}});
  CHECK(find_value(steps[3].inputs, "PWSH") == "true");
  CHECK(steps[4].inputs == Pairs{{"a", "1"}});
}

TEST_CASE("a deployment keeps its hooks in their order and its environment in both forms") {
  const auto parsed = pipeline(
      "jobs: [{deployment: d, environment: prd.cluster, strategy: {runOnce: {on: {failure: {steps: [{script: f}]}},"
      " deploy: {steps: [{script: d}]}, preDeploy: {pool: server, steps: [{task: Delay@1}]}}}}]");
  const auto& deployment = *parsed.stages[0].jobs[0].deployment;
  CHECK(deployment.environment == "prd");
  CHECK(deployment.resource == "cluster");
  REQUIRE(deployment.hooks.size() == 3);
  CHECK(deployment.hooks[0].name == "preDeploy");
  CHECK(deployment.hooks[0].server);
  CHECK(deployment.hooks[2].name == "failure");
}

TEST_CASE("what a step may not have is an error that names the nearest key") {
  CHECK_THROWS_WITH(pipeline("steps: [{script: x, displayname: y}]"),
                    "p.yml:1:1: unknown key \"displayname\" in a script step; did you mean \"displayName\"?");
  CHECK_THROWS_WITH(pipeline("steps: [{scrip: x}]"),
                    "p.yml:1:1: a step needs a key that says what it does, such as \"script\" or \"task\"; found "
                    "\"scrip\"; did you mean \"script\"?");
  CHECK_THROWS_WITH(pipeline("jobs: [{job: a, steps: []}, {job: A, steps: []}]"),
                    "p.yml:1:1: the job \"A\" stands twice. Give each a name of its own.");
  CHECK_THROWS_WITH(pipeline("name: x"),
                    "p.yml:1:1: the pipeline has no stages, no jobs and no steps. Write steps: [...] "
                    "for a pipeline of one job.");
}

TEST_CASE("names that the service refuses are errors") {
  for (const auto* yaml :
       {"jobs: [{job: my-job, steps: []}]", "jobs: [{job: 1abc, steps: []}]", "stages: [{stage: a.b, jobs: []}]",
        "steps: [{script: x, name: my-step}]", "jobs: [{job: a, strategy: {matrix: {bad-leg: {x: 1}}}, steps: []}]"}) {
    CAPTURE(yaml);
    CHECK_THROWS_WITH(pipeline(yaml), ContainsSubstring("A name has letters, digits and \"_\" alone"));
  }
  CHECK_THROWS_WITH(pipeline("steps: [{script: x, name: a}, {script: y, name: A}]"),
                    ContainsSubstring("the step \"A\" stands twice in its job."));
}

TEST_CASE("what would be left out without a word is an error") {
  CHECK_THROWS_WITH(pipeline("{steps: [], jobs: []}"), ContainsSubstring("a pipeline has jobs or steps, not both."));
  CHECK_THROWS_WITH(pipeline("{steps: [], triger: none}"),
                    ContainsSubstring("unknown key \"triger\" in the pipeline; did you mean \"trigger\"?"));
  CHECK_THROWS_WITH(pipeline("jobs: [{job: a, strategy: {parallel: 2, matrix: {b: {x: 1}}}, steps: []}]"),
                    ContainsSubstring("a strategy has a matrix or is parallel, not both."));
}

TEST_CASE("a stage's pool is that of its jobs without one") {
  const auto stages =
      pipeline("stages: [{stage: s, pool: server, jobs: [{job: a, steps: []}, {job: b, pool: x, steps: []}]}]").stages;
  CHECK(stages[0].jobs[0].server);
  CHECK_FALSE(stages[0].jobs[1].server);
}

TEST_CASE("an error names the templates that led to its place") {
  const auto includes = std::make_shared<const std::vector<core::FilePlace>>(
      std::vector<core::FilePlace>{{"a.yml", 1, 2}, {"b.yml", 4, 6}});
  const auto error = error_at({{"t.yml", 3, 5}, includes}, "c", "wrong.", "Do this.");
  CHECK(std::string(error.what()) == "t.yml:3:5: wrong. Do this. Included from b.yml:4:6. Included from a.yml:1:2.");
}

TEST_CASE("stages wait for the one before, jobs for none, and both for what they name") {
  const auto parsed = pipeline(
      "stages: [{stage: a, jobs: []}, {stage: b, jobs: []}, {stage: c, dependsOn: [], jobs: []},"
      " {stage: d, dependsOn: [B, c], jobs: []}]");
  const auto graph = stage_graph(parsed.stages);
  CHECK(graph[1].direct == std::vector<std::size_t>{0});
  CHECK(graph[2].direct.empty());
  CHECK(graph[3].direct == std::vector<std::size_t>{1, 2});
  CHECK(graph[3].ancestors == std::vector<std::size_t>{0, 1, 2});
}

TEST_CASE("unknown dependencies and cycles are errors") {
  const auto unknown = pipeline("jobs: [{job: train, steps: []}, {job: b, dependsOn: tran, steps: []}]");
  CHECK_THROWS_WITH(
      job_graph(unknown.stages[0].jobs),
      "p.yml:1:1: the job \"b\" depends on \"tran\", which is no job of its stage; did you mean \"train\"?");
  const auto cycle = pipeline(
      "jobs: [{job: a, dependsOn: c, steps: []}, {job: b, dependsOn: a, steps: []},"
      " {job: c, dependsOn: b, steps: []}]");
  CHECK_THROWS_WITH(job_graph(cycle.stages[0].jobs),
                    "p.yml:1:1: the dependencies form a cycle: a -> c -> b -> a. Remove one of them from dependsOn.");
}
