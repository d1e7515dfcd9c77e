#include <mlops/core/files.hpp>
#include <mlops_test/catch.hpp>

#include "run_world.hpp"

using namespace mlops;
using namespace mlops::runner;
using mlops::test::RunWorld;
using Lines = std::vector<std::string>;

TEST_CASE("steps share variables; a secret reaches a step by env alone and never the log") {
  RunWorld world;
  CHECK(world.run(R"yaml(
variables: {full: $(first) end, first: one}
steps:
- checkout: none
- bash: |
    echo "##vso[task.setvariable variable=x;isoutput=true]42"
    echo "##vso[task.setvariable variable=pw;issecret=true]hush-hush"
  name: set
- script: echo "$(full) $(set.x) $SET_X [$PW] $MAPPED $(pw)"
  env: {MAPPED: $(pw)}
)yaml") == Result::Succeeded);
  CHECK(world.lines() == Lines{"one end 42 42 [] *** ***"});
  CHECK(world.stage("__default").outputs.at("Job").at("set.x").value == "42");
}

TEST_CASE("a failed step fails the job; later steps run by their condition") {
  RunWorld world;
  CHECK(world.run(R"yaml(
steps:
- checkout: none
- script: exit 3
  name: breaks
- script: echo no
- script: echo $(Agent.JobStatus)
  condition: failed()
- script: echo yes
  condition: always()
- script: echo off
  enabled: false
  condition: always()
)yaml") == Result::Failed);
  CHECK(world.issues("breaks") == Lines{"bash exited with code '3'."});
  CHECK(world.lines() ==
        Lines{"##[error]bash exited with code '3'.", "Skipped: CmdLine", "Failed", "yes", "Skipped: CmdLine"});
}

TEST_CASE("continueOnError leaves issues, a retry repeats") {
  RunWorld world;
  CHECK(world.run(R"yaml(
steps:
- checkout: none
- script: exit 1
  name: soft
  continueOnError: true
- script: 'echo x >> tries; test $(cat tries | wc -l) = 3'
  name: tried
  retryCountOnTaskFailure: 5
)yaml") == Result::SucceededWithIssues);
  CHECK(world.step("soft").result == Result::SucceededWithIssues);
  CHECK(world.step("tried").result == Result::Succeeded);
  CHECK(world.step("tried").attempts == 3);
}

TEST_CASE("failOnStderr fails a step that prints errors, and a time limit one that takes too long") {
  RunWorld world;
  CHECK(world.run(R"yaml(
steps:
- checkout: none
- bash: echo oops >&2
  name: errs
  failOnStderr: true
- bash: sleep 30
  name: slow
  condition: always()
  timeoutInMinutes: 0.005
)yaml") == Result::Failed);
  CHECK(world.issues("errs") == Lines{"oops"});
  CHECK(world.issues("slow") == Lines{"The task has timed out."});
}

TEST_CASE("logging commands report issues, results, tags, files and paths") {
  RunWorld world;
  CHECK(world.run(R"yaml(
steps:
- checkout: none
- bash: |
    echo "# Verdict" > v.md; mkdir bin; printf '#!/bin/sh\necho found' > bin/tool-x; chmod +x bin/tool-x
    echo "##vso[task.logissue type=error;code=E1;sourcepath=a.py;linenumber=3]bad%0Aline"
    echo "##vso[task.uploadsummary]$PWD/v.md"
    echo "##vso[task.addattachment type=t;name=n.md]$PWD/v.md"
    echo "##vso[artifact.upload containerfolder=in;artifactname=art]v.md"
    echo "##vso[build.addbuildtag]one"
    echo "##vso[build.updatebuildnumber]n-1"
    echo "##vso[task.prependpath]$PWD/bin"
    echo "##vso[task.complete result=SucceededWithIssues]"
    echo "##vso[task.nonsense]" "##vso oops"
  name: all
- script: tool-x $(Build.BuildNumber)
)yaml") == Result::SucceededWithIssues);
  const auto root = world.folder.path() / "out";
  CHECK(world.issues("all") == Lines{"a.py:3: bad\nline", "the agent knows no command task.nonsense"});
  CHECK(world.step("all").issues[0].code == "E1");
  REQUIRE(world.step("all").summaries.size() == 1);
  CHECK(core::read_file(root / world.step("all").summaries[0]) == "# Verdict\n");
  CHECK(world.step("all").attachments == Lines{"attachments/t/n.md"});
  CHECK(fs::exists(root / "artifacts/art/in/v.md"));
  CHECK(world.record.tags == Lines{"one"});
  CHECK(world.record.build_number == "n-1");
  CHECK(world.lines().back() == "found");
}

TEST_CASE("a step's target restricts its commands and the variables it sets") {
  RunWorld world;
  CHECK(world.run(R"yaml(
steps:
- checkout: none
- script: |
    echo "##vso[task.setvariable variable=ok1]a"
    echo "##vso[task.setvariable variable=other]b"
    echo "##vso[build.addbuildtag]tag"
  name: tied
  target: {commands: restricted, settableVariables: [ok*]}
- script: echo $(ok1) $(other)x
)yaml") == Result::Succeeded);
  CHECK(world.issues("tied") ==
        Lines{"the restrictions of this step do not let it set the variable other",
              "the command build.addbuildtag is not allowed: the commands of this step are restricted"});
  CHECK(world.record.tags.empty());
}

TEST_CASE("jobs wait for each other, skip what can't run, and hand outputs on") {
  RunWorld world;
  world.evaluator.table["dependencies.a.outputs['s.v']"] = [](const Scope& scope) {
    return std::string(scope.contexts.at("dependencies").at("a").at("outputs").at("s.v").as_string());
  };
  CHECK(world.run(R"yaml(
jobs:
- job: b
  dependsOn: a
  variables: {got: "$[ dependencies.a.outputs['s.v'] ]"}
  steps: [{checkout: none}, {script: echo got $(got)}]
- job: a
  steps: [{checkout: none}, {bash: 'echo "##vso[task.setvariable variable=v;isoutput=true]1"', name: s}]
- job: bad
  dependsOn: b
  steps: [{checkout: none}, {script: exit 1}]
- job: never
  dependsOn: bad
  steps: [{script: echo}]
- job: rescue
  dependsOn: bad
  condition: failed()
  steps: [{checkout: none}, {script: echo rescued}]
)yaml") == Result::Failed);
  CHECK(world.lines() == Lines{"got 1", "##[error]bash exited with code '1'.", "rescued"});
  CHECK(world.stage("__default").job_results.at("never") == Result::Skipped);
}

TEST_CASE("a skipped stage skips what depends on it; outputs of stages are named by their job") {
  RunWorld world;
  world.evaluator.table["ask"] = [](const Scope& scope) {
    const auto& stage = scope.contexts.at("dependencies").at("one").as_object();
    return std::string(stage.at("outputs").at("a.s.v").as_string());
  };
  CHECK(world.run(R"yaml(
stages:
- stage: one
  jobs: [{job: a, steps: [{checkout: none}, {bash: 'echo "##vso[task.setvariable variable=v;isoutput=true]True"', name: s}]}]
- stage: two
  condition: ask
  jobs: [{job: b, steps: [{checkout: none}, {script: echo two}]}]
- stage: three
  condition: failed()
  jobs: [{job: c, steps: [{script: echo}]}]
- stage: four
  jobs: [{job: d, steps: [{script: echo}]}]
)yaml") == Result::Succeeded);
  CHECK(world.lines() == Lines{"two"});
  CHECK(world.stage("three").result == Result::Skipped);
  CHECK(world.stage("four").result == Result::Skipped);
}

TEST_CASE("a matrix and parallel slices run a job many times") {
  RunWorld world;
  world.evaluator.table["rows"] = [](const Scope&) { return R"({"p": {"v": "3"}})"; };
  CHECK(world.run(R"yaml(
jobs:
- job: m
  strategy: {maxParallel: 1, matrix: {one: {v: 1}, two: {v: 2}}}
  steps: [{checkout: none}, {script: 'echo "$(v)##vso[task.setvariable variable=o;isoutput=true]$(v)"', name: s}]
- job: r
  dependsOn: m
  strategy: {matrix: "$[ rows ]"}
  steps: [{checkout: none}, {script: echo row $(v)}]
- job: p
  dependsOn: r
  strategy: {parallel: 2}
  steps: [{checkout: none}, {script: echo $(System.JobPositionInPhase) of $(System.TotalJobsInPhase)}]
)yaml") == Result::Succeeded);
  CHECK(world.lines() == Lines{"row 3", "1 of 2", "2 of 2"});
  CHECK(world.stage("__default").outputs.at("m").at("two.s.o").value == "2");
}

TEST_CASE("the sources are a copy; artifacts go from job to job") {
  RunWorld world;
  CHECK(world.run(R"yaml(
jobs:
- job: a
  steps:
  - script: cat file.txt && echo changed > file.txt && mkdir -p o/p && echo x > o/p/f && echo y > o/g
  - publish: o
    artifact: drop
- job: b
  dependsOn: a
  steps:
  - checkout: none
  - download: current
    artifact: drop
    patterns: '**/f'
  - script: cd $(Pipeline.Workspace) && find drop -type f
)yaml") == Result::Succeeded);
  CHECK(core::read_file(world.folder.path() / "sources/file.txt") == "content");
  CHECK(world.lines() == Lines{"1 files", "content", "Artifact drop: 2 files", "Artifact drop: 1 file", "drop/p/f"});
}

TEST_CASE("a deployment runs its hooks in order and the one for its end; its outputs carry the job's name") {
  RunWorld world;
  CHECK(world.run(R"yaml(
jobs:
- deployment: d
  environment: dev
  strategy:
    runOnce:
      preDeploy: {steps: [{script: echo pre}]}
      deploy: {steps: [{bash: 'echo "$(Environment.Name)"; echo "##vso[task.setvariable variable=v;isoutput=true]1"', name: s}]}
      routeTraffic: {steps: [{script: exit 1}]}
      postRouteTraffic: {steps: [{script: echo never}]}
      on: {failure: {steps: [{script: echo back}]}, success: {steps: [{script: echo good}]}}
)yaml") == Result::Failed);
  CHECK(world.lines() == Lines{"pre", "dev", "##[error]bash exited with code '1'.", "back"});
  CHECK(world.stage("__default").outputs.at("d").at("d.s.v").value == "1");
}

TEST_CASE("a canary deploys each increment") {
  RunWorld world;
  CHECK(world.run("jobs: [{deployment: d, environment: e, strategy: {canary: {increments: [10, 50], "
                  "deploy: {steps: [{script: echo $(strategy.increment)}]}}}}]") == Result::Succeeded);
  CHECK(world.lines() == Lines{"10", "50"});
}

TEST_CASE("an environment that needs an approval stops a stage that nobody approves") {
  const std::string yaml =
      "stages: [{stage: s, jobs: [{deployment: d, environment: prd, strategy: {runOnce: {deploy: "
      "{steps: [{script: echo deployed}]}}}}]}]";
  RunWorld alone;
  alone.environments["prd"] = {true, "Look"};
  CHECK(alone.run(yaml) == Result::Failed);
  CHECK(alone.stage("s").reason ==
        "the environment prd: rejected (there is no terminal to ask on; use --approve or --reject)");
  RunWorld approved;
  approved.environments["prd"] = {true, "Look"};
  approved.settings.approve = {"PRD"};
  CHECK(approved.run(yaml) == Result::Succeeded);
  CHECK(approved.stage("s").approvals == Lines{"prd: approved (--approve)"});
  CHECK(approved.lines() == Lines{"deployed"});
}

TEST_CASE("stages that were selected run with the outputs of an earlier run") {
  const std::string yaml = R"yaml(
stages:
- stage: one
  jobs: [{job: a, steps: [{script: exit 1}]}]
- stage: two
  jobs: [{job: b, variables: {v: "$[ it ]"}, steps: [{checkout: none}, {script: echo $(v) $(System.StageAttempt)}]}]
)yaml";
  RunWorld world;
  world.settings.stages = {"two"};
  world.earlier = {{.name = "one", .result = Result::Succeeded, .outputs = {{"a", {{"s.v", {"kept", false}}}}}},
                   {.name = "two", .result = Result::Failed, .attempt = 2}};
  world.evaluator.table["it"] = [](const Scope& scope) {
    const auto& stages = scope.contexts.at("stageDependencies");
    return std::string(stages.at("one").at("a").at("outputs").at("s.v").as_string());
  };
  CHECK(world.run(yaml) == Result::Succeeded);
  CHECK(world.lines() == Lines{"kept 3"});
  CHECK(world.stage("one").earlier);
}

TEST_CASE("variables made of others follow them from step to step") {
  RunWorld world;
  CHECK(world.run(R"yaml(
variables: {b: one, a: $(b)}
steps:
- checkout: none
- script: 'echo $(a); echo "##vso[task.setvariable variable=b]two"'
- script: echo $(a)
)yaml") == Result::Succeeded);
  CHECK(world.lines() == Lines{"one", "two"});
}

TEST_CASE("a step that sets a read-only variable fails") {
  RunWorld world;
  world.settings.variables = {{"queued", "x"}};
  CHECK(world.run(R"yaml(
variables: [{name: fixed, value: 1, readonly: yes}]
steps:
- checkout: none
- bash: echo "##vso[task.setvariable variable=fixed]2"
  name: one
- bash: echo "##vso[task.setvariable variable=queued]2"
  name: two
  condition: always()
- script: echo $(fixed) $(queued)
  condition: always()
)yaml") == Result::Failed);
  CHECK(world.issues("one") == Lines{"the variable fixed is read-only and can't be set again"});
  CHECK(world.issues("two") == Lines{"the variable queued is read-only and can't be set again"});
  CHECK(world.lines().back() == "1 x");
}

TEST_CASE("what the pipeline says of a variable counts, not what was given when it was queued") {
  RunWorld world;
  world.settings.variables = {{"a", "queued"}, {"b", "queued"}};
  CHECK(world.run("variables: {a: written}\nsteps: [{checkout: none}, {script: 'echo $(a) $(b)'}]") ==
        Result::Succeeded);
  CHECK(world.lines() == Lines{"written queued"});
}

TEST_CASE("run-time expressions mean nothing in the inputs of a step") {
  RunWorld world;
  CHECK(world.run("steps: [{checkout: none}, {bash: \"echo '$[variables.x]'\"}]") == Result::Succeeded);
  CHECK(world.lines() == Lines{"$[variables.x]"});
}

TEST_CASE("the path of the only checkout is where steps work") {
  RunWorld world;
  CHECK(
      world.run(
          "steps: [{checkout: self, path: src/here}, {script: 'basename $PWD; basename $(Build.SourcesDirectory)'}]") ==
      Result::Succeeded);
  const auto lines = world.lines();
  CHECK(Lines(lines.end() - 2, lines.end()) == Lines{"here", "here"});
}

TEST_CASE("an unknown task is an error that says what to do, and can be left out") {
  RunWorld world;
  CHECK(world.run("steps: [{checkout: none}, {task: CopyFile@2, name: t}]") == Result::Failed);
  CHECK(world.issues("t") == Lines{"p.yml:1:1: the task CopyFile@2 is not known on this machine; did you mean "
                                   "\"CopyFiles\"? Give its folder with --tasks FOLDER, or leave it out with "
                                   "--skip-task CopyFile."});
  RunWorld without;
  without.settings.skipped_tasks = {"CopyFile"};
  CHECK(without.run("steps: [{checkout: none}, {task: CopyFile@2, name: t}]") == Result::Succeeded);
  CHECK(without.step("t").result == Result::Skipped);
}
