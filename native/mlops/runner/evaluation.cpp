#include <mlops/core/text.hpp>
#include <mlops/runner/evaluation.hpp>

namespace mlops::runner {

void see_start_time(Scope& scope, core::SystemTime started) {
  const auto text = core::to_iso8601(started);
  scope.contexts["pipeline"] = boost::json::object{{"startTime", text}};
  if (const auto date = expression::DateTime::parse(text)) scope.typed = {{"pipeline", "startTime", *date}};
}

std::string runtime_expression(std::string_view text) {
  const auto trimmed = core::trim(text);
  if (!trimmed.starts_with("$[") || !trimmed.ends_with(']')) return {};
  return std::string(core::trim(trimmed.substr(2, trimmed.size() - 3)));
}

}  // namespace mlops::runner
