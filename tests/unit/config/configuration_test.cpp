#include "config_fixture.hpp"

using namespace mlops;
using test::ConfigFolder;
using test::outside;

TEST_CASE("later layers win and the origin of every value is kept") {
  ConfigFolder folder;
  folder.add("common.yml", "variables:\n  LOCATION: west\n  OTHER: 1\n");
  folder.add("infra.yml", "variables:\n  LOCATION: north\n");
  folder.add("local.yml", "variables:\n  LOCATION: south\n");
  const auto configuration = folder.resolve();
  const auto* location = configuration.find("LOCATION");
  REQUIRE(location);
  CHECK(location->value == "south");
  CHECK(folder.place(location->place) == "local.yml:2:13");
  REQUIRE(location->overridden.size() == 2);
  CHECK(folder.place(location->overridden[0]) == "infra.yml:2:13");
  CHECK(folder.place(location->overridden[1]) == "common.yml:2:13");
  CHECK(configuration.find("OTHER")->overridden.empty());
}

TEST_CASE("names compare without case and are spelled as first declared") {
  ConfigFolder folder;
  folder.add("a.yml", "variables: {Location: west}\n");
  folder.add("b.yml", "variables: {LOCATION: north, NAME: $(location)-1}\n");
  const auto configuration = folder.resolve();
  CHECK(configuration.names() == std::vector<std::string>{"Location", "NAME"});
  CHECK(configuration.find("location")->value == "north");
  CHECK(configuration.find("NAME")->value == "north-1");
}

TEST_CASE("references reach across layers in both directions") {
  ConfigFolder folder;
  folder.add("common.yml", "variables:\n  NAME: $(PROJECT)-$(SUFFIX)\n  PROJECT: churn\n");
  folder.add("infra.yml", "variables:\n  SUFFIX: dev\n  GROUP: rg-$(NAME)\n");
  CHECK(folder.value("GROUP") == "rg-churn-dev");
}

TEST_CASE("references fall back to what is known outside, where layers come first") {
  ConfigFolder folder;
  folder.add("a.yml", "variables:\n  TAG: $(Build.BuildId)-$(MINE)\n  MINE: layer\n");
  const auto configuration = folder.resolve(outside({{"Build.BuildId", "42"}, {"MINE", "pipeline"}}));
  CHECK(configuration.find("TAG")->value == "42-layer");
}

TEST_CASE("values from outside are not searched for references again") {
  ConfigFolder folder;
  folder.add("a.yml", "variables: {A: $(OUT)}\n");
  CHECK(folder.resolve(outside({{"OUT", "$(NOBODY)"}})).find("A")->value == "$(NOBODY)");
}

TEST_CASE("what is no reference stays as it is") {
  const std::vector<std::pair<std::string, std::string>> k_table = {
      {"$$(A)", "$(A)"},      {"x$$(A)y", "x$(A)y"}, {"$$$$(A)", "$$$(A)"},        {"$(ls -l)", "$(ls -l)"},
      {"$()", "$()"},         {"$(A", "$(A"},        {"$A ${A}", "$A ${A}"},       {"100$", "100$"},
      {"$$(A)$(A)", "$(A)1"}, {"$(A)$(A)", "11"},    {"$(echo $(A))", "$(echo 1)"}};
  for (const auto& [text, expected] : k_table) {
    CAPTURE(text);
    ConfigFolder folder;
    folder.add("a.yml", "variables:\n  A: 1\n  X: '" + text + "'\n");
    CHECK(folder.value("X") == expected);
  }
}

TEST_CASE("an unknown reference is an error with its place and the nearest name") {
  ConfigFolder folder;
  folder.add("a.yml", "variables:\n  PROJECT: churn\n  NAME: ml-$(PROJCT)\n");
  CHECK(folder.failure() ==
        "a.yml:3:9: the value of NAME refers to the unknown variable \"PROJCT\"; did you mean \"PROJECT\"? Define it "
        "in a "
        "layer or in the pipeline, or write $$(PROJCT) for the text $(PROJCT).");
}

TEST_CASE("the nearest name may be one of the pipeline's") {
  ConfigFolder folder;
  folder.add("a.yml", "variables: {A: $(Build.BuildID2)}\n");
  CHECK_THAT(folder.failure(outside({{"Build.BuildId", "1"}})),
             Catch::Matchers::ContainsSubstring("did you mean \"Build.BuildId\"?"));
}

TEST_CASE("references in a circle are an error with the chain and its places") {
  ConfigFolder folder;
  folder.add("a.yml", "variables:\n  START: $(A)\n  A: x$(B)\n");
  folder.add("b.yml", "variables:\n  B: $(C)\n  C: $(a)\n");
  CHECK(folder.failure() ==
        "a.yml:3:6: the variables refer to one another in a circle: A (a.yml:3:6) → B (b.yml:2:6) → C (b.yml:3:6) → A. "
        "Give one of them a value that doesn't depend on the others.");
}

TEST_CASE("a variable that refers to itself is a circle of one") {
  ConfigFolder folder;
  folder.add("a.yml", "variables:\n  A: $(A)\n");
  CHECK_THAT(folder.failure(), Catch::Matchers::ContainsSubstring("in a circle: A (a.yml:2:6) → A."));
}

TEST_CASE("a circle that a later layer breaks is none") {
  ConfigFolder folder;
  folder.add("a.yml", "variables: {A: $(B), B: $(A)}\n");
  folder.add("b.yml", "variables: {B: end}\n");
  CHECK(folder.value("A") == "end");
}

TEST_CASE("values that multiply through references are stopped") {
  ConfigFolder folder;
  std::string content = "variables:\n  V0: xxxxxxxxxx\n";
  for (int i = 1; i < 30; ++i) {
    const std::string before = "$(V" + std::to_string(i - 1) + ")";
    content += "  V" + std::to_string(i) + ": " + before + before + before + "\n";
  }
  folder.add("a.yml", content);
  CHECK_THAT(folder.failure(), Catch::Matchers::ContainsSubstring("grows beyond 1000000 characters"));
}

TEST_CASE("whatever is made with a secret is a secret") {
  ConfigFolder folder;
  folder.add(
      "a.yml",
      "variables:\n  KEY: k\n  CONNECTION: key=$(KEY)\n  COPY: $(CONNECTION)\n  TOKEN: $(SECRET_TOKEN)\n  OPEN: o\n");
  const auto configuration = folder.resolve(outside({{"SECRET_TOKEN", "t"}}), {"key"});
  CHECK(configuration.find("KEY")->secret);
  CHECK(configuration.find("CONNECTION")->secret);
  CHECK(configuration.find("COPY")->secret);
  CHECK(configuration.find("TOKEN")->secret);
  CHECK_FALSE(configuration.find("OPEN")->secret);
}

TEST_CASE("a secret that no layer defines is an error, so that a misspelling shows nothing") {
  ConfigFolder folder;
  folder.add("a.yml", "variables: {API_KEY: k}\n");
  CHECK(folder.failure({}, {"API_KEI"}) ==
        "the secret variable \"API_KEI\" is not in the configuration; did you mean \"API_KEY\"? Correct the name, so "
        "that "
        "no value is printed by mistake.");
}

TEST_CASE("all required names without a value are listed at once") {
  ConfigFolder folder;
  folder.add("a.yml", "variables:\n  WORKSPACE: w\n  GROUP: ' '\n");
  const auto configuration = folder.resolve();
  CHECK(folder.failure_of([&] {
    configuration.require({"workspace", "GROUP", "WORKSPCE", "REGION_OF_DATA"});
  }) == "3 required variables are without a value: GROUP (empty at a.yml:3:10), WORKSPCE (not defined; did you mean "
        "WORKSPACE?), REGION_OF_DATA (not defined). Define them in one of the files, or for this environment below "
        "environments:.");
  CHECK(
      folder.failure_of([&] { configuration.require({"GROUP"}); }) ==
      "a required variable is without a value: GROUP (empty at a.yml:3:10). Define it in one of the files, or for this "
      "environment below environments:.");
  CHECK_NOTHROW(configuration.require({}));
}

TEST_CASE("a layer of inputs wins over files, and its values may refer to theirs") {
  ConfigFolder folder;
  const auto base = config::make_layer({{"A", "1"}, {"B", "$(A)"}}, "base");
  const auto overrides = config::make_layer({{"a", "2"}, {"NEW", "$(B)!"}}, "input overrides");
  const auto configuration = config::Configuration::resolve({base, overrides}, {});
  CHECK(configuration.find("B")->value == "2");
  CHECK(configuration.find("NEW")->value == "2!");
  CHECK(core::to_string(configuration.find("A")->place) == "input overrides");
}
