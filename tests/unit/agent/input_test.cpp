#include <mlops/agent/arguments.hpp>
#include <mlops/agent/program.hpp>
#include <mlops_test/catch.hpp>
#include <mlops_test/fakes.hpp>

using namespace mlops;
using namespace mlops::agent;

namespace {

TaskSpec sample() {
  return {
      .name = "MlopsSample",
      .id = "5c1c4f4e-0000-4000-8000-000000000000",
      .executable = "sample",
      .friendly_name = "Sample",
      .description = "Shows a table.",
      .instance_name = "Sample $(jobFile)",
      .inputs =
          {{.name = "jobFile", .label = "Job", .help = "The job.", .type = InputType::multi_line, .required = true},
           {.name = "wait", .label = "Wait", .help = "Wait.", .type = InputType::boolean, .default_value = "true"},
           {.name = "pollSeconds", .label = "Poll", .help = "Poll.", .type = InputType::integer, .default_value = "5"},
           {.name = "onFailure",
            .label = "On failure",
            .help = "Then.",
            .type = InputType::pick_list,
            .default_value = "fail",
            .options = {{"fail", "Fail the task"}, {"warn", "End with a warning"}, {"ignore", "Succeed"}},
            .aliases = {"failureMode"}}},
      .outputs = {{"jobName", "The job's name."}, {"metric_*", "Each metric."}}};
}

Arguments parse(std::vector<const char*> arguments) {
  arguments.insert(arguments.begin(), "sample");
  return parse_arguments(sample(), static_cast<int>(arguments.size()), arguments.data());
}

void validate(std::map<std::string, std::string> values) {
  const TaskSpec spec = sample();
  Inputs(spec, std::move(values)).validate();
}

}  // namespace

TEST_CASE("an input's flag is its name in kebab case") {
  CHECK(flag_name("jobFile") == "--job-file");
  CHECK(environment_name("Build.Source Version") == "BUILD_SOURCE_VERSION");
  CHECK(environment_name("my-var") == "MY-VAR");
}

TEST_CASE("flags win over the agent's inputs, which win over defaults") {
  test::FakeEnvironment environment(
      {{"INPUT_JOBFILE", "agent.yml"}, {"INPUT_POLLSECONDS", "9"}, {"INPUT_FAILUREMODE", "warn"}});
  Arguments arguments = parse({"--job-file", "a.yml", "--job-file", "b.yml"});
  const TaskSpec spec = sample();
  add_agent_inputs(spec, environment, arguments.values);
  const Inputs inputs(spec, arguments.values);
  CHECK(inputs.list("jobFile") == std::vector<std::string>{"a.yml", "b.yml"});
  CHECK(inputs.integer("pollSeconds") == 9);
  CHECK(inputs.text("onFailure") == "warn");
  CHECK(inputs.flag("wait"));
  CHECK(environment.variables.empty());
}

TEST_CASE("a path input that the agent rooted at the sources folder counts as empty") {
  TaskSpec spec = sample();
  spec.inputs.push_back({.name = "rulesFile", .label = "Rules", .help = "Rules.", .type = InputType::file_path});
  const auto read = [&](const std::string& value) {
    test::FakeEnvironment environment({{"INPUT_RULESFILE", value}, {"BUILD_SOURCESDIRECTORY", "/agent/1/s"}});
    std::map<std::string, std::string> values;
    add_agent_inputs(spec, environment, values);
    return values["rulesFile"];
  };
  CHECK(read("/agent/1/s/gate.yml") == "/agent/1/s/gate.yml");
  CHECK(read("/agent/1/s").empty());
  CHECK(read("/agent/1/s/").empty());
}

TEST_CASE("a boolean flag may stand alone or have a value") {
  CHECK(parse({"--wait", "--job-file", "a"}).values.at("wait") == "true");
  CHECK(parse({"--wait=false"}).values.at("wait") == "false");
  CHECK(parse({"--dry-run"}).values.at("dryRun") == "true");
}

TEST_CASE("wrong arguments are named with the nearest flag") {
  CHECK_THROWS_WITH(parse({"--job-fil", "x"}),
                    "unknown argument \"--job-fil\"; did you mean \"--job-file\"? See sample --help.");
  CHECK_THROWS_WITH(parse({"--job-file"}), Catch::Matchers::StartsWith("the option --job-file needs a value."));
  CHECK_THROWS_WITH(parse({"stray"}), Catch::Matchers::StartsWith("unknown argument \"stray\"."));
}

TEST_CASE("inputs are validated by the table") {
  CHECK_THROWS_WITH(
      validate({}),
      "the input jobFile (--job-file) is missing. The job. Set it in the task's inputs, or see sample --help.");
  CHECK_THROWS_WITH(validate({{"jobFile", "x"}, {"wait", "perhaps"}}),
                    "the input wait (--wait) is \"perhaps\". Write true or false.");
  CHECK_THROWS_WITH(validate({{"jobFile", "x"}, {"pollSeconds", "5s"}}),
                    "the input pollSeconds (--poll-seconds) is \"5s\". Write a whole number, 0 or more.");
  CHECK_THROWS_WITH(
      validate({{"jobFile", "x"}, {"onFailure", "warm"}}),
      "the input onFailure (--on-failure) is \"warm\"; did you mean \"warn\"? Legal values: fail, warn, ignore.");
  CHECK_NOTHROW(validate({{"jobFile", "x"}}));
}

TEST_CASE("the table makes help and task.json") {
  const std::string help = help_text(sample(), "1.2.3");
  CHECK(help.find("--on-failure fail|warn|ignore\n      Then. Default: fail.") != std::string::npos);
  const auto task = boost::json::parse(task_json(sample(), "1.2.3"));
  CHECK(task.at("version").at("Patch").as_int64() == 3);
  CHECK(task.at("category").as_string() == "Deploy");
  CHECK(task.at("inputs").at(2).at("properties").at("isVariableOrNonNegativeNumber").as_string() == "true");
  CHECK(task.at("inputs").at(3).at("options").at("warn").as_string() == "End with a warning");
  for (const char* handler : {"Node16", "Node20_1", "Node24"})
    CHECK(task.at("execution").as_object().contains(handler));
  CHECK(task.at("outputVariables").as_array().size() == 1);
  CHECK(task.at("restrictions").at("settableVariables").at("allowed").as_array().size() == 2);
}
