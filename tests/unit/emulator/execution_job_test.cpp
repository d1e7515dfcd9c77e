#include <mlops/core/files.hpp>
#include <mlops/emulator/mlflow/runs.hpp>
#include <mlops_test/catch.hpp>

#include "execution_world.hpp"

using namespace mlops;
namespace json = boost::json;
using Catch::Matchers::ContainsSubstring;
using Catch::Matchers::StartsWith;

namespace {

std::string error_of(const json::object& job) {
  return std::string(job.at("error").at("message").as_string());
}

std::string text(const json::object& object, const char* name) {
  return std::string(object.at(name).as_string());
}

}  // namespace

TEST_CASE("a command job reads its inputs, writes its outputs and is Completed") {
  test::ExecutionWorld world;
  json::object job = test::command_job(
      "python main.py ${{inputs.data}} ${{outputs.model}} $[[--lr ${{inputs.lr}}]] $[[--none ${{inputs.none}}]]");
  job["codeId"] = world.put_code("main", {{"main.py", R"(
import os, pathlib, sys
print("arguments", sys.argv[3:], os.getcwd().endswith("wd"), os.environ["KIND"])
pathlib.Path(sys.argv[2], "model.txt").write_text(pathlib.Path(sys.argv[1]).read_text().upper())
pathlib.Path("outputs/report.txt").write_text("report")
)"}});
  job["inputs"] = {{"data", {{"uri", world.put_data("in/data.csv", "a,b\n")}, {"jobInputType", "uri_file"}}},
                   {"lr", {{"value", "0.1"}, {"jobInputType", "literal"}}}};
  job["outputs"] = {{"model", {{"jobOutputType", "uri_folder"}}}};
  job["environmentVariables"] = {{"KIND", "lr-${{inputs.lr}}"}};

  const json::object done = world.run_job("job1", job);

  INFO(world.log_of("job1"));
  CHECK(text(done, "status") == "Completed");
  CHECK(world.log_of("job1") == "arguments ['--lr', '0.1'] True lr-0.1\n");
  CHECK(core::read_file(world.output("job1", "model", "model.txt")) == "A,B\n");
  CHECK(core::read_file(world.artifact("job1", "outputs/report.txt")) == "report");
  CHECK(done.at("outputs").at("model").at("uri").as_string() ==
        "azureml://datastores/workspaceblobstore/paths/azureml/job1/model/");
  CHECK(text(done, "startTime") <= text(done, "endTime"));
  CHECK_FALSE(std::filesystem::exists(world.settings.work_folder() / world.workspace.guid / "job1"));
  const auto run = emulator::Runs(world.database, *world.clock).find(world.workspace.id, "job1");
  REQUIRE(run);
  CHECK(run->status == "FINISHED");
}

TEST_CASE("a job can't change its input data") {
  test::ExecutionWorld world;
  json::object job = test::command_job("chmod -R u+w $(dirname ${{inputs.data}}); echo spoilt > ${{inputs.data}}");
  job["inputs"] = {{"data", {{"uri", world.put_data("in/data.csv", "kept")}, {"jobInputType", "uri_file"}}}};
  world.run_job("job1", job);
  CHECK(core::read_file(world.blobs.path_of(world.workspace.blob_container(), "in/data.csv")) == "kept");
}

TEST_CASE("a job knows its run, its workspace and how to reach MLflow") {
  test::ExecutionWorld world;
  world.run_job("job1", test::command_job(
                            "echo $MLFLOW_RUN_ID $AZUREML_RUN_ID $MLFLOW_EXPERIMENT_NAME $AZUREML_ARM_WORKSPACE_NAME; "
                            "echo $MLFLOW_TRACKING_URI; echo $MLFLOW_TRACKING_TOKEN > outputs/token"));
  CHECK(world.log_of("job1") == "job1 job1 tests ws\nhttp://127.0.0.1:1/mlflow/v1.0" + world.workspace.id + "\n");
  std::string token = core::read_file(world.artifact("job1", "outputs/token"));
  token.pop_back();
  CHECK(world.tokens.check(token) == emulator::Tokens::Check::valid);
}

TEST_CASE("a job whose command fails is Failed with the end of its log") {
  test::ExecutionWorld world;
  const auto job = world.run_job("job1", test::command_job("echo reading; echo 'no such column: age' >&2; exit 7"));
  CHECK(text(job, "status") == "Failed");
  CHECK(error_of(job) ==
        "Execution failed. User process '/bin/bash' exited with status code 7. Please check log file "
        "'user_logs/std_log.txt' for error details. Error: reading\nno such column: age");
}

TEST_CASE("only the last command's status counts, as bash has it") {
  test::ExecutionWorld world;
  CHECK(text(world.run_job("job1", test::command_job("false\ntrue")), "status") == "Completed");
  CHECK(text(world.run_job("job2", test::command_job("set -e\nfalse\ntrue")), "status") == "Failed");
}

TEST_CASE("a job with an input that isn't there is Failed and says which") {
  test::ExecutionWorld world;
  json::object job = test::command_job("cat ${{inputs.data}}");
  const std::string uri = "azureml://datastores/workspaceblobstore/paths/none.csv";
  job["inputs"] = {{"data", {{"uri", uri}, {"jobInputType", "uri_file"}}}};
  CHECK(error_of(world.run_job("job1", job)) == "Input 'data': nothing stands at '" + uri + "'.");
  CHECK(world.log_of("job1") == "Input 'data': nothing stands at '" + uri + "'.\n");
}

TEST_CASE("a job with code, an environment or a command value that isn't there is Failed") {
  test::ExecutionWorld world;
  json::object job = test::command_job("true");
  job["codeId"] = world.workspace.id + "/codes/none/versions/1";
  CHECK_THAT(error_of(world.run_job("job1", job)),
             StartsWith("The code '" + world.workspace.id + "/codes/none/versions/1' was not found"));
  job = test::command_job("true");
  job["environmentId"] = "azureml:none:1";
  CHECK(error_of(world.run_job("job2", job)) == "The environment 'azureml:none:1' was not found in workspace 'ws'.");
  CHECK(error_of(world.run_job("job3", test::command_job("echo ${{inputs.lr}}"))) ==
        "The command uses ${{inputs.lr}}, which has no value in this job.");
}

TEST_CASE("a job that runs longer than its limit is ended and Failed") {
  test::ExecutionWorld world;
  json::object job = test::command_job("sleep 60");
  job["limits"] = {{"jobLimitsType", "Command"}, {"timeout", "PT1S"}};
  CHECK(error_of(world.run_job("job1", job)) ==
        "Execution failed. The job ran longer than its limit of 1 s (limits.timeout) and was ended.");
}

TEST_CASE("a cancelled job ends and is Canceled") {
  test::ExecutionWorld world;
  world.put_job("job1", test::command_job("echo up; sleep 60"));
  world.executor->submit(world.workspace, "job1");
  REQUIRE(test::wait_until([&] { return world.status("job1") == "Running"; }));
  world.executor->cancel(world.workspace, "job1");
  CHECK(test::wait_until([&] { return world.status("job1") == "Canceled"; }));
  CHECK_FALSE(world.job("job1").contains("error"));
  world.executor->cancel(world.workspace, "job1");
  CHECK(world.status("job1") == "Canceled");
}

TEST_CASE("a job's log can be read while it runs") {
  test::ExecutionWorld world;
  world.put_job("job1", test::command_job("echo first; sleep 60"));
  world.executor->submit(world.workspace, "job1");
  CHECK(test::wait_until([&] {
    std::error_code missing;
    return std::filesystem::exists(world.artifact("job1", "user_logs/std_log.txt"), missing) &&
           world.log_of("job1") == "first\n";
  }));
  CHECK(world.status("job1") == "Running");
}

TEST_CASE("jobs under way are Failed when the emulator stops, with that reason") {
  test::ExecutionWorld world;
  world.put_job("job1", test::command_job("sleep 60"));
  world.executor->submit(world.workspace, "job1");
  REQUIRE(test::wait_until([&] { return world.status("job1") == "Running"; }));
  world.executor->stop();
  CHECK(world.status("job1") == "Failed");
  CHECK(error_of(world.job("job1")) == "aml-emulator was stopped while the job was under way. Submit the job again.");
}

TEST_CASE("jobs that an emulator left behind are settled by the next one") {
  test::ExecutionWorld world;
  world.put_job("running", test::command_job("true"));
  world.put_job("cancelling", test::command_job("true"));
  for (const auto& [name, status] : {std::pair{"running", "Running"}, std::pair{"cancelling", "CancelRequested"}}) {
    world.store.update({world.workspace.id, "jobs", name},
                       [status = status](emulator::Resource& job) { job.properties()["status"] = status; });
  }
  world.executor->restore();
  CHECK(world.status("running") == "Failed");
  CHECK(error_of(world.job("running")) == "aml-emulator ended while the job was under way. Submit the job again.");
  CHECK(world.status("cancelling") == "Canceled");
}

TEST_CASE("a named output becomes an asset when the job has succeeded") {
  test::ExecutionWorld world;
  json::object job = test::command_job("echo x > ${{outputs.data}}/x; ${{inputs.end}}");
  job["outputs"] = {{"data", {{"jobOutputType", "uri_folder"}, {"assetName", "prepared"}}}};
  job["inputs"] = {{"end", {{"value", "false"}}}};
  world.run_job("job1", job);
  CHECK(world.store.list({.workspace = world.workspace.id, .kind = "data", .name = "prepared"}).empty());
  job["inputs"] = {{"end", {{"value", "true"}}}};
  world.run_job("job2", job);
  world.run_job("job3", job);
  const auto versions = world.store.list({.workspace = world.workspace.id, .kind = "data", .name = "prepared"});
  REQUIRE(versions.size() == 2);
  CHECK(versions.front().key.version == "2");
  CHECK(versions.front().find_properties()->at("dataUri").as_string() ==
        "azureml://datastores/workspaceblobstore/paths/azureml/job3/data/");
}

TEST_CASE("removing a job forgets its run and ends it") {
  test::ExecutionWorld world;
  world.put_job("job1", test::command_job("sleep 60"));
  world.executor->submit(world.workspace, "job1");
  REQUIRE(test::wait_until([&] { return world.status("job1") == "Running"; }));
  world.executor->remove(world.workspace, "job1");
  CHECK(world.status("job1") == "Canceled");
  CHECK_FALSE(emulator::Runs(world.database, *world.clock).find(world.workspace.id, "job1"));
}
