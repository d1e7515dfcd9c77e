#include <mlops/core/error.hpp>
#include <mlops/runner/build_number.hpp>
#include <mlops/runner/logging/command.hpp>
#include <mlops/runner/logging/masker.hpp>
#include <mlops/runner/logging/step_commands.hpp>
#include <mlops/runner/variables/connections.hpp>
#include <mlops/runner/variables/groups.hpp>
#include <mlops_test/catch.hpp>
#include <mlops_test/fakes.hpp>

using namespace mlops;
using namespace mlops::runner;

TEST_CASE("macros are replaced once, left to right, and stay where there is no variable") {
  Variables variables;
  variables.set({.name = "a", .value = "1"});
  variables.set({.name = "b.c", .value = "$(a)"});
  CHECK(variables.expand("x$(A)y$(B.C)$(none)$(") == "x1y$(a)$(none)$(");
  CHECK(variables.expand("$(x$(a))") == "$(x1)");
}

TEST_CASE("variables are made of variables; a cycle stays, and a part of a secret makes a secret") {
  Variables variables;
  variables.set({.name = "a", .value = "$(b)!"});
  variables.set({.name = "b", .value = "$(c)?"});
  variables.set({.name = "c", .value = "x", .secret = true});
  variables.set({.name = "loop", .value = "$(loop)"});
  variables.expand_all();
  CHECK(variables.get("a") == "x?!");
  CHECK(variables.find("a")->secret);
  CHECK(variables.get("loop") == "$(loop)");
}

TEST_CASE("longer cycles stay as well, and what is made of them has what stands there") {
  Variables variables;
  variables.set({.name = "a", .value = "$(b)$(b)"});
  variables.set({.name = "b", .value = "$(c)$(c)"});
  variables.set({.name = "c", .value = "$(a)$(a)"});
  variables.set({.name = "d", .value = "<$(a)>"});
  CHECK(variables.expand_all().empty());
  CHECK(variables.get("b") == "$(c)$(c)");
  CHECK(variables.get("d") == "<$(b)$(b)>");
}

TEST_CASE("a chain that doubles each time ends somewhere") {
  Variables variables;
  variables.set({.name = "v0", .value = "x"});
  for (int i = 1; i < 45; ++i) {
    const auto before = "$(v" + std::to_string(i - 1) + ")";
    variables.set({.name = "v" + std::to_string(i), .value = before + before});
  }
  variables.expand_all();
  CHECK(variables.get("v10").size() == 1024);
  CHECK(variables.get("v44").size() < 2'000'000);
}

TEST_CASE("a secret with a variable in it is told as a new one") {
  Variables variables;
  variables.set({.name = "p", .value = "pa$(x)ss", .secret = true});
  variables.set({.name = "x", .value = "1"});
  CHECK(variables.expand_all() == std::vector<std::string>{"pa1ss"});
}

TEST_CASE("names compare without case; a secret stays one; a read-only variable stays as it is") {
  Variables variables;
  CHECK(variables.set({.name = "Name", .value = "1", .secret = true}));
  CHECK(variables.set({.name = "NAME", .value = "2"}));
  CHECK(variables.find("name")->secret);
  CHECK(variables.find("name")->name == "Name");
  variables.provide("Build.BuildId", "7");
  CHECK_FALSE(variables.set({.name = "build.buildid", .value = "8"}));
  CHECK(variables.get("BUILD.BUILDID") == "7");
}

TEST_CASE("the environment's names follow the agent's rule") {
  CHECK(environment_name("Build.Source Branch-x") == "BUILD_SOURCE_BRANCH-X");
}

TEST_CASE("a logging command is found anywhere in a line, as the agent finds it") {
  const auto command = parse_command("text ##vso[Task.SetVariable Variable=a;isSecret=true;x=1%3B2%5D]v%0Aw%AZP25");
  REQUIRE(command);
  CHECK(command->name == "task.setvariable");
  CHECK(command->property("variable") == "a");
  CHECK(command->flag("issecret"));
  CHECK(command->property("x") == "1;2]");
  CHECK(command->data == "v\nw%");
  CHECK_FALSE(parse_command("##vso[task.setvariable"));
  CHECK_FALSE(parse_command("##vso[task]x"));
  CHECK(looks_like_command("##VSO task"));
}

TEST_CASE("escaping is undone by unescaping") {
  const std::string text = "a%3B;]%AZP25\r\n%";
  CHECK(unescape_command_text(escape_command_text(text)) == text);
  CHECK_FALSE(parse_command("##vso[a.b]" + escape_command_text("x\n##vso[c.d]y"))->data.empty());
}

TEST_CASE("patterns of settable variables match without case") {
  CHECK(is_settable("endpointName", {"ENDPOINT*"}));
  CHECK(is_settable("a.b", {"x", "a.b"}));
  CHECK_FALSE(is_settable("aXb", {"a.b"}));
  CHECK_FALSE(is_settable("x", {}));
}

TEST_CASE("secrets are hidden as a whole, by line, and as JSON, URL and Base64 hold them") {
  Masker masker;
  masker.add("top \"secret\"");
  masker.add("line one\nline two");
  masker.add(" ");
  CHECK(masker.mask("a top \"secret\" b") == "a *** b");
  CHECK(masker.mask("{\"k\":\"top \\\"secret\\\"\"}") == "{\"k\":\"***\"}");
  CHECK(masker.mask("top%20%22secret%22") == "***");
  CHECK(masker.mask("dG9wICJzZWNyZXQi") == "***");
  CHECK(masker.mask("x line two y") == "x *** y");
  CHECK(masker.mask("a b") == "a b");
}

TEST_CASE("the longer of two secrets is hidden first") {
  Masker masker;
  masker.add("abc");
  masker.add("abcdef");
  CHECK(masker.mask("abcdef abc") == "*** ***");
}

TEST_CASE("a connection's file holds shell words; its key is that of the address") {
  const test::TemporaryFolder folder;
  const auto file = folder.write("c.env",
                                 "# comment\nexport ENDPOINT_URL_SYSTEMVSSCONNECTION=x\nENDPOINT_URL_12-ab=https://h/\n"
                                 "ENDPOINT_AUTH_PARAMETER_12-ab_SERVICEPRINCIPALKEY='a b'\"\\\"c\"\\ d\n");
  const auto connection = read_connection(file);
  CHECK(connection.key == "12-ab");
  CHECK(secrets_of(connection) == std::vector<std::string>{"a b\"c d"});
  const auto wrong = folder.write("w.env", "\nwhat\n");
  CHECK_THROWS_WITH(read_connection(wrong), wrong.string() +
                                                ":2:1: expected KEY=value in the file of a service connection. "
                                                "Write a line for each variable of the agent, such as "
                                                "ENDPOINT_URL_<GUID>=https://...");
}

TEST_CASE("a variable group has plain and secret values, as they are written") {
  const test::TemporaryFolder folder;
  const auto group = read_group(folder.write("g.yml", "version: 1.10\nkey: {value: k, isSecret: true}\nempty:\n"));
  REQUIRE(group.size() == 3);
  CHECK(group[0].value == "1.10");
  CHECK_FALSE(group[0].secret);
  CHECK(group[1].value == "k");
  CHECK(group[1].secret);
  CHECK(group[2].value.empty());
}

TEST_CASE("a run's number counts on for what stands before it") {
  const test::TemporaryFolder folder;
  const auto time = *core::from_iso8601("2026-03-01T13:04:05Z");
  Variables variables;
  variables.set({.name = "model", .value = "m"});
  for (const auto& [name, value] : Pairs{{"System.TeamProject", "p"},
                                         {"Build.DefinitionName", "d"},
                                         {"Build.BuildId", "7"},
                                         {"Build.SourceBranchName", "main"},
                                         {"Build.SourceBranch", "refs/heads/main"}}) {
    variables.provide(name, value);
  }
  const auto number = [&](const std::string& format) {
    Counters counters(folder.path() / "counters.json");  // a new process each time
    return build_number(format, variables, time, counters);
  };
  CHECK(number("") == "20260301.1");
  CHECK(number("") == "20260301.2");
  CHECK(number("$(TeamProject)-$(BuildDefinitionName)-$(SourceBranchName)-$(BuildID)") == "p-d-main-7");
  CHECK(number("$(DayOfMonth) $(DayOfYear) $(Hours) $(Minutes) $(Month) $(Seconds) $(Year:yy) $(Year:yyyy)") ==
        "1 60 13 4 3 5 26 2026");
  CHECK(number("$(date:MMM dddd)$(rev:.r)") == "Mar Sunday.1");
  CHECK(number("$(Build.SourceBranch) $(unknown)") == "refs_heads_main $(unknown)");
  CHECK(number("$(model)_$(Date:yy-MM-dd HH:mm:ss)$(Rev:.rr)") == "m_26-03-01 13:04:05.01");
}
