#include <mlops/agent/log.hpp>
#include <mlops_test/catch.hpp>
#include <mlops_test/fakes.hpp>

using namespace mlops;

TEST_CASE("in a pipeline the log speaks the agent's commands") {
  test::FakeOutput output;
  agent::Log log(output, true, false);

  SECTION("an error carries code, file, line and column") {
    log.error(core::Error("yaml-syntax", "bad.", core::FilePlace{"job.yml", 3, 7}, "Mend it."));
    CHECK(output.text ==
          "##vso[task.logissue type=error;code=yaml-syntax;sourcepath=job.yml;linenumber=3;columnnumber=7;]"
          "job.yml:3:7: bad. Mend it.\n");
  }
  SECTION("a secret is registered once, each line on its own, and masked from then on") {
    log.add_secret(core::Secret("line one\nline two"));
    log.add_secret(core::Secret("line one\nline two"));
    log.info("got line two, and line one");
    CHECK(output.text ==
          "##vso[task.setsecret]line one\n##vso[task.setsecret]line two\n##vso[task.setsecret]line one%0Aline two\n"
          "got ***, and ***\n");
  }
  SECTION("a secret that begins another is masked after the longer one") {
    log.add_secret(core::Secret("abcd"));
    log.add_secret(core::Secret("abcdef"));
    output.text.clear();
    log.info("abcdef abcd");
    CHECK(output.text == "*** ***\n");
  }
  SECTION("errors are masked as well") {
    log.add_secret(core::Secret("hunter2!"));
    output.text.clear();
    log.error(core::Error("x", "the key hunter2! is wrong."));
    CHECK(output.text.find("hunter2!") == std::string::npos);
  }
  SECTION("a variable that happens to hold a secret's text arrives whole") {
    log.add_secret(core::Secret("dev"));
    output.text.clear();
    log.set_variable("workspace", "mlops-dev");
    CHECK(output.text == "##vso[task.setvariable variable=workspace;isoutput=true;]mlops-dev\n");
  }
  SECTION("job output is prefixed line by line and can't give commands") {
    log.foreign("train", "epoch 1\n##vso[task.complete result=Failed]\n");
    CHECK(output.text == "train | epoch 1\ntrain | #\u200B#vso[task.complete result=Failed]\n");
  }
  SECTION("debug text appears only when asked for") {
    log.debug("quiet");
    CHECK(output.text.empty());
  }
}

TEST_CASE("outside a pipeline the log is for people") {
  test::FakeOutput output;
  agent::Log log(output, false, true);
  log.add_secret(core::Secret("secret!"));
  log.set_variable("jobName", "train-1");
  log.error(core::Error("x", "it failed."));
  log.complete("Failed", "it failed.");
  CHECK(output.text == "jobName=train-1\nerror: it failed.\n");
}
