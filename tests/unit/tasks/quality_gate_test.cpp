#include <mlops/core/files.hpp>
#include <mlops/tasks/quality-gate/run.hpp>
#include <mlops/tasks/quality-gate/spec.hpp>
#include <mlops_test/azure_fixture.hpp>

using namespace mlops;

namespace {

struct Gate {
  Gate() {
    values = {{"rulesFile", folder
                                .write("rules.yml",
                                       "rules:\n  - {metric: accuracy, min: 0.9}\n"
                                       "  - {metric: recall, min: 0.9, severity: warn}\n")
                                .string()},
              {"metricsFile", folder.write("metrics.json", R"({"accuracy": 0.95, "recall": 0.95})").string()},
              {"reportFolder", (folder.path() / "report").string()}};
  }

  void metrics(const std::string& json) { folder.write("metrics.json", json); }

  std::string run() {
    const agent::Inputs inputs(tasks::quality_gate::spec(), values);
    return tasks::quality_gate::run(world.services, inputs);
  }

  bool printed(const std::string& text) const { return world.output.text.find(text) != std::string::npos; }

  test::TemporaryFolder folder;
  test::AzureWorld world;
  std::map<std::string, std::string> values;
};

}  // namespace

TEST_CASE("a passing gate reports its verdict and sets its outputs") {
  Gate gate;
  CHECK(gate.run().empty());
  CHECK(gate.printed("##vso[task.setvariable variable=verdict;isoutput=true;]pass\n"));
  CHECK(gate.printed("##vso[task.uploadsummary]" + (gate.folder.path() / "report" / "summary.md").string()));
  const auto report = boost::json::parse(core::read_file(gate.folder.path() / "report" / "report.json"));
  CHECK(report.at("verdict") == "pass");
  CHECK(report.at("generatedAt") == "2026-03-01T12:00:00Z");
  CHECK(gate.world.transport.requests.empty());
}

TEST_CASE("the report names the rules by their path in the repository") {
  Gate gate;
  const auto sources = gate.folder.path().parent_path().string();
  test::World agent(test::connection_variables({{"BUILD_SOURCESDIRECTORY", sources}}));
  tasks::quality_gate::run(agent.services, agent::Inputs(tasks::quality_gate::spec(), gate.values));
  const auto report = boost::json::parse(core::read_file(gate.folder.path() / "report" / "report.json"));
  CHECK(report.at("rulesFile").as_string() == gate.folder.path().filename().string() + "/rules.yml");
}

TEST_CASE("a failing gate names the reason, after the report is written") {
  Gate gate;
  gate.metrics(R"({"accuracy": 0.812, "recall": 0.95})");
  const auto error = test::error_of([&] { gate.run(); });
  CHECK(error.code() == "gate-failed");
  CHECK(error.message() == "the quality gate says fail: accuracy 0.812 is below the minimum 0.9.");
  CHECK(gate.printed("##vso[task.setvariable variable=failedRules;isoutput=true;]accuracy\n"));
  CHECK(std::filesystem::exists(gate.folder.path() / "report" / "summary.md"));
}

TEST_CASE("warnings pass unless the task is told to fail on them") {
  Gate gate;
  gate.metrics(R"({"accuracy": 0.95, "recall": 0.5})");
  CHECK(gate.run() == "SucceededWithIssues");
  CHECK(gate.printed("##vso[task.logissue type=warning;code=gate-finding;]recall 0.5 is below the minimum 0.9."));
  gate.values["failOn"] = "warn";
  CHECK(test::error_of([&] { gate.run(); }).code() == "gate-failed");
  gate.metrics(R"({"accuracy": 0.1, "recall": 0.5})");
  gate.values["failOn"] = "never";
  CHECK(gate.run() == "SucceededWithIssues");
}

TEST_CASE("the version in production is the baseline") {
  Gate gate;
  gate.folder.write("rules.yml",
                    "rules:\n  - {metric: accuracy, baseline: {direction: higher_is_better, max_drop: 0.01}}\n");
  gate.values.insert({{"modelName", "cancer"},
                      {"azureSubscription", test::k_connection},
                      {"resourceGroup", "rg"},
                      {"workspace", "ws"}});
  auto& transport = gate.world.transport;
  transport.on("GET", "/models/cancer?", 200, "{}");
  transport.on("GET", "/models/cancer/versions?", 200,
               R"({"value":[{"name":"4","properties":{"tags":{"stage":"production"},
                   "properties":{"metrics.accuracy":"0.99","mlops.job":"j"}}}]})");
  CHECK(test::error_of([&] { gate.run(); }).message() ==
        "the quality gate says fail: accuracy 0.95 is clearly worse than production's 0.99 (version 4; the limit is "
        "0.98).");
  CHECK(gate.printed("variable=baselineVersion;isoutput=true;]4\n"));
}

TEST_CASE("inputs that contradict or lack each other are refused before anything is asked") {
  Gate gate;
  gate.values["jobName"] = "train-1";
  CHECK(test::error_of([&] { gate.run(); }).message() ==
        "the input jobName (--job-name) and the input metricsFile (--metrics-file) are both set.");
  gate.values.erase("metricsFile");
  CHECK(test::error_of([&] { gate.run(); }).message() ==
        "the input azureSubscription (--azure-subscription) is missing; the job needs it.");
  gate.values.erase("jobName");
  CHECK(test::error_of([&] { gate.run(); }).message() ==
        "the input jobName (--job-name) and the inputs metricsFile and dataFile are all empty.");
  gate.values["referenceFile"] = "r.csv";
  gate.values["metricsFile"] = "m.json";
  CHECK(test::error_of([&] { gate.run(); }).message() ==
        "the input referenceFile (--reference-file) is set, but dataFile (--data-file) is empty.");
  gate.values.erase("referenceFile");
  gate.values["metricsFile"] = "m.json";
  gate.values["baselineTag"] = "production";
  CHECK(test::error_of([&] { gate.run(); }).message() == "the input baselineTag (--baseline-tag) is \"production\".");
}

TEST_CASE("data is judged by the same rules, with nothing asked of Azure") {
  Gate gate;
  gate.values.erase("metricsFile");
  gate.folder.write("rules.yml", "rules:\n  - {metric: data.rows, min: 2}\n  - {metric: data.drift, max: 0.25}\n");
  gate.values["dataFile"] = gate.folder.write("fresh.csv", "age\n70\n80\n90\n").string();
  gate.values["referenceFile"] = gate.folder.write("training.csv", "age\n10\n20\n30\n").string();
  gate.values["buildTag"] = "drift-{verdict}";
  gate.values["failOn"] = "never";
  CHECK(gate.run() == "SucceededWithIssues");
  CHECK(gate.printed("##vso[task.setvariable variable=verdict;isoutput=true;]fail\n"));
  CHECK(gate.printed("##vso[task.setvariable variable=headline;isoutput=true;]fail: data.drift "));
  CHECK(gate.printed("##vso[build.addbuildtag]drift-fail\n"));
  CHECK(gate.world.transport.requests.empty());
  gate.values["dataFile"] = (gate.folder.path() / "*.none").string();
  CHECK(test::error_of([&] { gate.run(); }).code() == "data-missing");
}

TEST_CASE("data of the workspace that stands in no datastore is refused") {
  Gate gate;
  gate.values.insert({{"dataFile", "azureml:fresh:2"},
                      {"azureSubscription", test::k_connection},
                      {"resourceGroup", "rg"},
                      {"workspace", "ws"}});
  gate.world.transport.on("GET", "/data/fresh/versions/2?", 200,
                          R"({"name":"2","properties":{"dataUri":"https://example.org/d.csv"}})");
  CHECK(test::error_of([&] { gate.run(); }).message() ==
        "the data \"azureml:fresh:2\" can't be read here: its address is https://example.org/d.csv.");
}

TEST_CASE("the version in production has an age") {
  Gate gate;
  gate.folder.write("rules.yml", "rules:\n  - {metric: production.age_days, max: 30}\n");
  gate.values.insert({{"modelName", "cancer"},
                      {"azureSubscription", test::k_connection},
                      {"resourceGroup", "rg"},
                      {"workspace", "ws"}});
  auto& transport = gate.world.transport;
  transport.on("GET", "/models/cancer?", 200, "{}");
  transport.on("GET", "/models/cancer/versions?", 200,
               R"({"value":[{"name":"4","systemData":{"createdAt":"2026-02-01T12:00:00Z"},
                   "properties":{"tags":{"stage":"production"}}}]})");
  CHECK(gate.run().empty());
  CHECK(gate.printed("production.age_days 28 meets the maximum 30."));
}

TEST_CASE("a dry run judges and writes nothing") {
  Gate gate;
  gate.world.services.dry_run = true;
  gate.run();
  CHECK(gate.printed("The verdict would be pass"));
  CHECK_FALSE(std::filesystem::exists(gate.folder.path() / "report"));
}
