#include <mlops/aml/json_access.hpp>
#include <mlops/core/files.hpp>
#include <mlops/tasks/aml-submit/files.hpp>
#include <mlops/tasks/aml-submit/results.hpp>
#include <mlops/tasks/aml-submit/run.hpp>
#include <mlops/tasks/aml-submit/spec.hpp>

#include "../aml/job_service.hpp"

namespace json = boost::json;
using namespace mlops;
using namespace mlops::tasks;
using Catch::Matchers::ContainsSubstring;

namespace {

const std::string k_job = "type: command\ndisplay_name: Train it\ncommand: echo\nenvironment: azureml:e:1\n";

/// Files of a task, and a workspace that has the environment e:1 and the compute cpu.
struct Task {
  Task() : service(variables()) {
    auto& transport = service.world.transport;
    transport.on("GET", "/environments/e/versions/1?", 200, R"({"name":"1"})");
    transport.on("GET", "/computes/cpu?", 200, R"({"name":"cpu"})");
    transport.on("GET", "/computes/gpu?", 200, R"({"name":"gpu"})");
    transport.on("GET", "/data/", 404, "{}");
    transport.on("GET", "/data?", 200, R"({"value":[]})");
    transport.on("PUT", "/data/", [](const http::Request& request) {
      return http::Response{201, {}, json::serialize(json::value{{"id", http::parse_url(request.url).path}})};
    });
  }

  std::map<std::string, std::string> variables() const {
    return {{"BUILD_BUILDID", "9"}, {"SYSTEM_STAGEATTEMPT", "1"}, {"AGENT_TEMPDIRECTORY", folder.path().string()}};
  }

  std::string file(const std::string& name, const std::string& content) const {
    return folder.write(name, content).string();
  }

  agent::Inputs inputs(std::map<std::string, std::string> values) const {
    values.insert({{"azureSubscription", test::k_connection}, {"resourceGroup", "rg"}, {"workspace", "ws"}});
    return {aml_submit::spec(), values};
  }

  std::string run(const std::map<std::string, std::string>& values) {
    // The service's own session has taken the connection's secrets out of the environment.
    service.world.environment.variables = test::connection_variables();
    return aml_submit::run(service.world.services, inputs(values));
  }

  const std::string& text() const { return service.world.output.text; }

  test::TemporaryFolder folder;
  test::JobService service;
};

}  // namespace

TEST_CASE("a job is submitted, watched, and its state, metrics and summary published") {
  Task task;
  task.service.steps = {[&] {
    auto& run = task.service.runs["Train-it-9-1"];
    run.status = "Completed";
    run.log = "done\n";
    run.metrics = {{"roc auc", 0.75}};
  }};
  CHECK(task.run({{"jobFile", task.file("job.yml", k_job)}}).empty());
  CHECK_THAT(task.text(), ContainsSubstring("done\n"));
  for (const char* line :
       {"variable=jobName;isoutput=true;]Train-it-9-1\n", "variable=jobStatus;isoutput=true;]Completed\n",
        "variable=metric_roc_auc;isoutput=true;]0.75\n", "##vso[task.uploadsummary]"}) {
    CHECK_THAT(task.text(), ContainsSubstring(line));
  }
  CHECK(core::read_file(task.folder.path() / "aml-submit" / "Train-it-9-1" / "metrics.json") ==
        "{\n  \"roc auc\": 0.75\n}\n");
  CHECK_THAT(core::read_file(task.folder.path() / "aml-submit" / "Train-it-9-1" / "summary.md"),
             ContainsSubstring("**Completed** after 2m 00s"));
}

TEST_CASE("a failed job fails the task, or warns, or is ignored, as the input says") {
  for (const auto& [on_failure, outcome] :
       std::map<std::string, std::string>{{"warn", "SucceededWithIssues"}, {"ignore", ""}}) {
    Task task;
    task.service.steps = {[&] { task.service.runs["Train-it-9-1"].status = "Failed"; }};
    CHECK(task.run({{"jobFile", task.file("job.yml", k_job)}, {"onFailure", on_failure}}) == outcome);
    CHECK_THAT(task.text(), ContainsSubstring("variable=jobStatus;isoutput=true;]Failed\n"));
  }
  Task task;
  task.service.steps = {[&] {
    task.service.runs["Train-it-9-1"].status = "Failed";
    task.service.runs["Train-it-9-1"].error = "User process exited with status code 1.\nlog, log";
  }};
  CHECK(test::error_of([&] {
          task.run({{"jobFile", task.file("job.yml", k_job)}});
        }).message() ==
        "the job \"Train-it-9-1\" failed: UserError: User process exited with status code 1.\nlog, log.");
  CHECK_THAT(task.text(), ContainsSubstring("##vso[task.uploadsummary]"));
}

TEST_CASE("metrics that can't be read don't hide the failure of a job") {
  Task task;
  task.service.world.transport.on("GET", "/mlflow/runs/get", 403, "{}");
  task.service.steps = {[&] { task.service.runs["Train-it-9-1"].status = "Failed"; }};
  CHECK(test::error_of([&] { task.run({{"jobFile", task.file("job.yml", k_job)}}); }).code() == "job-failed");
  CHECK_THAT(task.text(), ContainsSubstring("The metrics of the job can't be read"));
}

TEST_CASE("without wait the task ends when the job is submitted") {
  Task task;
  task.run({{"jobFile", task.file("job.yml", k_job)}, {"wait", "false"}});
  CHECK(task.service.lines_with("/details").empty());
  CHECK(aml::text_at(task.service.jobs["Train-it-9-1"], "properties.experimentName") == "Train-it");
  CHECK(aml::text_at(task.service.jobs["Train-it-9-1"], "properties.displayName") == "Train it");
  CHECK_THAT(task.text(), ContainsSubstring("variable=jobStatus;isoutput=true;]NotStarted\n"));
}

TEST_CASE("a job that was submitted without waiting is collected by its name, as if it had been waited for") {
  Task task;
  const std::string file = task.file("job.yml", k_job);
  task.run({{"jobFile", file}, {"wait", "false"}});
  CHECK_THAT(task.text(),
             ContainsSubstring("variable=jobId;isoutput=true;]/subscriptions/sub/resourceGroups/rg/providers/"
                               "Microsoft.MachineLearningServices/workspaces/ws/jobs/Train-it-9-1\n"));
  auto& run = task.service.runs["Train-it-9-1"];
  run.status = "Completed";
  run.log = "the whole log\n";
  run.metrics = {{"auc", 0.5}};
  CHECK(task.run({{"collectJob", "Train-it-9-1"}}).empty());
  for (const char* line : {"the whole log\n", "variable=jobName;isoutput=true;]Train-it-9-1\n",
                           "variable=jobStatus;isoutput=true;]Completed\n", "variable=metric_auc;isoutput=true;]0.5\n",
                           "##vso[task.uploadsummary]"}) {
    CHECK_THAT(task.text(), ContainsSubstring(line));
  }
  CHECK(task.service.lines_with("PUT ").size() == 1);

  run.status = "Failed";
  run.error = "out of memory";
  CHECK(test::error_of([&] {
          task.run({{"collectJob", "Train-it-9-1"}});
        }).message() ==
        "the job \"Train-it-9-1\" failed: UserError: out of memory. Its log ends with:\nthe whole log.");
  CHECK(task.run({{"collectJob", "Train-it-9-1"}, {"onFailure", "warn"}}) == "SucceededWithIssues");
}

TEST_CASE("a job to collect is waited for, must be there, and takes nothing that describes another one") {
  Task task;
  task.run({{"jobFile", task.file("job.yml", k_job)}, {"wait", "false"}});
  task.service.runs["Train-it-9-1"].status = "Running";
  task.service.steps = {[&] { task.service.runs["Train-it-9-1"].status = "Completed"; }};
  CHECK(task.run({{"collectJob", "Train-it-9-1"}}).empty());

  const auto fails = [&](const std::map<std::string, std::string>& values) {
    return std::string(test::error_of([&] { task.run(values); }).what());
  };
  CHECK(fails({{"collectJob", "nobody"}}) ==
        "the workspace \"ws\" has no job \"nobody\". A job is known under the output variable jobName of the step that "
        "submitted it.");
  CHECK(fails({{"collectJob", "a"}, {"set", "inputs.rate=1"}}) ==
        "the input set (--set) describes something new, but collectJob takes a job that is there. Leave one of them "
        "empty; "
        "a step before can create what is new.");
  CHECK(fails({{"collectJob", "a"}, {"wait", "false"}}) ==
        "the input collectJob (--collect-job) needs the end of the job, but wait is false. Set wait to true.");
}

TEST_CASE("a dry run of collecting says what it would collect") {
  Task task;
  task.run({{"jobFile", task.file("job.yml", k_job)}, {"wait", "false"}});
  task.service.world.services.dry_run = true;
  task.run({{"collectJob", "Train-it-9-1"}});
  CHECK_THAT(task.text(), ContainsSubstring("would collect the job Train-it-9-1\n"));
  CHECK(task.service.lines_with("/details").empty());
}

TEST_CASE("files are created in the order in which they need each other, and may refer to each other") {
  Task task;
  const std::string job = task.file("a-job.yml", k_job + "inputs:\n  d: {type: uri_file, path: azureml:rows@latest}\n");
  const std::string data = task.file("z-data.yml", "name: rows\ntype: uri_file\npath: https://x/rows.csv\n");
  int puts = 0;
  task.service.world.transport.on("GET", "/data/rows?", [&](const http::Request&) {
    return puts == 0 ? http::Response{404, {}, "{}"}
                     : http::Response{200, {}, R"({"properties":{"latestVersion":"1"}})"};
  });
  task.service.world.transport.on("PUT", "/data/rows/versions/1?", [&](const http::Request&) {
    ++puts;
    return http::Response{201, {}, R"({"id":"/data/rows/1"})"};
  });
  task.run({{"jobFile", job + "\n" + data}, {"wait", "false"}});
  CHECK(aml::text_at(task.service.jobs["Train-it-9-1"], "properties.inputs.d.uri").find("/data/rows/versions/1") !=
        std::string::npos);
  CHECK_THAT(task.text(), ContainsSubstring("variable=dataId;isoutput=true;]/data/rows/1\n"));
}

TEST_CASE("a mistake in the last file is found before the first change") {
  Task task;
  const std::string data = task.file("data.yml", "name: rows\ntype: uri_file\npath: https://x/rows.csv\n");
  const std::string job = task.file("job.yml", k_job + "compute: azureml:cpu2\n");
  task.service.world.transport.on("GET", "/computes/cpu2?", 404, "{}");
  task.service.world.transport.on("GET", "/computes?", 200, R"({"value":[{"name":"cpu"}]})");
  const core::Error error = test::error_of([&] { task.run({{"jobFile", data + "\n" + job}}); });
  CHECK(std::string(error.what()) ==
        job + ":5:10: unknown compute \"cpu2\"; did you mean \"cpu\"? The workspace has: cpu.");
  CHECK(task.service.lines_with("PUT ").empty());
}

TEST_CASE("a dry run prints the documents and changes nothing") {
  Task task;
  task.service.world.services.dry_run = true;
  const std::string data = task.file("data.yml", "name: rows\ntype: uri_file\npath: https://x/rows.csv\n");
  const std::string job = task.file("job.yml", k_job + "inputs:\n  d: {type: uri_file, path: azureml:rows@latest}\n");
  task.run({{"jobFile", data + "\n" + job}});
  CHECK(task.service.lines_with("PUT ").empty());
  CHECK_THAT(task.text(),
             ContainsSubstring("would PUT https://management.azure.com/subscriptions/sub/resourceGroups/rg/providers/"
                               "Microsoft.MachineLearningServices/workspaces/ws/data/rows/versions/1?"));
  CHECK_THAT(task.text(), ContainsSubstring("\"jobType\": \"Command\""));
  CHECK_THAT(task.text(), ContainsSubstring("/jobs/Train-it-9-1?"));
}

TEST_CASE("overrides change the job, not the assets beside it") {
  Task task;
  const std::string data = task.file("data.yml", "name: rows\ntype: uri_file\npath: https://x/rows.csv\n");
  task.run({{"jobFile", task.file("job.yml", k_job) + "\n" + data},
            {"set", "inputs.rate=0.5\ncompute=azureml:cpu"},
            {"wait", "false"}});
  CHECK(aml::text_at(task.service.jobs["Train-it-9-1"], "properties.inputs.rate.value") == "0.5");
}

TEST_CASE("the input compute goes to the job, and an override wins over it") {
  const auto compute_of = [](const std::map<std::string, std::string>& more) {
    Task task;
    std::map<std::string, std::string> values{{"jobFile", task.file("job.yml", k_job)}, {"wait", "false"}};
    values.insert(more.begin(), more.end());
    task.run(values);
    return aml::text_at(task.service.jobs["Train-it-9-1"], "properties.computeId");
  };
  CHECK_THAT(compute_of({{"compute", "gpu"}}), Catch::Matchers::EndsWith("/computes/gpu"));
  CHECK_THAT(compute_of({{"compute", "azureml:gpu"}}), Catch::Matchers::EndsWith("/computes/gpu"));
  CHECK_THAT(compute_of({{"compute", "gpu"}, {"set", "compute=azureml:cpu"}}),
             Catch::Matchers::EndsWith("/computes/cpu"));
}

TEST_CASE("outputs are downloaded only after waiting, a pattern must match, one name fits one job") {
  const Task task;
  const auto fails = [&](const std::map<std::string, std::string>& values) {
    return test::error_of([&] {
             aml_submit::load_files(aml_submit::read_options(task.inputs(values)),
                                    task.service.world.services.variables);
           })
        .message();
  };
  const std::string job = task.file("job.yml", k_job);
  CHECK(fails({{"jobFile", job}, {"wait", "false"}, {"downloadOutputs", "model"}}) ==
        "the input downloadOutputs (--download-outputs) needs the end of the job, but wait is false.");
  CHECK(fails({{"jobFile", "/nowhere/*.yml"}}) ==
        "the input jobFile (--job-file) names \"/nowhere/*.yml\", which matches no file.");
  CHECK(fails({{"jobFile", job + "\n" + task.file("other.yml", k_job)}, {"name", "x"}}) ==
        "the input name (--name) would be the name of 2 jobs.");
}

TEST_CASE("metrics become variables whatever their names") {
  CHECK(aml_submit::metric_variable("f1-score/class a") == "metric_f1_score_class_a");
}
