#include <mlops_test/catch.hpp>

#include "run_world.hpp"

using namespace mlops::runner;
using mlops::test::RunWorld;
using Lines = std::vector<std::string>;

namespace {

// The condition `stop` cancels the run, and does not hold.
void cancel_at_stop(RunWorld& world) {
  world.evaluator.table["stop"] = [&world](const Scope&) {
    world.cancellation.stop = true;
    return "False";
  };
}

}  // namespace

TEST_CASE("a cancelled run runs only what wants to know") {
  RunWorld world;
  cancel_at_stop(world);
  CHECK(world.run(R"yaml(
jobs:
- job: a
  condition: stop
  steps: [{script: echo a}]
- job: b
  steps: [{script: echo b}]
- job: c
  condition: always()
  steps:
  - checkout: none
    condition: always()
  - script: echo told
  - script: echo no
    condition: canceled()
)yaml") == Result::Canceled);
  CHECK(world.lines() == Lines{"told", "Skipped: CmdLine"});
  CHECK(world.stage("__default").job_results.at("b") == Result::Skipped);
}

TEST_CASE("a stage that a canceled run still begins runs all of its jobs") {
  RunWorld world;
  cancel_at_stop(world);
  world.run(R"yaml(
stages:
- stage: one
  jobs: [{job: a, condition: stop, steps: [{script: echo a}]}]
- stage: two
  condition: always()
  jobs: [{job: b, steps: [{checkout: none}, {script: echo b}]}]
- stage: three
  dependsOn: one
  jobs: [{job: c, steps: [{script: echo c}]}]
)yaml");
  CHECK(world.lines() == Lines{"b"});
  CHECK(world.stage("two").result == Result::Succeeded);
  CHECK(world.stage("three").result == Result::Skipped);
}

TEST_CASE("what waits for its turn when a run is canceled does not run") {
  RunWorld world;
  cancel_at_stop(world);
  CHECK(world.run(R"yaml(
jobs:
- job: m
  strategy: {maxParallel: 1, matrix: {a: {x: 1}, b: {x: 2}}}
  steps:
  - checkout: none
  - script: echo $(x)
    condition: stop
  - script: echo no
)yaml") != Result::Succeeded);
  CHECK(world.lines() == Lines{"Skipped: CmdLine", "Skipped: CmdLine", "Skipped: Checkout none", "Skipped: CmdLine",
                               "Skipped: CmdLine"});
}
