#include <fmt/format.h>

#include <mlops/core/text.hpp>
#include <mlops_test/catch.hpp>

#include "table.hpp"

using namespace mlops;
using namespace mlops::expression;
using mlops::test::ExpressionRow;
using mlops::test::ExpressionTable;

namespace {

/// What a row expects and what came out, both as one line.
struct Outcome {
  std::string expected;
  std::string actual;
};

std::string described(const Value& value, const boost::json::object& expected) {
  std::string text = expected.contains("text") ? "text " + value.to_text().value_or("of no text")
                                               : "value " + boost::json::serialize(value.to_json());
  return expected.contains("kind") ? text + ", " + std::string(value.kind()) : text;
}

std::string expectation(const ExpressionRow& row) {
  const auto& expected = *row.expected;
  if (const auto* error = expected.if_contains("error")) return "error " + std::string(error->as_string());
  std::string text = expected.contains("text") ? "text " + std::string(expected.at("text").as_string())
                                               : "value " + boost::json::serialize(expected.at("gives"));
  return expected.contains("kind") ? text + ", " + std::string(expected.at("kind").as_string()) : text;
}

// A message ends with the expression; the rows leave that out.
std::string without_expression(const std::string& message, const std::string& expression) {
  const auto end = fmt::format(" of the expression \"{}\".", expression);
  return message.ends_with(end) ? message.substr(0, message.size() - end.size()) : message;
}

Outcome outcome(const ExpressionRow& row, const Scope& scope) {
  try {
    return {expectation(row), described(evaluate(parse(row.expression), scope), *row.expected)};
  } catch (const core::Error& error) {
    return {expectation(row), "error " + without_expression(error.message(), row.expression)};
  }
}

std::string nested(int levels) {
  std::string text = "true";
  for (int i = 0; i < levels; ++i) text = "not(" + text + ")";
  return text;
}

}  // namespace

TEST_CASE("expressions give what the documentation states") {
  const ExpressionTable table;
  REQUIRE(table.rows().size() >= 300);
  for (const auto& row : table.rows()) {
    INFO("https://learn.microsoft.com/azure/devops/pipelines/process/" << row.page << ": " << row.states);
    INFO(row.expression << (row.note.empty() ? "" : "\n  note: " + row.note));
    const auto [expected, actual] = outcome(row, table.scope());
    CHECK(actual == expected);
  }
}

TEST_CASE("each row of the table names its page and what the page states") {
  const ExpressionTable table;
  for (const auto& row : table.rows()) {
    INFO(row.expression);
    CHECK(row.page.starts_with("expressions"));
    CHECK_FALSE(row.states.empty());
  }
}

TEST_CASE("an expression has the limits of the service") {
  const ExpressionTable table;
  CHECK(evaluate(parse(nested(49)), table.scope()).to_json() == boost::json::value(false));
  CHECK_THROWS_WITH(parse(nested(50)),
                    "the expression \"not(not(not(not(not(not(not(not(not(not(...\" nests functions and indexes 50 "
                    "levels deep, which the service refuses.");
  const std::string longest(20'998, 'x');
  CHECK(evaluate(parse("'" + longest + "'"), table.scope()).to_text() == longest);
  CHECK_THROWS_WITH(parse("'x" + longest + "'"),
                    "the expression \"'xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx...\" has "
                    "21001 characters; the service takes 21000 at most.");
}

TEST_CASE("a long chain of members and many arguments are no matter") {
  const ExpressionTable table;
  std::string chain = "variables";
  while (chain.size() < 20'990) chain += ".abc";
  CHECK(evaluate(parse(chain), table.scope()).is_null());
  std::string many = "or(false";
  while (many.size() < 20'990) many += ",''";
  CHECK(evaluate(parse(many + ",1)"), table.scope()).to_boolean());
}

TEST_CASE("what the scope adds is seen beside the language") {
  const ExpressionTable table;
  Scope scope = table.scope();
  scope.functions["failed"] = {0, 2, [](const Arguments& all) { return Value(all.size() == 0); }};
  CHECK(evaluate(parse("failed()"), scope).to_text() == "True");
  CHECK(evaluate(parse("FAILED('x')"), scope).to_text() == "False");
  CHECK_THROWS_WITH(evaluate(parse("failed(1, 2, 3)"), scope), "the function failed takes 0 to 2 values, not 3.");
  CHECK_THROWS_WITH(evaluate(parse("faild()"), scope), "there is no function \"faild\" here; did you mean \"failed\"?");
}
