#pragma once

#include <mlops/runner/steps/step_run.hpp>

namespace mlops::runner {

/// The one request of an agentless task and what makes it a success, as the handler HttpRequest describes it.
/// https://github.com/microsoft/azure-pipelines-tasks/blob/master/docs/authoring/servertaskauthoring.md
struct HttpCall {
  std::string method;
  std::string url;
  std::string headers;  ///< a JSON object; may be empty
  std::string body;
  std::string expression;            ///< over `root`, the answer; empty: any success status will do
  bool wait_for_completion = false;  ///< until the callee calls back
};

/// Sends the request once, in the connection's name where there is one, and judges the answer. As in the service a
/// request may take 20 seconds; an expression that is false fails the task, and only retryCountOnTaskFailure asks
/// again.
Result run_call(StepRun& run, const HttpCall& call, const Connection* connection);

}  // namespace mlops::runner
