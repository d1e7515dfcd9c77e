// The template language: what is an expression, what each function makes.

#include <mlops/emulator/deployments/evaluator.hpp>
#include <mlops_test/catch.hpp>

using namespace mlops::emulator::deployments;
namespace json = boost::json;

namespace {

struct Template {
  Surroundings surroundings{.subscription = "sub",
                            .tenant = "tenant",
                            .group = "rg",
                            .location = "westeurope",
                            .base_url = "http://127.0.0.1:1",
                            .now = "2026-03-01T12:00:00Z",
                            .deployment = {{"name", "main"}}};
  json::object parameters{{"name", "churn"}, {"count", 3}, {"tags", {{"Team", "ml"}}}, {"on", true}};
  json::object variables{
      {"greeting", "[concat('hello ', parameters('name'))]"},
      {"list", {"a", "b"}},
      {"loop", "[variables('loop')]"},
      {"copy",
       json::array{{{"name", "numbered"}, {"count", 2}, {"input", "[concat('n', copyIndex('numbered', 1))]"}}}}};

  json::value of(const json::value& raw) {
    return Evaluator({.surroundings = &surroundings, .parameters = &parameters, .variables = &variables}).value(raw);
  }

  /// The value as JSON, or the message of the error.
  std::string operator()(const std::string& expression) {
    try {
      return json::serialize(of(json::value("[" + expression + "]")));
    } catch (const ExpressionError& error) {
      return error.message();
    }
  }
};

struct Case {
  std::string expression;
  std::string result;
};

}  // namespace

TEST_CASE("a text in brackets is an expression, one in doubled brackets is not") {
  Template evaluate;
  CHECK(evaluate.of("[parameters('name')]") == "churn");
  CHECK(evaluate.of("[[parameters('name')]") == "[parameters('name')]");
  CHECK(evaluate.of("[a] and more") == "[a] and more");
  CHECK(evaluate.of("") == "");
}

TEST_CASE("functions of the template language") {
  Template evaluate;
  const std::vector<Case> cases{
      {"concat('a', 1, 'b')", R"("a1b")"},
      {"concat(createArray(1), createArray(2))", "[1,2]"},
      {"format('{0}-{1}-{{0}}', 'a', 2)", R"("a-2-{0}")"},
      {"toLower('ABC')", R"("abc")"},
      {"toUpper('abc')", R"("ABC")"},
      {"trim('  a ')", R"("a")"},
      {"replace('a.b.c', '.', '-')", R"("a-b-c")"},
      {"substring('abcdef', 1, 3)", R"("bcd")"},
      {"take('abc', 2)", R"("ab")"},
      {"take(createArray(1, 2, 3), 2)", "[1,2]"},
      {"skip('abc', 2)", R"("c")"},
      {"skip(createArray(1, 2), 5)", "[]"},
      {"split('a,b', ',')", R"(["a","b"])"},
      {"split('a;b,c', createArray(',', ';'))", R"(["a","b","c"])"},
      {"join(createArray('a', 'b'), '/')", R"("a/b")"},
      {"first('abc')", R"("a")"},
      {"last(createArray(1, 2))", "2"},
      {"length('abc')", "3"},
      {"length(parameters('tags'))", "1"},
      {"indexOf('abcABC', 'B')", "1"},
      {"lastIndexOf('abcABC', 'b')", "4"},
      {"startsWith('Abc', 'aB')", "true"},
      {"endsWith('abC', 'BC')", "true"},
      {"padLeft('7', 3, '0')", R"("007")"},
      {"string(true())", R"("True")"},
      {"string(createArray(1))", R"("[1]")"},
      {"int('12')", "12"},
      {"bool('True')", "true"},
      {"json('{\"a\": 1}')", R"({"a":1})"},
      {"base64('abc')", R"("YWJj")"},
      {"base64ToString('YWJj')", R"("abc")"},
      {"uri('http://x/a/', '/b')", R"("http://x/a/b")"},
      {"uriComponent('a b')", R"("a%20b")"},
      {"if(parameters('on'), 'yes', fail())", R"("yes")"},
      {"and(true(), false())", "false"},
      {"or(true(), false())", "true"},
      {"not(false())", "true"},
      {"equals('a', 'A')", "false"},
      {"equals(createArray(1, 'a'), createArray(1, 'a'))", "true"},
      {"greaterOrEquals(3, 3)", "true"},
      {"less('a', 'b')", "true"},
      {"add(2, 3)", "5"},
      {"mod(7, 3)", "1"},
      {"max(1, 3, 2)", "3"},
      {"min(createArray(4, 2))", "2"},
      {"range(2, 3)", "[2,3,4]"},
      {"empty('')", "true"},
      {"empty(null())", "true"},
      {"coalesce(null(), 'a')", R"("a")"},
      {"contains('abc', 'bc')", "true"},
      {"contains(parameters('tags'), 'team')", "true"},
      {"contains(createArray(1, 2), 3)", "false"},
      {"union(createObject('a', createObject('b', 1)), createObject('a', createObject('c', 2)))",
       R"({"a":{"b":1,"c":2}})"},
      {"union(createArray(1, 2), createArray(2, 3))", "[1,2,3]"},
      {"intersection(createArray(1, 2), createArray(2, 3))", "[2]"},
      {"items(createObject('b', 1, 'a', 2))", R"([{"key":"a","value":2},{"key":"b","value":1}])"},
      {"flatten(createArray(createArray(1), createArray(2)))", "[1,2]"},
      {"array('a')", R"(["a"])"},
      {"parameters('TAGS').team", R"("ml")"},
      {"variables('greeting')", R"("hello churn")"},
      {"variables('list')[1]", R"("b")"},
      {"variables('numbered')", R"(["n1","n2"])"},
      {"resourceGroup().location", R"("westeurope")"},
      {"subscription().tenantId", R"("tenant")"},
      {"deployment().name", R"("main")"},
      {"resourceId('Microsoft.A/b', 'x')", R"("/subscriptions/sub/resourceGroups/rg/providers/Microsoft.A/b/x")"},
      {"resourceId('other', 'Microsoft.A/b/c', 'x', 'y')",
       R"("/subscriptions/sub/resourceGroups/other/providers/Microsoft.A/b/x/c/y")"},
      {"subscriptionResourceId('Microsoft.Authorization/roleDefinitions', 'r')",
       R"("/subscriptions/sub/providers/Microsoft.Authorization/roleDefinitions/r")"},
      {"extensionResourceId('/a/b', 'Microsoft.C/d', 'x')", R"("/a/b/providers/Microsoft.C/d/x")"},
  };
  for (const auto& [expression, result] : cases) {
    CAPTURE(expression);
    CHECK(evaluate(expression) == result);
  }
}

TEST_CASE("names made of texts are stable and differ") {
  Template evaluate;
  CHECK(evaluate("uniqueString('a', 'b')") == evaluate("uniqueString('a', 'b')"));
  CHECK(evaluate("uniqueString('a', 'b')") != evaluate("uniqueString('a', 'c')"));
  CHECK(evaluate("length(uniqueString('a'))") == "13");
  CHECK(evaluate("guid('a', 'b')") == evaluate("guid('a-b')"));
  // RFC 4122, version 5, in the name space 11fb06fb-712d-4ddd-98c7-e71bbd588830.
  CHECK(evaluate("guid('a', 'b')") == R"("2d796349-8c7e-55ec-9624-54ece82ed031")");
}

TEST_CASE("mappings and lists are evaluated as deep as they go, names and loops included") {
  Template evaluate;
  CHECK(evaluate.of({{"[parameters('name')]", {"[parameters('count')]", {{"x", "[[literal"}}}}}) ==
        json::value{{"churn", {3, {{"x", "[literal"}}}}});
  CHECK(evaluate.of({{"a", 1},
                     {"copy", json::array{{{"name", "subnets"},
                                           {"count", "[length(variables('list'))]"},
                                           {"input", {{"name", "[variables('list')[copyIndex('subnets')]]"}}}}}}}) ==
        json::value{{"a", 1}, {"subnets", {{{"name", "a"}}, {{"name", "b"}}}}});
}

TEST_CASE("mistakes are told in a sentence") {
  Template evaluate;
  const std::vector<Case> cases{
      {"shout('a')", "The template function 'shout' is not valid."},
      {"concat('a'",
       "Unable to parse language expression 'concat('a'': expected ',' or ')' at position '10', but it ends "
       "there."},
      {"parameters('nme')", "The template parameter 'nme' is not found."},
      {"variables('loop')", "The template variable 'loop' refers to itself."},
      {"parameters('tags').owner",
       "The language expression property 'owner' doesn't exist, available properties are 'Team'."},
      {"variables('list')[2]", "The language expression array index '2' is out of bounds."},
      {"toLower(1)", "The provided value '1' is of type 'Integer', but 'String' is expected."},
      {"replace('a', 'b')", "The template function 'replace' takes 3 argument(s), not 2."},
      {"reference('x')", "The template function 'reference' is not expected at this location."},
      {"copyIndex()", "The template function 'copyIndex' is not expected at this location."},
      {"newGuid()", "The template function 'newguid' is allowed in default values only."},
      {"resourceId('Microsoft.A/b/c', 'x')",
       "Unable to evaluate template function 'resourceId': the type 'Microsoft.A/b/c' requires '2' resource name(s), "
       "but "
       "'1' are given."},
  };
  for (const auto& [expression, message] : cases) {
    CAPTURE(expression);
    CHECK(evaluate(expression) == message);
  }
}
