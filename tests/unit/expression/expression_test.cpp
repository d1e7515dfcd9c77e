#include <mlops/expression/evaluate.hpp>
#include <mlops_test/catch.hpp>

using namespace mlops;
using namespace mlops::expression;

namespace {

const boost::json::object k_contexts{{"variables", {{"a", "1"}, {"Build.Reason", "Manual"}, {"flag", "true"}}},
                                     {"dependencies", {{"A", {{"result", "Succeeded"}, {"outputs", {{"s.v", "x"}}}}}}},
                                     {"list", {"one", {{"id", 1}}, {{"id", 2}}}}};

std::string text_of(const std::string& expression) {
  Scope scope{.contexts = &k_contexts,
              .functions = {{"failed", [](const Arguments& all) { return Value(all.empty()); }}}};
  const auto value = evaluate(parse(expression), scope);
  return value.to_text().value_or(boost::json::serialize(value.to_json()));
}

}  // namespace

TEST_CASE("expressions and their values") {
  const std::vector<std::pair<std::string, std::string>> cases{
      // https://learn.microsoft.com/azure/devops/pipelines/process/expressions: literals, index and property syntax
      {"true", "True"},
      {"FALSE", "False"},
      {"1.50", "1.5"},
      {"-2", "-2"},
      {"'it''s'", "it's"},
      {"1.2.3", "1.2.3"},
      {"variables.a", "1"},
      {"variables['build.reason']", "Manual"},
      {"variables.none", ""},
      {"variables.none.deeper", ""},
      {"dependencies.A.outputs['s.v']", "x"},
      {"list[0]", "one"},
      {"list[7]", ""},
      {"join(',', list.*.id)", "1,2"},
      // functions
      {"and(true, 1, 'x')", "True"},
      {"and(true, '')", "False"},
      {"or(false, 0, '')", "False"},
      {"not(variables.none)", "True"},
      {"xor(true, false)", "True"},
      {"in('B', 'a', 'b')", "True"},
      {"notIn('B', 'a', 'c')", "True"},
      {"contains('ABCDE', 'bcd')", "True"},
      {"startsWith('refs/heads/x', 'REFS/')", "True"},
      {"endsWith('ABC', 'bc')", "True"},
      {"coalesce(variables.none, '', 'c')", "c"},
      {"format('{0}-{{1}}-{1}', 'a', 2)", "a-{1}-2"},
      {"length('fabrikam')", "8"},
      {"lower('AB')", "ab"},
      {"upper('ab')", "AB"},
      {"trim('  x ')", "x"},
      {"replace('https://a/b', 'https', 'http')", "http://a/b"},
      {"iif(eq(1, 1), 'y', 'n')", "y"},
      {"containsValue(variables, 'manual')", "True"},
      {"split('a|b', '|')[1]", "b"},
      {"failed()", "True"},
      {"FAILED('x')", "False"},
      // comparisons convert the right value to the kind of the left one
      {"eq('ABC', 'abc')", "True"},
      {"eq(1, '1.0')", "True"},
      {"eq('1.0', 1)", "False"},
      {"eq(1, 'x')", "False"},
      {"eq(true, 'x')", "True"},
      {"eq(variables.flag, true)", "True"},
      {"eq(variables.none, '')", "True"},
      {"ne(1, 2)", "True"},
      {"gt(5, '4')", "True"},
      {"le('a', 'B')", "True"},
      {"lt(1.2.3, '1.10.0')", "True"},
      {"ge(1.2, 1.2)", "True"},
      {"eq(1.2.3, '1.2.3')", "True"},
  };
  for (const auto& [expression, expected] : cases) {
    INFO(expression);
    CHECK(text_of(expression) == expected);
  }
}

TEST_CASE("what is wrong with an expression is told with its place") {
  const std::vector<std::pair<std::string, std::string>> cases{
      {"eq(1,", "a value is missing at column 6 of the expression \"eq(1,\"."},
      {"eq(1, 2", "\")\" is missing at column 8 of the expression \"eq(1, 2\"."},
      {"'abc", "the text has no end at column 5 of the expression \"'abc\"."},
      {"1 2", "\"2\" was not expected at column 3 of the expression \"1 2\"."},
      {"eq(1)", "the function eq takes 2 values, not 1."},
      {"succeded()", "there is no function \"succeded\" here."},
      {"startWith('a', 'b')", "there is no function \"startWith\" here; did you mean \"startswith\"?"},
      {"variable.a",
       "an expression can't see \"variable\" here; did you mean \"variables\"? It can see variables, dependencies, "
       "list."},
      {"gt(1, 'x')", "a text can't be compared with a number."},
  };
  for (const auto& [expression, message] : cases) {
    INFO(expression);
    CHECK_THROWS_WITH(text_of(expression), message);
  }
}
