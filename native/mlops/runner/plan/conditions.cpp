#include <mlops/core/text.hpp>
#include <mlops/document/document.hpp>
#include <mlops/runner/plan/conditions.hpp>

namespace mlops::runner {

namespace {

using Arguments = std::vector<boost::json::value>;

// The results a status function looks at; a name that came not before counts as skipped.
std::vector<Result> looked_at(const Status& status, const Arguments& names) {
  std::vector<Result> result;
  if (names.empty()) {
    for (const auto& [name, one] : status.results) result.push_back(one);
    return result;
  }
  for (const auto& name : names) {
    const auto found = status.results.find(core::to_lower(document::to_text(name)));
    result.push_back(found == status.results.end() ? Result::Skipped : found->second);
  }
  return result;
}

bool all_succeeded(const std::vector<Result>& results) {
  return std::all_of(results.begin(), results.end(), is_success);
}

bool any_failed(const std::vector<Result>& results) {
  return std::find(results.begin(), results.end(), Result::Failed) != results.end();
}

bool all_ran(const std::vector<Result>& results) {
  return std::all_of(results.begin(), results.end(),
                     [](Result result) { return is_success(result) || result == Result::Failed; });
}

}  // namespace

std::map<std::string, ExpressionFunction> status_functions(const Status& status) {
  return {{"succeeded",
           [status](const Arguments& names) {
             return boost::json::value(!status.canceled && all_succeeded(looked_at(status, names)));
           }},
          {"failed",
           [status](const Arguments& names) {
             return boost::json::value(!status.canceled && any_failed(looked_at(status, names)));
           }},
          {"succeededOrFailed",
           [status](const Arguments& names) {
             return boost::json::value(!status.canceled && all_ran(looked_at(status, names)));
           }},
          {"always", [](const Arguments&) { return boost::json::value(true); }},
          {"canceled", [status](const Arguments&) { return boost::json::value(status.canceled); }}};
}

std::map<std::string, ExpressionFunction> step_status_functions(Result so_far, bool canceled) {
  return {{"succeeded", [=](const Arguments&) { return boost::json::value(!canceled && is_success(so_far)); }},
          {"failed", [=](const Arguments&) { return boost::json::value(!canceled && so_far == Result::Failed); }},
          {"succeededOrFailed", [=](const Arguments&) { return boost::json::value(!canceled); }},
          {"always", [](const Arguments&) { return boost::json::value(true); }},
          {"canceled", [=](const Arguments&) { return boost::json::value(canceled); }}};
}

bool condition_holds(const Evaluator& evaluator, const std::string& condition, const Scope& scope,
                     const Origin& origin) {
  if (core::trim(condition).empty()) return scope.functions.at("succeeded")({}).as_bool();
  return evaluator.test(condition, scope, origin);
}

}  // namespace mlops::runner
