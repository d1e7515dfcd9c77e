#pragma once

#include <mlops/runner/model/pipeline.hpp>

namespace mlops::runner {

/// A short form of a step: the task behind it and the input that the key's own value fills.
struct ShortForm {
  std::string_view key;
  std::string_view task;
  std::string_view input;  ///< empty: the value says something else, see `finish`
  Pairs fixed;
  std::vector<std::pair<std::string_view, std::string_view>> members;  ///< other keys and the inputs they fill
  std::string_view display_name;                                       ///< without the value
};

/// All of them; the last is `task` itself.
const std::vector<ShortForm>& short_forms();

/// A step as a parameter of the type step or stepList holds it: scripts are the tasks that stand behind them, so that a
/// template can tell what a step runs. Empty for what is no step.
/// https://learn.microsoft.com/azure/devops/pipelines/security/templates
std::optional<boost::json::value> as_task(const boost::json::value& step);

}  // namespace mlops::runner
