// The tables of cases/*.yml: what the documentation states of template expansion, of conditions and of runs. Each group
// of rows names its page below https://learn.microsoft.com/azure/devops/pipelines/process/.

#include <fmt/format.h>

#include <mlops/core/text.hpp>
#include <mlops/runner/evaluator.hpp>
#include <mlops/runner/expand/expand.hpp>
#include <mlops/runner/plan/conditions.hpp>
#include <mlops_test/catch.hpp>

#include "run_world.hpp"

namespace json = boost::json;
using namespace mlops;
using namespace mlops::runner;

namespace {

std::string text_at(const json::object& row, std::string_view key) {
  const auto* found = row.if_contains(key);
  return found && !found->is_null() ? document::to_text(*found) : std::string();
}

std::map<std::string, std::string> texts_at(const json::object& row, std::string_view key) {
  std::map<std::string, std::string> result;
  if (const auto* found = row.if_contains(key)) {
    for (const auto& [name, text] : found->as_object()) result.emplace(name, document::to_text(text));
  }
  return result;
}

/// Calls the function for each row of a table; a failure names the page and what it states.
template <typename Check>
void each_row(const std::string& table, Check check) {
  const auto file = document::Document::load(std::filesystem::path(MLOPS_FIXTURES) / "cases" / (table + ".yml"));
  for (const auto& each : file.value().as_array()) {
    const auto& group = each.as_object();
    INFO("https://learn.microsoft.com/azure/devops/pipelines/process/" << text_at(group, "page") << ": "
                                                                       << text_at(group, "states"));
    REQUIRE_FALSE(text_at(group, "page").empty());
    for (const auto& row : group.at("cases").as_array()) {
      INFO(json::serialize(row));
      check(row.as_object());
    }
  }
}

std::string normalized(const std::string& yaml) {
  return json::serialize(document::Document::parse(yaml, "expected", document::Scalars::as_written).value());
}

// Of a table's pipeline: `TYPE`, `GIVEN` and `ONE` stand for what the row says.
std::string filled_in(std::string pipeline, const json::object& row) {
  pipeline = core::replace_all(std::move(pipeline), "type: TYPE", "type: " + text_at(row, "type"));
  pipeline = core::replace_all(std::move(pipeline), "{GIVEN}", "{" + text_at(row, "replace") + "}");
  return core::replace_all(std::move(pipeline), "value: ONE", "value: " + text_at(row, "replace"));
}

/// The expanded pipeline as one line of JSON, or the error with its place.
std::string expansion(const json::object& row) {
  test::TemporaryFolder folder;
  folder.write("pipeline.yml", filled_in(text_at(row, "pipeline"), row));
  for (const auto& [name, text] : texts_at(row, "files")) folder.write(name, text);
  try {
    const auto yaml = to_yaml(expand(
        {folder.path() / "pipeline.yml", folder.path(), {}, texts_at(row, "given"), texts_at(row, "variables")}));
    return normalized(yaml);
  } catch (const core::Error& error) {
    const auto place = core::to_string(error.place());
    const auto message =
        place.empty() || place.starts_with("--parameter") ? error.message() : place + " " + error.message();
    return "error: " + core::replace_all(message, folder.path().string() + "/", "");
  }
}

Status status_of(const json::object& row, bool canceled) {
  Status status{.results = {}, .canceled = canceled};
  if (const auto* results = row.if_contains("results")) {
    for (const auto& [name, result] : results->as_object()) {
      status.results[core::to_lower(std::string_view(name))] = result_from(document::to_text(result));
    }
  }
  return status;
}

/// Whether the row's condition holds, or the error.
std::string held(const json::object& row) {
  const auto evaluator = expression_evaluator();
  const bool canceled = row.contains("canceled");
  const bool of_step = text_at(row, "of") == "step";
  Scope scope;
  scope.contexts["variables"] = {{"Build.SourceBranch", "refs/heads/main"},
                                 {"Build.Reason", "Manual"},
                                 {"System.debug", "true"},
                                 {"testEmpty", ""}};
  scope.functions = of_step ? step_status_functions(result_from(text_at(row, "so_far")), canceled)
                            : status_functions(status_of(row, canceled));
  try {
    return condition_holds(*evaluator, text_at(row, "condition"), scope, {}) ? "true" : "false";
  } catch (const core::Error& error) {
    return "error: " + error.message();
  }
}

/// What happened in a run: its result, the lines of its steps, and the results of its jobs and stages by name.
std::string happened(const json::object& row) {
  test::RunWorld world;
  const auto result = world.run(text_at(row, "pipeline"));
  json::object seen{{"result", to_string(result)}, {"lines", json::array()}};
  for (const auto& line : world.lines()) seen["lines"].as_array().emplace_back(line);
  json::object results;
  for (const auto& stage : world.record.stages) {
    if (world.record.stages.size() > 1) results[stage.name] = to_string(stage.result);
    for (const auto& [job, one] : stage.job_results) results[job] = to_string(one);
  }
  if (row.contains("results")) {
    for (const auto& [name, expected] : row.at("results").as_object()) seen[name] = results[name];
  }
  return json::serialize(seen);
}

std::string expected_run(const json::object& row) {
  json::object seen{{"result", row.contains("result") ? row.at("result") : "Succeeded"}, {"lines", row.at("lines")}};
  if (row.contains("results")) {
    for (const auto& [name, expected] : row.at("results").as_object()) seen[name] = expected;
  }
  return json::serialize(seen);
}

std::string expected_value(const json::object& row, std::string (*read)(const std::string&)) {
  return row.contains("error") ? "error: " + text_at(row, "error") : read(text_at(row, "gives"));
}

std::string as_it_is(const std::string& text) {
  return text;
}

}  // namespace

TEST_CASE("templates expand as the documentation states") {
  each_row("templates", [](const json::object& row) { CHECK(expansion(row) == expected_value(row, &normalized)); });
}

TEST_CASE("conditions hold as the documentation states") {
  each_row("status", [](const json::object& row) { CHECK(held(row) == expected_value(row, &as_it_is)); });
}

TEST_CASE("runs go as the documentation states") {
  each_row("runs", [](const json::object& row) { CHECK(happened(row) == expected_run(row)); });
}
