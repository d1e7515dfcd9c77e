#include <mlops/runner/report/markdown_html.hpp>
#include <mlops/runner/report/run_json.hpp>
#include <mlops/runner/report/summary.hpp>
#include <mlops/runner/tasks/test_counts.hpp>
#include <mlops_test/catch.hpp>

#include "run_world.hpp"

using namespace mlops;
using namespace mlops::runner;
using mlops::test::RunWorld;
using Lines = std::vector<std::string>;

namespace {

// A task folder with a Node handler, and a connection named "azure".
void add_task(RunWorld& world) {
  world.folder.write("tasks/T/task.json", R"json({"name": "T", "id": "11111111-2222-4333-8444-555555555555",
"version": {"Major": 2}, "inputs": [{"name": "service", "aliases": ["azureService"], "type": "connectedService:AzureRM"},
{"name": "file", "type": "filePath"}, {"name": "text", "type": "string", "defaultValue": "$(word)"}],
"restrictions": {"settableVariables": {"allowed": ["ok*"]}},
"execution": {"Node10": {"target": "none"}, "Node20_1": {"target": "t.js"}}})json");
  world.folder.write("tasks/T/t.js", R"js(
const e = process.env;
console.log(e.INPUT_SERVICE, e.INPUT_FILE.replace(e.BUILD_SOURCESDIRECTORY, 'S'), e.INPUT_TEXT, e.SECRET_PW, e.PW);
console.log(e.VSTS_SECRET_VARIABLES, JSON.parse(e.VSTS_PUBLIC_VARIABLES).includes('word'));
console.log('key', e.ENDPOINT_AUTH_PARAMETER_k_SERVICEPRINCIPALKEY);
console.log('##vso[task.setvariable variable=okay]1\n##vso[task.setvariable variable=no]1');
)js");
  world.settings.task_folders = {world.folder.path() / "tasks"};
  world.settings.connections["azure"] =
      world.folder.write("c.env",
                         "ENDPOINT_URL_k=https://h/\nENDPOINT_AUTH_PARAMETER_k_SERVICEPRINCIPALKEY=very-secret\n"
                         "ENDPOINT_AUTH_PARAMETER_k_ACCESSTOKEN=token-1234\n");
}

}  // namespace

TEST_CASE("a Node task gets inputs, variables, secrets and its connection as from the agent") {
  RunWorld world;
  add_task(world);
  world.groups["g"] = {{.name = "pw", .value = "hidden-pw", .secret = true}};
  world.masker.add("hidden-pw");
  CHECK(
      world.run(
          "variables: [{group: G}, {name: word, value: w}]\nsteps: [{checkout: none}, {task: a.b.T@2, name: t, inputs: "
          "{azureService: azure, file: x/y, other: z}}]") == Result::Succeeded);
  CHECK(world.lines() == Lines{"##[warning]the task a.b.T@2 has no input \"other\"", "k S/x/y w *** undefined",
                               "[\"pw\",\"System.AccessToken\"] true", "key ***",
                               "##[warning]the restrictions of this step do not let it set the variable no"});
}

TEST_CASE("a task is started by the Node that was chosen") {
  RunWorld world;
  add_task(world);
  const auto node = world.folder.write("node 24", "#!/bin/sh\necho \"started ${1##*/} with $INPUT_TEXT\"\n");
  fs::permissions(node, fs::perms::owner_all);
  world.settings.node = node.string();
  CHECK(world.run("variables: {word: w}\nsteps: [{checkout: none}, {task: T@2}]") == Result::Succeeded);
  CHECK(world.lines() == Lines{"started t.js with w"});
}

TEST_CASE("a connection or a group that was not given is an error with the option to use") {
  RunWorld world;
  add_task(world);
  CHECK(world.run("steps: [{checkout: none}, {task: T@2, name: t, inputs: {service: other}}]") == Result::Failed);
  CHECK(world.issues("t") == Lines{"p.yml:1:1: there is no service connection \"other\". Give its values with "
                                   "--connection other=FILE, or use --emulator."});
  RunWorld group;
  CHECK(group.run("variables: [{group: g}]\nsteps: [{script: echo}]") == Result::Failed);
  REQUIRE(group.job("Job").issues.size() == 1);
  CHECK(group.job("Job").issues[0].message ==
        "p.yml:1:1: there is no variable group \"g\". Give its variables with "
        "--variables-file \"g=FILE\".");
}

TEST_CASE("CopyFiles, DeleteFiles and PublishTestResults stand in for the service's tasks") {
  RunWorld world;
  CHECK(world.run(R"yaml(
steps:
- checkout: none
- script: mkdir -p d/e && echo 1 > d/a.txt && echo 2 > d/e/b.txt && echo 3 > d/e/c.md
- task: CopyFiles@2
  inputs: {SourceFolder: d, Contents: "**\n!**/*.md", TargetFolder: t}
- task: DeleteFiles@1
  inputs: {SourceFolder: t, Contents: a.txt}
- script: find t -type f
- script: 'echo "<testsuite><testcase/><testcase><failure>x</failure></testcase></testsuite>" > TEST-1.xml'
- task: PublishTestResults@2
  name: tests
  inputs: {failTaskOnFailedTests: true}
)yaml") == Result::Failed);
  CHECK(world.lines()[2] == "t/e/b.txt");
  CHECK(world.issues("tests") == Lines{"1 of 2 tests failed"});
  CHECK(world.step("tests").attachments == Lines{"attachments/test-results/TEST-1.xml"});
}

TEST_CASE("DeleteFiles leaves everything outside the workspace alone") {
  RunWorld world;
  CHECK(
      world.run(
          "steps: [{checkout: none}, {task: DeleteFiles@1, name: t, inputs: {SourceFolder: /etc, Contents: '**'}}]") ==
      Result::Failed);
  CHECK(world.step("t").issues.at(0).code == "path-outside");
}

TEST_CASE("test cases are counted once, whatever their text holds") {
  const auto counts = count_tests(
      "<testsuites><!-- <testcase> --><testcase name='a'/><testcase><system-out><![CDATA[<failure>"
      "]]></system-out></testcase><testcase><failure/><error/></testcase><testcase><skipped/>"
      "</testcase></testsuites>");
  CHECK(counts.tests == 4);
  CHECK(counts.failed == 1);
  CHECK(counts.skipped == 1);
}

TEST_CASE("an agentless job waits, asks a person, and calls a service") {
  RunWorld world;
  add_task(world);
  world.settings.approve = {"wait"};
  world.transport.on("GET", "https://h/jobs/1", 200, R"({"state": "Completed"})");
  world.evaluator.table["done"] = [](const Scope& scope) {
    return scope.contexts.at("root").at("state").as_string() == "Completed" ? "True" : "False";
  };
  CHECK(world.run(R"yaml(
jobs:
- job: wait
  pool: server
  steps:
  - task: Delay@1
    inputs: {delayForMinutes: 2}
  - task: ManualValidation@1
    inputs: {instructions: Check}
  - task: InvokeRESTAPI@1
    inputs: {connectionType: connectedServiceName, serviceConnection: azure, method: GET, urlSuffix: jobs/1, successCriteria: done}
)yaml") == Result::Succeeded);
  REQUIRE(world.transport.requests.size() == 1);
  CHECK(world.transport.requests[0].headers.find("Authorization") == "Bearer token-1234");
  CHECK(world.output.text.find("token-1234") == std::string::npos);
  CHECK(std::any_of(world.changes.begin(), world.changes.end(), [](const Change& change) {
    return change.name == "ManualValidation" && change.phase == Phase::approving;
  }));
}

TEST_CASE("a task of agentless jobs can't run on an agent, and the other way round") {
  RunWorld world;
  CHECK(world.run("steps: [{checkout: none}, {task: Delay@1, name: t}]") == Result::Failed);
  CHECK(world.issues("t") ==
        Lines{"p.yml:1:1: the task Delay@1 can't run in an agent job. Put it into a job with pool: "
              "server."});
}

TEST_CASE("Markdown becomes HTML, and what is in it stays text") {
  CHECK(
      markdown_html("# A **b**\n\ntext `c<d`\n\n- one\n- [l](https://x/?a=1&b)\n\n| h \\| i |\n|---|\n| <b> |\n") ==
      "<h3>A <strong>b</strong></h3>\n<p>text <code>c&lt;d</code></p>\n<ul>\n<li>one</li>\n<li><a rel=\"noreferrer\" "
      "href=\"https://x/?a=1&amp;b\">l</a></li>\n</ul>\n<table>\n<tr><th>h | i</th></tr>\n<tr><td>&lt;b&gt;</td></tr>\n"
      "</table>\n");
  CHECK(markdown_html("[x](javascript:alert(1))").find("href") == std::string::npos);
}

TEST_CASE("run.json keeps what a later run needs, and no secret") {
  const test::TemporaryFolder folder;
  RunRecord record{.pipeline = "p", .build_id = "7", .build_number = "n"};
  record.stages = {{.name = "s",
                    .result = Result::SucceededWithIssues,
                    .attempt = 2,
                    .job_results = {{"j", Result::Succeeded}},
                    .outputs = {{"j", {{"a.b", {"v", false}}, {"a.c", {"hush", true}}}}}}};
  const auto text = document::to_pretty_json(to_json(record));
  CHECK(text.find("hush") == std::string::npos);
  folder.write("run.json", text);
  const auto read = read_run(folder.path());
  CHECK(read.build_number == "n");
  REQUIRE(read.stages.size() == 1);
  CHECK(read.stages[0].result == Result::SucceededWithIssues);
  CHECK(read.stages[0].attempt == 2);
  CHECK(read.stages[0].job_results.at("j") == Result::Succeeded);
  CHECK(read.stages[0].outputs.at("j").at("a.b").value == "v");
  CHECK(read.stages[0].outputs.at("j").at("a.c").secret);
}
