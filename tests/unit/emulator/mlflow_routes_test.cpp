#include <mlops/core/files.hpp>
#include <mlops/emulator/mlflow/routes.hpp>
#include <mlops_test/catch.hpp>

#include "execution_world.hpp"

using namespace mlops;
namespace json = boost::json;
using Catch::Matchers::ContainsSubstring;

namespace {

struct World : test::ExecutionWorld {
  World() { emulator::add_mlflow_routes(router, context); }

  json::object post(const std::string& path, const json::value& body, int status = 200) {
    return mlflow(router, "POST", path, body, status);
  }

  json::object get(const std::string& path, int status = 200) { return mlflow(router, "GET", path, nullptr, status); }

  std::string experiment(const std::string& name) {
    return std::string(post("experiments/create", {{"name", name}}).at("experiment_id").as_string());
  }

  std::string run(const std::string& experiment_id, const json::array& tags = {}) {
    const auto answer =
        post("runs/create", {{"experiment_id", experiment_id}, {"run_name", "r"}, {"start_time", 5}, {"tags", tags}});
    return std::string(answer.at("run").at("info").at("run_id").as_string());
  }

  emulator::Router router;
};

}  // namespace

TEST_CASE("an experiment is made once and found by name and id") {
  World world;
  CHECK(world.get("experiments/get-by-name?experiment_name=e", 404).at("error_code").as_string() ==
        "RESOURCE_DOES_NOT_EXIST");
  const std::string id = world.experiment("e");
  CHECK(world.get("experiments/get-by-name?experiment_name=e").at("experiment").at("experiment_id").as_string() == id);
  CHECK(world.get("experiments/get?experiment_id=" + id).at("experiment").at("name").as_string() == "e");
  CHECK(world.post("experiments/create", {{"name", "e"}}, 400).at("error_code").as_string() ==
        "RESOURCE_ALREADY_EXISTS");
  CHECK(world.get("experiments/get?experiment_id=0").at("experiment").at("name").as_string() == "Default");
  world.post("experiments/delete", {{"experiment_id", id}});
  CHECK(world.post("experiments/search", {{"max_results", 10}}).at("experiments").as_array().size() == 1);
}

TEST_CASE("a run keeps what is logged") {
  World world;
  const std::string id = world.run(world.experiment("e"), {{{"key", "k"}, {"value", "v"}}});
  world.post("runs/log-parameter", {{"run_id", id}, {"key", "lr"}, {"value", "0.1"}});
  world.post("runs/log-metric", {{"run_id", id}, {"key", "m"}, {"value", 1.5}, {"timestamp", 10}, {"step", 1}});
  world.post("runs/log-batch", {{"run_id", id},
                                {"metrics",
                                 {{{"key", "m"}, {"value", "NaN"}, {"timestamp", "20"}, {"step", "2"}},
                                  {{"key", "big"}, {"value", "-Infinity"}, {"timestamp", 20}, {"step", 0}}}},
                                {"params", {{{"key", "depth"}, {"value", "3"}}}},
                                {"tags", json::array{{{"key", "t"}, {"value", "1"}}}}});
  const auto run = world.get("runs/get?run_id=" + id).at("run").as_object();
  CHECK(run.at("data").at("params") ==
        json::value({{{"key", "depth"}, {"value", "3"}}, {{"key", "lr"}, {"value", "0.1"}}}));
  const auto& metrics = run.at("data").at("metrics").as_array();
  REQUIRE(metrics.size() == 2);
  CHECK(metrics[0].at("value").as_string() == "-Infinity");
  CHECK(metrics[1].at("value").as_string() == "NaN");
  CHECK(run.at("info").at("status").as_string() == "RUNNING");
  const auto history = world.get("metrics/get-history?run_id=" + id + "&metric_key=m").at("metrics").as_array();
  REQUIRE(history.size() == 2);
  CHECK(history[0].at("value").as_double() == 1.5);
  CHECK(
      world.get("metrics/get-history?run_id=" + id + "&metric_key=m&max_results=1").at("next_page_token").as_string() ==
      "1");
}

TEST_CASE("a metric that a client sends twice after a lost answer counts once") {
  World world;
  const std::string id = world.run(world.experiment("e"));
  for (int i = 0; i < 2; ++i) {
    world.post("runs/log-metric", {{"run_id", id}, {"key", "m"}, {"value", 1}, {"timestamp", 10}, {"step", 1}});
  }
  CHECK(world.get("metrics/get-history?run_id=" + id + "&metric_key=m").at("metrics").as_array().size() == 1);
}

TEST_CASE("a parameter never changes") {
  World world;
  const std::string id = world.run(world.experiment("e"));
  const auto log = [&](const char* value, int status) {
    return world.post("runs/log-parameter", {{"run_id", id}, {"key", "lr"}, {"value", value}}, status);
  };
  log("1", 200);
  log("1", 200);
  CHECK_THAT(std::string(log("2", 400).at("message").as_string()),
             ContainsSubstring("Changing param values is not allowed."));
  // Nothing of a batch with such a parameter is kept.
  world.post("runs/log-batch",
             {{"run_id", id}, {"params", {{{"key", "a"}, {"value", "1"}}, {{"key", "lr"}, {"value", "2"}}}}}, 400);
  CHECK(world.get("runs/get?run_id=" + id).at("run").at("data").at("params").as_array().size() == 1);
}

TEST_CASE("batches have MLflow's limits") {
  World world;
  const std::string id = world.run(world.experiment("e"));
  json::array many;
  for (int i = 0; i < 101; ++i) many.push_back({{"key", "p" + std::to_string(i)}, {"value", "x"}});
  CHECK_THAT(
      std::string(world.post("runs/log-batch", {{"run_id", id}, {"params", many}}, 400).at("message").as_string()),
      ContainsSubstring("at most 100 params. Got 101 params."));
}

TEST_CASE("a deleted run takes nothing more") {
  World world;
  const std::string experiment = world.experiment("e");
  const std::string id = world.run(experiment);
  world.post("runs/delete", {{"run_id", id}});
  CHECK_THAT(
      std::string(
          world.post("runs/log-metric", {{"run_id", id}, {"key", "m"}, {"value", 1}}, 400).at("message").as_string()),
      ContainsSubstring("must be in the 'active' state"));
  CHECK(world.post("runs/search", {{"experiment_ids", {experiment}}}).at("runs").as_array().empty());
  CHECK(world.post("runs/search", {{"experiment_ids", {experiment}}, {"run_view_type", "DELETED_ONLY"}})
            .at("runs")
            .as_array()
            .size() == 1);
}

TEST_CASE("requests that lack something say what") {
  World world;
  CHECK(world.post("runs/log-metric", {{"key", "m"}}, 400).at("message").as_string() ==
        "Missing value for required parameter 'run_id'.");
  CHECK(world.post("runs/log-metric", {{"run_id", "none"}}, 404).at("message").as_string() ==
        "Run with id=none not found");
  CHECK(world.post("runs/create", {{"experiment_id", "none"}}, 404).at("message").as_string() ==
        "No Experiment with id=none exists");
  const std::string id = world.run(world.experiment("e"));
  CHECK(
      world.post("runs/log-metric", {{"run_id", id}, {"key", "m"}, {"value", "much"}}, 400).at("message").as_string() ==
      "Got invalid value for metric 'm': please specify value as a valid double.");
  CHECK(world.post("runs/update", {{"run_id", id}, {"status", "DONE"}}, 400).at("message").as_string() ==
        "Invalid value 'DONE' for parameter 'status'.");
}

TEST_CASE("an MLflow client can't end the run of a job") {
  World world;
  world.put_job("job1", test::command_job("sleep 60"));
  world.executor->submit(world.workspace, "job1");
  REQUIRE(test::wait_until([&] { return world.status("job1") == "Running"; }));
  const auto info =
      world.post("runs/update", {{"run_id", "job1"}, {"status", "FINISHED"}, {"end_time", 1}}).at("run_info");
  CHECK(info.at("status").as_string() == "RUNNING");
  CHECK(world.status("job1") == "Running");
}

TEST_CASE("artifacts go through the proxy to the run's folder") {
  World world;
  const std::string id = world.run(world.experiment("e"));
  const std::string proxy = "/mlflow/v1.0" + world.workspace.id + "/api/2.0/mlflow-artifacts/artifacts";
  const std::string file = proxy + "/ExperimentRun/dcid." + id + "/notes/a%20b.txt";
  CHECK(world.call(world.router, "PUT", file, "hello").status == 200);
  CHECK(core::read_file(world.artifact(id, "notes/a b.txt")) == "hello");
  const auto download = world.call(world.router, "GET", file);
  REQUIRE(download.file);
  CHECK(download.file->length == 5);
  CHECK(world.call(world.router, "GET", proxy + "/ExperimentRun/none").status == 404);
  CHECK(world.get("artifacts/list?run_id=" + id).at("files") ==
        json::value(json::array{{{"path", "notes"}, {"is_dir", true}}}));
  CHECK(world.get("artifacts/list?run_id=" + id + "&path=notes").at("files").at(0).at("path").as_string() ==
        "notes/a b.txt");
  const auto listed =
      json::parse(world.call(world.router, "GET", proxy + "?path=ExperimentRun%2Fdcid." + id + "%2Fnotes").body);
  CHECK(listed.at("files").at(0).at("path").as_string() == "a b.txt");
  CHECK_THROWS_AS(world.call(world.router, "PUT", proxy + "/../../x", "y"), emulator::ServiceError);
}

TEST_CASE("registered models are the workspace's models") {
  World world;
  const std::string id = world.run(world.experiment("e"));
  std::filesystem::create_directories(world.artifact(id, "model"));
  core::write_file_atomically(world.artifact(id, "model/MLmodel"), "flavors:\n");
  world.post("registered-models/create", {{"name", "m"}});
  CHECK(world.post("registered-models/create", {{"name", "m"}}, 400).at("error_code").as_string() ==
        "RESOURCE_ALREADY_EXISTS");
  for (const char* expected : {"1", "2"}) {
    const auto version =
        world.post("model-versions/create", {{"name", "m"}, {"source", "runs:/" + id + "/model"}, {"run_id", id}});
    CHECK(version.at("model_version").at("version").as_string() == expected);
  }
  const auto stored = world.store.find({world.workspace.id, "models", "m", "2"});
  REQUIRE(stored);
  CHECK(stored->find_properties()->at("modelType").as_string() == "mlflow_model");
  CHECK(world.uris.local_path(world.workspace, std::string(stored->find_properties()->at("modelUri").as_string())) ==
        world.artifact(id, "model"));
  world.post("model-versions/set-tag", {{"name", "m"}, {"version", "2"}, {"key", "k"}, {"value", "v"}});
  CHECK(world.get("model-versions/get?name=m&version=2").at("model_version").at("tags") ==
        json::value(json::array{{{"key", "k"}, {"value", "v"}}}));
  CHECK(world.get("model-versions/search?filter=name%3D'm'").at("model_versions").as_array().size() == 2);
  CHECK(world.get("model-versions/get?name=m&version=9", 404).at("message").as_string() ==
        "Model Version (name=m, version=9) not found");
  CHECK(world.post("model-versions/create", {{"name", "none"}, {"source", "runs:/x/model"}}, 404)
            .at("message")
            .as_string() == "Registered Model with name=none not found");
}

TEST_CASE("a model of MLflow 3 stands among its run's artifacts") {
  World world;
  const std::string experiment = world.experiment("e");
  const std::string id = world.run(experiment);
  const auto model =
      world.post("logged-models", {{"experiment_id", experiment}, {"name", "model"}, {"source_run_id", id}})
          .at("model");
  CHECK(model.at("info").at("artifact_uri").as_string() == "mlflow-artifacts:/ExperimentRun/dcid." + id + "/model");
  const std::string model_id(model.at("info").at("model_id").as_string());
  world.mlflow(world.router, "PATCH", "logged-models/" + model_id, {{"status", "LOGGED_MODEL_READY"}});
  CHECK(world.get("logged-models/" + model_id).at("model").at("info").at("status").as_string() == "LOGGED_MODEL_READY");
  CHECK(world.post("logged-models/search", {{"experiment_ids", {experiment}}}).at("models").as_array().size() == 1);
  world.post("registered-models/create", {{"name", "m"}});
  CHECK(world.post("model-versions/create", {{"name", "m"}, {"source", "models:/" + model_id}})
            .at("model_version")
            .at("source")
            .as_string() == "azureml://subscriptions/" + world.workspace.subscription +
                                "/resourcegroups/rg/workspaces/ws/datastores/"
                                "workspaceartifactstore/paths/ExperimentRun/dcid." +
                                id + "/model");
}
