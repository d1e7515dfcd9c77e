#include <mlops/agent/command.hpp>
#include <mlops_test/catch.hpp>

using namespace mlops::agent;

TEST_CASE("values of logging commands are escaped as the agent unescapes them") {
  CHECK(format_command("task.setvariable", {{"variable", "a;b]"}, {"isoutput", "true"}}, "50%\r\nnext") ==
        "##vso[task.setvariable variable=a%3Bb%5D;isoutput=true;]50%AZP25%0D%0Anext");
  CHECK(format_command("task.complete", {}, "") == "##vso[task.complete]");
  CHECK(format_command("task.x", {{"empty", ""}, {"b", "1"}}, "") == "##vso[task.x b=1;]");
}

TEST_CASE("text from outside can't become a command, wherever the prefix stands") {
  for (const std::string attack : {"##vso[task.setvariable variable=x]y", "a ##vso[task.complete result=Succeeded]",
                                   "##[error]fake", "###vso[task.debug]x", "progress\r##vso[build.addbuildtag]x"}) {
    CAPTURE(attack);
    const std::string harmless = neutralize(attack);
    CHECK(harmless.find("##vso") == std::string::npos);
    CHECK(harmless.find("##[") == std::string::npos);
  }
  CHECK(neutralize("plain ## text \ttab\r\nnext") == "plain ## text \ttab\nnext");
}
