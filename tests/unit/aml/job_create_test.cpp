#include <mlops/aml/jobs/create.hpp>
#include <mlops/aml/jobs/provenance.hpp>
#include <mlops_test/catch.hpp>

#include "job_service.hpp"

using namespace mlops;
using Catch::Matchers::ContainsSubstring;

namespace {

const std::map<std::string, std::string> k_build = {{"BUILD_BUILDID", "77"},
                                                    {"BUILD_BUILDNUMBER", "20260301.1"},
                                                    {"BUILD_SOURCEVERSION", "abc"},
                                                    {"BUILD_SOURCEBRANCH", "refs/heads/main"},
                                                    {"BUILD_REPOSITORY_URI", "https://me:token@dev.azure.com/o/p"},
                                                    {"SYSTEM_STAGEATTEMPT", "1"}};

std::map<std::string, std::string> attempt(const std::string& number) {
  auto variables = k_build;
  variables["SYSTEM_STAGEATTEMPT"] = number;
  return variables;
}

aml::Compiled job(const std::string& command = "echo") {
  aml::Compiled compiled;
  compiled.kind = aml::Kind::command_job;
  compiled.body = {{"properties", {{"jobType", "Command"}, {"command", command}}}};
  return compiled;
}

aml::SubmittedJob submit(test::JobService& service, aml::Compiled compiled, aml::JobRequest request = {}) {
  if (request.stem.empty()) request.stem = "train";
  return aml::submit_job(service.workspace, std::move(compiled), request, ".");
}

void set_status(test::JobService& service, const std::string& name, const std::string& status) {
  service.jobs.at(name).as_object()["properties"].as_object()["status"] = status;
}

}  // namespace

TEST_CASE("a job is named after build and attempt and carries where it comes from") {
  test::JobService service(k_build);
  const auto submitted = submit(service, job());
  CHECK(submitted.name == "train-77-1");
  CHECK_FALSE(submitted.adopted);
  const auto& properties = aml::object_at(service.jobs.at("train-77-1"), "properties.properties");
  CHECK(properties.at(aml::k_git_commit) == "abc");
  CHECK(properties.at(aml::k_git_branch) == "main");
  CHECK(properties.at(aml::k_git_repository) == "https://dev.azure.com/o/p");
  CHECK(properties.at(aml::k_build_id) == "77");
  CHECK(aml::text_at(service.jobs.at("train-77-1"), "properties.displayName") == "train");
}

TEST_CASE("a repetition adopts the job that is running or completed") {
  test::JobService service(k_build);
  submit(service, job());
  for (const char* status : {"Running", "Completed", "Queued"}) {
    set_status(service, "train-77-1", status);
    const auto again = submit(service, job());
    CHECK(again.name == "train-77-1");
    CHECK(again.adopted);
    CHECK(again.status == status);
  }
  CHECK(service.lines_with("PUT ").size() == 1);
}

TEST_CASE("a failed or cancelled job is not adopted; the new one gets a suffix") {
  test::JobService service(k_build);
  submit(service, job());
  set_status(service, "train-77-1", "Failed");
  CHECK(submit(service, job()).name == "train-77-1-2");
  set_status(service, "train-77-1-2", "Canceled");
  CHECK(submit(service, job()).name == "train-77-1-3");
  CHECK(submit(service, job()).adopted);
}

TEST_CASE("a later attempt adopts what an earlier one left running") {
  test::JobService first(k_build);
  submit(first, job());
  test::JobService second(attempt("2"));
  second.jobs = first.jobs;
  const auto adopted = submit(second, job());
  CHECK(adopted.name == "train-77-1");
  CHECK(adopted.adopted);
  set_status(second, "train-77-1", "Failed");
  CHECK(submit(second, job()).name == "train-77-2");
}

TEST_CASE("a job of another definition is not mistaken for the same") {
  test::JobService service(k_build);
  submit(service, job("echo one"));
  CHECK(submit(service, job("echo two")).name == "train-77-1-2");
}

TEST_CASE("force makes a new job") {
  test::JobService service(k_build);
  submit(service, job());
  aml::JobRequest request;
  request.force = true;
  const auto forced = submit(service, job(), request);
  CHECK(forced.name == "train-77-1-2");
  CHECK_FALSE(forced.adopted);
}

TEST_CASE("a name that was given and belongs to another job is an error") {
  test::JobService service(k_build);
  aml::JobRequest request;
  request.name = "mine";
  CHECK(submit(service, job("a"), request).name == "mine");
  CHECK_THROWS_WITH(submit(service, job("b"), request), ContainsSubstring("there is already another job \"mine\"."));
}

TEST_CASE("a pipeline is submitted with a token for Azure ML, other jobs without") {
  test::JobService service(k_build);
  submit(service, job());
  CHECK_FALSE(service.world.transport.requests.back().headers.contains("x-azureml-token"));
  aml::Compiled pipeline = job();
  pipeline.body["properties"].as_object()["jobType"] = "Pipeline";
  aml::JobRequest request;
  request.stem = "pipe";
  submit(service, pipeline, request);
  CHECK(service.world.transport.requests.back().headers.find("x-azureml-token").value_or("").rfind("token-", 0) == 0);
  CHECK_THAT(service.world.output.text, ContainsSubstring("##vso[task.setsecret]token-2"));
}

TEST_CASE("outside a pipeline a job is named after its content and the time") {
  const auto name = aml::job_name("my job", "0123456789abcdef", {}, *core::from_iso8601("2026-03-01T12:00:00Z"));
  CHECK(name.name == "my-job-0123456789ab-20260301120000");
  CHECK(name.earlier.empty());
}

TEST_CASE("names are made fit for Azure ML") {
  CHECK(aml::sanitized_job_name("Train: the model (v2)!") == "Train-the-model-v2");
  CHECK(aml::sanitized_job_name("_x_") == "x");
  CHECK(aml::sanitized_job_name("日本").rfind("job-", 0) == 0);
  const std::string one = aml::sanitized_job_name(std::string(300, 'a'));
  const std::string other = aml::sanitized_job_name(std::string(301, 'a'));
  CHECK(one.size() == 200);
  CHECK(one != other);
}

TEST_CASE("without a pipeline git is asked, and changed files are said") {
  test::AzureWorld world;
  auto& answers = world.processes.answers;
  answers["git rev-parse --is-inside-work-tree"] = {0, "true\n"};
  answers["git ls-remote --get-url"] = {0, "git@github.com:o/r.git\n"};
  answers["git symbolic-ref --short HEAD"] = {0, "topic\n"};
  answers["git rev-parse HEAD"] = {0, "c0ffee\n"};
  answers["git status --porcelain ."] = {0, " M a.py\n"};
  const auto properties = aml::provenance(world.services, ".");
  CHECK(properties == boost::json::object{{aml::k_git_repository, "git@github.com:o/r.git"},
                                          {aml::k_git_branch, "topic"},
                                          {aml::k_git_commit, "c0ffee"},
                                          {aml::k_git_dirty, "True"}});
}
