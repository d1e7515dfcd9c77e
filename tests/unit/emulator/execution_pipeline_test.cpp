#include <fmt/format.h>

#include <mlops/core/files.hpp>
#include <mlops/emulator/execution/job_records.hpp>
#include <mlops_test/catch.hpp>

#include "execution_world.hpp"

using namespace mlops;
namespace json = boost::json;
using Catch::Matchers::ContainsSubstring;
using Catch::Matchers::StartsWith;

namespace {

json::object component(const std::string& command, json::object inputs = {}, json::object outputs = {}) {
  return {{"type", "command"}, {"command", command}, {"inputs", std::move(inputs)}, {"outputs", std::move(outputs)}};
}

json::object step(const std::string& component_id, json::object inputs = {}, json::object outputs = {}) {
  return {{"type", "command"},
          {"componentId", component_id},
          {"inputs", std::move(inputs)},
          {"outputs", std::move(outputs)}};
}

json::object bound(const std::string& expression) {
  return {{"value", "${{" + expression + "}}"}, {"job_input_type", "literal"}};
}

json::object pipeline(json::object jobs) {
  return {{"jobType", "Pipeline"}, {"experimentName", "tests"}, {"jobs", std::move(jobs)}};
}

/// Status and display name of each child, in the order of creation.
std::vector<std::string> children(test::ExecutionWorld& world, const std::string& job) {
  std::vector<std::string> found;
  for (const auto& child : emulator::JobRecords(world.context).children({world.workspace, job})) {
    const auto properties = world.job(child.name);
    found.push_back(fmt::format("{} {}", properties.at("displayName").as_string().c_str(),
                                properties.at("status").as_string().c_str()));
  }
  return found;
}

std::string error_of(const json::object& job) {
  return std::string(job.at("error").at("message").as_string());
}

}  // namespace

TEST_CASE("a pipeline hands outputs of steps to the next and to its own outputs") {
  test::ExecutionWorld world;
  const json::object folder{{"type", "uri_folder"}};
  const auto prepare =
      world.put_component("prepare", component("tr a-z A-Z < ${{inputs.raw}} > ${{outputs.data}}/d.txt",
                                               {{"raw", {{"type", "uri_file"}}}}, {{"data", folder}}));
  const auto train = world.put_component(
      "train",
      component("cat ${{inputs.data}}/d.txt > ${{outputs.model}}/m.txt; echo ${{inputs.epochs}} ${{inputs.lr}} >> "
                "${{outputs.model}}/m.txt",
                {{"data", folder}, {"epochs", {{"type", "integer"}}}, {"lr", {{"type", "number"}, {"default", 0.25}}}},
                {{"model", folder}}));
  json::object job = pipeline(
      {{"train",
        step(train, {{"data", bound("parent.jobs.prepare.outputs.data")}, {"epochs", bound("parent.inputs.epochs")}},
             {{"model", {{"value", "${{parent.outputs.final}}"}, {"type", "literal"}}}})},
       {"prepare", step(prepare, {{"raw", bound("parent.inputs.raw")}})}});
  job["jobs"].as_object()["train"].as_object()["display_name"] = "Train it";
  job["inputs"] = {{"raw", {{"uri", world.put_data("raw.txt", "abc\n")}, {"jobInputType", "uri_file"}}},
                   {"epochs", {{"value", "3"}, {"jobInputType", "literal"}}}};
  job["outputs"] = {{"final", {{"jobOutputType", "uri_folder"}}}};

  const auto done = world.run_job("pipe", job);

  CHECK(done.at("status").as_string() == "Completed");
  CHECK(core::read_file(world.output("pipe", "final", "m.txt")) == "ABC\n3 0.25\n");
  CHECK(done.at("outputs").at("final").at("uri").as_string() ==
        "azureml://datastores/workspaceblobstore/paths/azureml/pipe/final/");
  CHECK(children(world, "pipe") == std::vector<std::string>{"prepare Completed", "Train it Completed"});
  const auto child = world.job(emulator::JobRecords(world.context).children({world.workspace, "pipe"})[1].name);
  CHECK(child.at("properties").at("azureml.runsource").as_string() == "azureml.StepRun");
  CHECK(child.at("properties").at("azureml.pipelinerunid").as_string() == "pipe");
  CHECK(child.at("outputs").at("model").at("uri").as_string() == done.at("outputs").at("final").at("uri").as_string());
  CHECK_THAT(core::read_file(world.artifact("pipe", "logs/azureml/executionlogs.txt")),
             ContainsSubstring("Pipeline is Completed."));
}

TEST_CASE("steps that don't wait for each other run at the same time") {
  test::ExecutionWorld world;
  const std::string meeting = (world.folder.path() / "meeting").string();
  std::filesystem::create_directories(meeting);
  const auto meet = [&](const std::string& me, const std::string& other) {
    return world.put_component(
        me, component(
                fmt::format("touch {0}/{1}; for i in $(seq 100); do [ -f {0}/{2} ] && exit 0; sleep 0.1; done; exit 1",
                            meeting, me, other)));
  };
  const auto done = world.run_job("pipe", pipeline({{"a", step(meet("a", "b"))}, {"b", step(meet("b", "a"))}}));
  CHECK(done.at("status").as_string() == "Completed");
}

TEST_CASE("a step that fails ends the others and names itself") {
  test::ExecutionWorld world;
  const auto bad = world.put_component("bad", component("echo no data >&2; exit 3"));
  const auto slow = world.put_component("slow", component("sleep 60"));
  const auto next = world.put_component("next", component("true", {{"x", {{"type", "uri_folder"}}}}));
  const auto done = world.run_job("pipe", pipeline({{"bad", step(bad)}, {"slow", step(slow)}}));
  CHECK(done.at("status").as_string() == "Failed");
  CHECK_THAT(error_of(done),
             StartsWith("Pipeline has failed child jobs. Failed nodes: /bad. For more details and logs, please go "
                        "to the job detail page and check the child jobs.\nbad: Execution failed. User process "
                        "'/bin/bash' exited with status code 3."));
  const auto states = children(world, "pipe");
  CHECK(std::find(states.begin(), states.end(), "slow Canceled") != states.end());
}

TEST_CASE("with continue_on_step_failure the steps that don't need the failed one go on") {
  test::ExecutionWorld world;
  const json::object folder{{"type", "uri_folder"}};
  const auto bad = world.put_component("bad", component("exit 3", {}, {{"o", folder}}));
  const auto good = world.put_component("good", component("sleep 0.5; echo done", {}, {{"o", folder}}));
  const auto user = world.put_component("user", component("ls ${{inputs.x}}", {{"x", folder}}));
  json::object job = pipeline({{"bad", step(bad)},
                               {"good", step(good)},
                               {"after_bad", step(user, {{"x", bound("parent.jobs.bad.outputs.o")}})},
                               {"after_good", step(user, {{"x", bound("parent.jobs.good.outputs.o")}})}});
  job["settings"] = {{"continue_on_step_failure", true}};
  const auto done = world.run_job("pipe", job);
  CHECK(done.at("status").as_string() == "Failed");
  auto states = children(world, "pipe");
  std::sort(states.begin(), states.end());
  CHECK(states == std::vector<std::string>{"after_good Completed", "bad Failed", "good Completed"});
}

TEST_CASE("cancelling a pipeline cancels its steps") {
  test::ExecutionWorld world;
  const auto slow = world.put_component("slow", component("sleep 60", {}, {{"o", {{"type", "uri_folder"}}}}));
  const auto next = world.put_component("next", component("true", {{"x", {{"type", "uri_folder"}}}}));
  world.put_job("pipe",
                pipeline({{"slow", step(slow)}, {"next", step(next, {{"x", bound("parent.jobs.slow.outputs.o")}})}}));
  world.executor->submit(world.workspace, "pipe");
  REQUIRE(test::wait_until([&] { return children(world, "pipe") == std::vector<std::string>{"slow Running"}; }));
  world.executor->cancel(world.workspace, "pipe");
  CHECK(test::wait_until([&] { return world.status("pipe") == "Canceled"; }));
  CHECK(children(world, "pipe") == std::vector<std::string>{"slow Canceled"});
}

TEST_CASE("a component of type pipeline runs its own steps below") {
  test::ExecutionWorld world;
  const json::object folder{{"type", "uri_folder"}};
  const auto write = world.put_component("write", component("echo ${{inputs.word}} > ${{outputs.o}}/w.txt",
                                                            {{"word", {{"type", "string"}}}}, {{"o", folder}}));
  const auto inner = world.put_component(
      "inner", {{"type", "pipeline"},
                {"inputs", {{"word", {{"type", "string"}}}}},
                {"outputs", {{"result", folder}}},
                {"jobs",
                 {{"w", step(write, {{"word", bound("parent.inputs.word")}},
                             {{"o", {{"value", "${{parent.outputs.result}}"}, {"type", "literal"}}}})}}}});
  json::object outer_step = step(inner, {{"word", bound("parent.inputs.word")}},
                                 {{"result", {{"value", "${{parent.outputs.all}}"}, {"type", "literal"}}}});
  outer_step["type"] = "pipeline";
  json::object job = pipeline({{"sub", outer_step}});
  job["inputs"] = {{"word", {{"value", "hello"}}}};
  job["outputs"] = {{"all", {{"jobOutputType", "uri_folder"}}}};
  const auto done = world.run_job("pipe", job);
  INFO(json::serialize(done));
  CHECK(done.at("status").as_string() == "Completed");
  CHECK(core::read_file(world.output("pipe", "all", "w.txt")) == "hello\n");
}

TEST_CASE("a pipeline whose steps can't be understood is Failed with the reason") {
  test::ExecutionWorld world;
  CHECK(error_of(world.run_job("pipe1", pipeline({{"a", {{"type", "spark"}}}}))) ==
        "Step 'a' is of type 'spark'; aml-emulator runs steps of the types command and pipeline.");
  const auto done = world.run_job("pipe2", pipeline({{"a", step("azureml:none:1")}}));
  CHECK_THAT(error_of(done), ContainsSubstring("a: The component 'azureml:none:1' was not found in workspace 'ws'."));
}
