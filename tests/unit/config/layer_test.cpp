#include "config_fixture.hpp"

using namespace mlops;
using test::ConfigFolder;

namespace {

const std::filesystem::path k_layers = std::filesystem::path(MLOPS_FIXTURES) / "fixtures/layers";

std::string text_of(const config::Layer& layer, const std::string& name) {
  for (const auto& definition : layer.definitions) {
    if (definition.name == name) return definition.text;
  }
  return "(not defined)";
}

}  // namespace

TEST_CASE("values are the text that stands in the file") {
  const auto layer = config::load_layer(k_layers / "common.yml", {});
  const std::vector<std::pair<std::string, std::string>> k_table = {
      {"PYTHON_VERSION", "3.10"}, {"SDK_VERSION", "1.50"}, {"POSTFIX", "0007"}, {"ENABLED", "yes"},
      {"DISABLED", "False"},      {"EMPTY", ""},           {"NOTHING", ""},     {"QUOTED", "  kept  "},
      {"DATE", "2026-03-01"},     {"EXPONENT", "1e3"},     {"HEX", "0x1F"},     {"MESSAGE", "first\nsecond\n"}};
  for (const auto& [name, expected] : k_table) {
    CAPTURE(name);
    CHECK(text_of(layer, name) == expected);
  }
}

TEST_CASE("a layer keeps the place of each value, also of one that isn't written") {
  const auto layer = config::load_layer(k_layers / "common.yml", {});
  const std::string file = (k_layers / "common.yml").string();
  CHECK(core::to_string(layer.definitions.at(0).place) == file + ":3:12");
  CHECK(core::to_string(layer.definitions.at(0).name_place) == file + ":3:3");
  const auto& empty = layer.definitions.at(6);
  CHECK(empty.name == "EMPTY");
  CHECK(core::to_string(empty.place) == file + ":9:3");
}

TEST_CASE("the overlay of the chosen environment follows the file's own values, whatever its case") {
  const auto layer = config::load_layer(k_layers / "common.yml", {.environment = "prd"});
  CHECK(layer.environments == std::vector<std::string>{"DEV", "PRD"});
  CHECK(layer.definitions.at(layer.definitions.size() - 2).name == "SUFFIX");
  CHECK(layer.definitions.back().name == "POSTFIX");
  CHECK(layer.definitions.back().text == "0100");
}

TEST_CASE("without an environment no overlay counts") {
  CHECK(config::load_layer(k_layers / "common.yml", {}).definitions.back().name == "MESSAGE");
}

TEST_CASE("the list form knows names and templates") {
  const auto layer = config::load_layer(k_layers / "infra.yml", {});
  std::vector<std::string> names;
  for (const auto& definition : layer.definitions) names.push_back(definition.name);
  CHECK(names == std::vector<std::string>{"LOCATION", "SUBNET", "VNET", "VNET"});
}

TEST_CASE("templates are found beside the file that includes them, or from the root") {
  ConfigFolder folder;
  folder.write("shared/a.yml", "variables:\n- template: b.yml\n- template: /root.yml@self\n");
  folder.write("shared/b.yml", "variables: {B: beside}\n");
  folder.write("root.yml", "variables: {ROOT: root}\n");
  folder.add("main.yml", "variables:\n- template: shared/a.yml\n");
  CHECK(folder.value("B") == "beside");
  CHECK(folder.value("ROOT") == "root");
}

TEST_CASE("the overlays of an included template count as well") {
  ConfigFolder folder;
  folder.environment = "DEV";
  folder.write("base.yml", "variables: {A: base}\nenvironments: {DEV: {A: overlaid}}\n");
  folder.add("main.yml", "variables:\n- template: base.yml\n");
  CHECK(folder.value("A") == "overlaid");
}

TEST_CASE("templates that include one another are an error with the chain") {
  ConfigFolder folder;
  folder.write("b.yml", "variables:\n- template: ./a.yml\n");
  folder.add("a.yml", "variables:\n- template: b.yml\n");
  CHECK(folder.failure() ==
        "b.yml:2:13: the templates include one another: a.yml → b.yml → a.yml. Remove one of the template entries.");
}

TEST_CASE("the same template may be included twice, side by side") {
  ConfigFolder folder;
  folder.write("base.yml", "variables: {A: 1}\n");
  folder.write("other.yml", "variables:\n- template: base.yml\n");
  folder.add("main.yml", "variables:\n- template: base.yml\n- template: other.yml\n");
  CHECK(folder.value("A") == "1");
}

TEST_CASE("a missing template is an error at the entry that names it") {
  ConfigFolder folder;
  folder.add("main.yml", "variables:\n- template: nowhere.yml\n");
  CHECK_THAT(folder.failure(), Catch::Matchers::StartsWith("main.yml:2:13: the file \"nowhere.yml\" does not exist."));
}

TEST_CASE("what can't be a layer is refused with its place") {
  const std::vector<std::pair<std::string, std::string>> k_table = {
      {"COMPUTE_TYPE: AmlCompute\n",
       "x.yml:1:1: unknown key \"COMPUTE_TYPE\" in a configuration file. Known keys: variables, environments."},
      {"variable:\n  A: 1\n",
       "x.yml:1:1: unknown key \"variable\" in a configuration file; did you mean \"variables\"?"},
      {"# nothing yet\n",
       "x.yml: the file holds no variables. Write variables: there, or take the file out of the list."},
      {"variables: text\n",
       "x.yml:1:12: variables are a mapping or a list, not the text \"text\". Write NAME: value, or - name: NAME with "
       "value: below it."},
      {"variables:\n  A: {b: 1}\n",
       "x.yml:2:6: the value of A must be a text, not a mapping. A variable holds one text; give each part a name of "
       "its "
       "own."},
      {"variables:\n- A: 1\n",
       "x.yml:2:3: unknown key \"A\" in an entry of variables. Known keys: name, value, readonly, template."},
      {"variables:\n- name: A\n  valu: 1\n",
       "x.yml:3:3: unknown key \"valu\" in an entry of variables; did you mean \"value\"?"},
      {"variables:\n- name: A\n", "x.yml:2:3: the key \"value\" is missing. Add it to this mapping."},
      {"variables:\n- group: team\n",
       "x.yml:2:10: the values of the variable group \"team\" can't be read here; only Azure Pipelines knows them. "
       "List "
       "the group under variables: of the pipeline, where $(NAME) finds its values, or write them into a file."},
      {"variables:\n- ${{ if true }}:\n  - name: A\n    value: 1\n",
       "x.yml:2:3: a template expression (${{ }}) can't be evaluated here. Azure Pipelines evaluates it before a run "
       "starts. Use $(NAME), or an overlay below environments:."},
      {"variables:\n  ${{ insert }}: {A: 1}\n",
       "x.yml:2:3: a template expression (${{ }}) can't be evaluated here. Azure Pipelines evaluates it before a run "
       "starts. Use $(NAME), or an overlay below environments:."},
      {"environments:\n  DEV: {}\n  dev: {}\n",
       "x.yml:3:3: the environment \"dev\" stands twice in one block, first at x.yml:2:3. Names compare without case. "
       "Remove one of the two."},
      {"environments:\n- DEV\n", "x.yml:2:1: a mapping is needed here, not a list."},
      {"variables:\n- just text\n",
       "x.yml:2:3: an entry of variables is a mapping, not the text \"just text\". Write - name: NAME with value: "
       "below "
       "it."},
      {"variables:\n- template: a.yml@other\n",
       "x.yml:2:13: the template stands in the repository \"other\", which can't be read here. Check that repository "
       "out "
       "and name the file in the task's files."},
      {"parameters:\n- name: p\nvariables: {}\n",
       "x.yml:1:1: a template with parameters can't be read here. Azure Pipelines fills parameters in before a run "
       "starts. Use variables and $(NAME)."},
      {"variables:\n  A: ${{ parameters.a }}\n",
       "x.yml:2:6: a template expression (${{ }}) can't be evaluated here. Azure Pipelines evaluates it before a run "
       "starts. Use $(NAME), or an overlay below environments:."},
      {"variables:\n  A: $[counter('x', 1)]\n",
       "x.yml:2:6: a runtime expression ($[ ]) can't be evaluated here. Define the variable in the pipeline and refer "
       "to "
       "it with $(NAME)."},
      {"variables:\n  Region: a\n  REGION: b\n",
       "x.yml:3:3: the variable \"REGION\" stands twice in one block, first at x.yml:2:3. Names compare without case. "
       "Remove one of the two."},
  };
  for (const auto& [content, expected] : k_table) {
    CAPTURE(content);
    ConfigFolder folder;
    folder.add("x.yml", content);
    CHECK(folder.failure() == expected);
  }
}
