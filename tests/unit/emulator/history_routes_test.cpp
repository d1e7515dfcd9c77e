#include <mlops/core/text.hpp>
#include <mlops/emulator/history/routes.hpp>
#include <mlops/emulator/mlflow/runs.hpp>
#include <mlops_test/catch.hpp>

#include "execution_world.hpp"

using namespace mlops;
namespace json = boost::json;
using Catch::Matchers::StartsWith;

namespace {

struct World : test::ExecutionWorld {
  World() { emulator::add_history_routes(router, context); }

  json::object ask(const std::string& method, const std::string& path, const json::value& body = nullptr) {
    const auto response = call(router, method, path, body.is_null() ? "" : json::serialize(body));
    REQUIRE(response.status == 200);
    return json::parse(response.body).as_object();
  }

  json::object get(const std::string& path) { return ask("GET", "/history/v1.0" + workspace.id + path); }

  emulator::Router router;
};

}  // namespace

TEST_CASE("the details of a run have its state, its error and its logs") {
  World world;
  world.run_job("job1", test::command_job("echo boom; exit 2"));
  const auto details = world.get("/runs/job1/details");
  CHECK(details.at("status").as_string() == "Failed");
  CHECK_THAT(std::string(details.at("error").at("error").at("message").as_string()), StartsWith("Execution failed."));
  const auto& logs = details.at("logFiles").as_object();
  CHECK_THAT(std::string(logs.at("user_logs/std_log.txt").as_string()),
             StartsWith("http://127.0.0.1:1/emulator.blob.localhost/" + world.workspace.artifact_container() +
                        "/ExperimentRun/dcid.job1/user_logs/std_log.txt?"));
  CHECK(details.at("startTimeUtc").as_string() <= details.at("endTimeUtc").as_string());
  CHECK_THROWS_AS(world.get("/runs/none/details"), emulator::ServiceError);
}

TEST_CASE("the children of a pipeline are its steps in the order they began") {
  World world;
  const auto step = world.put_component(
      "c", {{"type", "command"}, {"command", "true"}, {"outputs", {{"o", {{"type", "uri_folder"}}}}}});
  const auto user = world.put_component(
      "d", {{"type", "command"}, {"command", "true"}, {"inputs", {{"x", {{"type", "uri_folder"}}}}}});
  world.run_job(
      "pipe",
      {{"jobType", "Pipeline"},
       {"jobs",
        {{"second",
          {{"componentId", user},
           {"inputs", {{"x", {{"value", "${{parent.jobs.first.outputs.o}}"}, {"job_input_type", "literal"}}}}}}},
         {"first", {{"componentId", step}}}}}});
  const auto children = world.get("/runs/pipe/children").at("value").as_array();
  REQUIRE(children.size() == 2);
  CHECK(children[0].at("displayName").as_string() == "first");
  CHECK(children[1].at("displayName").as_string() == "second");
  for (const auto& child : children) {
    CHECK(child.at("status").as_string() == "Completed");
    CHECK(child.at("parentRunId").as_string() == "pipe");
    CHECK(child.at("rootRunId").as_string() == "pipe");
    CHECK(child.at("runType").as_string() == "azureml.StepRun");
  }
}

TEST_CASE("run data leads to the place of each output") {
  World world;
  auto job = test::command_job("true");
  job["outputs"] = {{"model", {{"jobOutputType", "uri_folder"}}}, {"m2", {{"jobOutputType", "mlflow_model"}}}};
  world.run_job("job_1", job);
  const auto outputs = world.ask("POST", "/history/v1.0" + world.workspace.id + "/rundata", {{"runId", "job_1"}})
                           .at("runMetadata")
                           .at("outputs")
                           .as_object();
  CHECK(outputs.at("model").at("type").as_string() == "uri_folder");
  CHECK(outputs.at("m2").at("type").as_string() == "MLFlowModel");
  const std::string id(outputs.at("model").at("assetId").as_string());
  const auto resolved = world
                            .ask("POST", "/data/v1.0" + world.workspace.id + "/dataversion/batchGetResolvedUris",
                                 {{"values", {id, "azureml://locations/local/workspaces/w/data/none/versions/1"}}})
                            .at("values")
                            .as_object();
  CHECK(resolved.size() == 1);
  CHECK(resolved.at(id).at("uri").as_string() == "azureml://datastores/workspaceblobstore/paths/azureml/job_1/model/");
  const std::string model(outputs.at("m2").at("assetId").as_string());
  const auto models = world
                          .ask("POST", "/modelregistry/v1.0" + world.workspace.id + "/models/batchGetResolvedUris",
                               {{"values", json::array{json::value(model)}}})
                          .at("values")
                          .as_object();
  CHECK(models.at(model).at("path").as_string() == "azureml://datastores/workspaceblobstore/paths/azureml/job_1/m2/");
}

TEST_CASE("a change of a run changes its job") {
  World world;
  world.run_job("job1", test::command_job("true"));
  const auto run = world.ask("PATCH", "/history/v1.0" + world.workspace.id + "/experiments/tests/runs/job1",
                             {{"displayName", "new"}, {"tags", {{"k", "v"}}}, {"hidden", true}});
  CHECK(run.at("displayName").as_string() == "new");
  CHECK(run.at("tags").at("k").as_string() == "v");
  CHECK(run.at("hidden").as_bool());
  CHECK(world.job("job1").at("displayName").as_string() == "new");
  CHECK(world.job("job1").at("isArchived").as_bool());
  CHECK(world.job("job1").at("tags").at("k").as_string() == "v");
}

TEST_CASE("artifacts of a run are listed with addresses to read them") {
  World world;
  world.run_job("job1", test::command_job("echo x > outputs/x.txt"));
  const auto items = world.get("/runs/job1/artifacts?path=outputs/").at("value").as_array();
  REQUIRE(items.size() == 1);
  CHECK(items[0].at("path").as_string() == "outputs/x.txt");
  CHECK_THAT(std::string(world.get("/runs/job1/artifacts/contentinfo?path=outputs/x.txt").at("contentUri").as_string()),
             StartsWith("http://127.0.0.1:1/emulator.blob.localhost/"));
  CHECK_THROWS_AS(world.get("/runs/job1/artifacts/contentinfo?path=none"), emulator::ServiceError);
}
