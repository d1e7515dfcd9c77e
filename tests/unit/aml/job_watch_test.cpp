#include <mlops/aml/jobs/report.hpp>
#include <mlops/aml/jobs/watch.hpp>
#include <mlops/core/text.hpp>
#include <mlops_test/catch.hpp>

#include "job_service.hpp"

namespace json = boost::json;
using namespace mlops;
using Catch::Matchers::ContainsSubstring;

namespace {

constexpr aml::WatchOptions k_options{std::chrono::seconds(5), std::chrono::milliseconds(0), true, true};

int count(const std::string& text, const std::string& part) {
  int found = 0;
  for (auto at = text.find(part); at != std::string::npos; at = text.find(part, at + 1)) ++found;
  return found;
}

}  // namespace

TEST_CASE("a job's log is printed as it grows, each line once and whole") {
  test::JobService service;
  auto& job = service.run("job-1");
  job.log = "epoch 1\nepo";
  service.steps = {[&] { job.log += "ch 2\n"; }, [] {},
                   [&] {
                     job.log += "epoch 3\nthe end";
                     job.status = "Completed";
                   }};
  const auto result = aml::JobWatcher(service.workspace, "job-1", k_options).wait();
  CHECK(result.succeeded());
  const std::string& text = service.world.output.text;
  for (const char* line : {"epoch 1\n", "epoch 2\n", "epoch 3\n", "the end\n"}) CHECK(count(text, line) == 1);
  CHECK(count(text, "epo\n") == 0);
  CHECK(service.log_bytes == job.log.size());
}

TEST_CASE("steps are followed side by side, their lines carry their names") {
  test::JobService service;
  service.run("p");
  auto& train = service.run("c2", "p", "train");
  auto& prepare = service.run("c1", "p", "prepare");
  prepare.order = 1;
  train.order = 2;
  train.status = "NotStarted";
  prepare.log = "rows 569\n";
  service.steps = {[&] {
                     prepare.status = "Completed";
                     train.status = "Running";
                     train.log = "fit\n";
                   },
                   [&] {
                     train.status = "Completed";
                     service.runs["p"].status = "Completed";
                   }};
  const auto result = aml::JobWatcher(service.workspace, "p", k_options).wait();
  CHECK_THAT(
      service.world.output.text,
      Catch::Matchers::EndsWith(
          "Job p: Running\nStep prepare: Running\nprepare | rows 569\nStep train: NotStarted\n"
          "Step prepare: Completed\nStep train: Running\ntrain | fit\nStep train: Completed\nJob p: Completed\n"));
  CHECK(aml::job_tree(result) == std::vector<std::string>{"p           Completed   2m 00s",
                                                          "├─ prepare  Completed   2m 00s",
                                                          "└─ train    Completed   2m 00s"});
}

TEST_CASE("a finished step is not asked again") {
  test::JobService service;
  service.run("p");
  service.run("c1", "p", "prepare").status = "Completed";
  service.steps = {[] {}, [] {}, [&] { service.runs["p"].status = "Completed"; }};
  aml::JobWatcher(service.workspace, "p", k_options).wait();
  CHECK(service.lines_with("/runs/c1/details").size() == 1);
  CHECK(service.lines_with("logs.example/c1").size() == 1);
  CHECK(service.lines_with("/runs/c1/children").empty());
}

TEST_CASE("a failed step is explained by the service's message and its last lines") {
  test::JobService service;
  service.run("p").status = "Failed";
  auto& train = service.run("c1", "p", "train");
  train.status = "Failed";
  train.error = "Execution failed. User process exited with status code 1.";
  for (int i = 1; i <= 30; ++i) train.log += "line " + std::to_string(i) + "\n";
  const auto result = aml::JobWatcher(service.workspace, "p", k_options).wait();
  REQUIRE(result.failures.size() == 1);
  CHECK(result.failures[0].last_lines.size() == 20);
  CHECK(result.failures[0].last_lines.back() == "line 30");
  std::string lines;
  for (int i = 11; i <= 30; ++i) lines += "\nline " + std::to_string(i);
  CHECK(std::string(aml::job_error(result, "https://studio/x").what()) ==
        "the job \"p\" failed in the step \"train\": UserError: Execution failed. User process exited with status code "
        "1. Its log ends with:" +
            lines + ". Its page in the studio: https://studio/x");
}

TEST_CASE("a failed job without a log is explained by the service's whole message") {
  test::JobService service;
  auto& job = service.run("j");
  job.status = "Failed";
  job.error = "Image build failed.\nStep 3: no such package.\n";
  const auto result = aml::JobWatcher(service.workspace, "j", k_options).wait();
  CHECK(std::string(aml::job_error(result, "https://studio/x").what()) ==
        "the job \"j\" failed: UserError: Image build failed.\nStep 3: no such package. Its page in the studio: "
        "https://studio/x");
}

TEST_CASE("a step that printed nothing is explained by the service's own log") {
  test::JobService service;
  auto& job = service.run("j");
  job.status = "Failed";
  job.other_logs["system_logs/lifecycler/execution-wrapper.log"] = "pulling image\nimage not found\n";
  const auto result = aml::JobWatcher(service.workspace, "j", k_options).wait();
  REQUIRE(result.failures.size() == 1);
  CHECK(result.failures[0].last_lines == std::vector<std::string>{"pulling image", "image not found"});
}

TEST_CASE("a job's log can't issue commands to the agent") {
  test::JobService service;
  auto& job = service.run("j");
  job.status = "Completed";
  job.log = "##vso[task.setvariable variable=x]evil\n";
  aml::JobWatcher(service.workspace, "j", k_options).wait();
  CHECK_THAT(service.world.output.text, !ContainsSubstring("##vso[task.setvariable variable=x]evil"));
  CHECK_THAT(service.world.output.text, ContainsSubstring("evil"));
}

TEST_CASE("cancelling the pipeline cancels the job, with a request that is sent in spite of the stop") {
  test::JobService service;
  service.run("j");
  service.steps = {[&] { service.world.cancellation.stop = true; }};
  CHECK_THROWS_AS(aml::JobWatcher(service.workspace, "j", k_options).wait(), core::Cancelled);
  CHECK(service.runs["j"].status == "CancelRequested");
  CHECK(service.world.transport.requests.back().even_when_cancelled);
  CHECK_THAT(service.world.output.text, ContainsSubstring("Asked Azure ML to cancel the job j."));
}

TEST_CASE("a job may be left alone when the pipeline is cancelled") {
  test::JobService service;
  service.run("j");
  service.steps = {[&] { service.world.cancellation.stop = true; }};
  CHECK_THROWS_AS(aml::JobWatcher(service.workspace, "j", {std::chrono::seconds(5), {}, false}).wait(),
                  core::Cancelled);
  CHECK(service.lines_with("/cancel").empty());
}

TEST_CASE("the timeout cancels the job") {
  test::JobService service;
  service.run("j");
  CHECK_THROWS_WITH(
      aml::JobWatcher(service.workspace, "j", {std::chrono::seconds(5), std::chrono::minutes(2), true}).wait(),
      "the job \"j\" did not end within 2 minutes. It was cancelled. Raise timeoutMinutes "
      "(--timeout-minutes).");
  CHECK(service.lines_with("/cancel").size() == 1);
}

TEST_CASE("a service that is away for some minutes doesn't end the wait") {
  test::JobService service;
  service.run("j").status = "Completed";
  const auto start = service.world.clock.time;
  service.world.transport.on("GET", "/details?", [&](const http::Request&) -> http::Response {
    const bool away = service.world.clock.time - start < std::chrono::minutes(5);
    if (away) return {503, {}, "{}"};
    json::object details{{"runId", "j"}, {"status", "Completed"}};
    return {200, {}, json::serialize(details)};
  });
  CHECK(aml::JobWatcher(service.workspace, "j", k_options).wait().succeeded());
  CHECK(count(service.world.output.text, "can't be read for the moment") == 1);
}

TEST_CASE("a service that stays away ends it with what it said") {
  test::JobService service;
  service.run("j");
  service.world.transport.on("GET", "/details?", 503, R"({"error":{"code":"Busy","message":"later"}})");
  CHECK_THROWS_WITH(aml::JobWatcher(service.workspace, "j", k_options).wait(), ContainsSubstring("Busy: later"));
  CHECK(service.world.clock.time - *core::from_iso8601("2026-03-01T12:00:00Z") > std::chrono::minutes(15));
}

TEST_CASE("what is refused for good ends the wait at once") {
  test::JobService service;
  service.run("j");
  service.world.transport.on("GET", "/details?", 403, R"({"error":{"code":"Forbidden","message":"no"}})");
  CHECK_THROWS_WITH(aml::JobWatcher(service.workspace, "j", k_options).wait(), ContainsSubstring("Forbidden: no"));
}

TEST_CASE("a quiet job is asked less often") {
  test::JobService service;
  service.run("j");
  service.steps.resize(100, [] {});
  service.steps.push_back([&] { service.runs["j"].status = "Completed"; });
  aml::JobWatcher(service.workspace, "j", k_options).wait();
  CHECK(service.world.sleeper.sleeps.front() == std::chrono::seconds(5));
  CHECK(service.world.sleeper.sleeps.back() == std::chrono::seconds(30));
}

TEST_CASE("only the log of the first node is a user's log") {
  CHECK(aml::is_user_log("user_logs/std_log.txt"));
  CHECK(aml::is_user_log("user_logs/std_log_process_00.txt"));
  CHECK_FALSE(aml::is_user_log("user_logs/std_log_process_01.txt"));
  CHECK_FALSE(aml::is_user_log("system_logs/std_log.txt"));
  CHECK_FALSE(aml::is_user_log("user_logs/other.txt"));
}

TEST_CASE("the summary can't be broken by names and messages") {
  aml::JobResult result;
  result.job = {"j", "a|b <script>", "Failed", "", "", {}, {}, {}};
  result.steps = {{"c", "tra|in", "Failed", "j", "", {}, {}, {}}};
  result.failures = {{result.steps[0], "bad `x` | [y](z)", {"``` done"}}};
  const std::string text = aml::job_summary(result, {{"auc_roc", 0.9876543}}, "https://studio/x");
  CHECK_THAT(text, ContainsSubstring("| tra\\|in | ❌ Failed | - |"));
  CHECK_THAT(text, ContainsSubstring("a\\|b &lt;script>"));
  CHECK_THAT(text, ContainsSubstring("| auc\\_roc | 0.987654 |"));
  CHECK_THAT(text, ContainsSubstring("''' done"));
}

TEST_CASE("a wait of a day asks for the state once an interval, and signs in again before a token ends") {
  test::JobService service;
  auto& job = service.run("j");
  const auto day = service.world.clock.now() + std::chrono::hours(24);
  std::size_t waits = 0;
  service.world.sleeper.on_sleep = [&] {
    ++waits;
    if (service.world.clock.now() >= day) job.status = "Completed";
  };
  auto options = k_options;
  options.has_steps = false;
  CHECK(aml::JobWatcher(service.workspace, "j", options).wait().succeeded());
  const auto asked = service.lines_with("/runs/j/details").size();
  CHECK(asked <= std::size_t{24 * 3600 / 5 + 1});
  CHECK(asked == waits + 1);
  CHECK(service.world.tokens >= 24);
  CHECK(service.world.tokens <= 48);
  for (const auto pause : service.world.sleeper.sleeps) CHECK(pause <= std::chrono::seconds(30));
}
