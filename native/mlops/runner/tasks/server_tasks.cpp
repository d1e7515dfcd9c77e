#include <fmt/format.h>

#include <mlops/runner/steps/task_inputs.hpp>
#include <mlops/runner/tasks/http_call.hpp>
#include <mlops/runner/tasks/table.hpp>
#include <mlops/runner/variables/connection_access.hpp>

namespace mlops::runner {

namespace {

constexpr core::Milliseconds k_slice{500};  // between two looks at whether to stop

std::string connection_name(const StepRun& run) {
  auto name = run.input("connectedServiceName", run.input("serviceConnection"));
  const bool azure = core::equals_ignoring_case(run.input("connectionType"), "connectedServiceNameARM");
  if (!azure && !name.empty()) return name;
  return run.input("connectedServiceNameARM",
                   run.input("azureServiceConnection", run.input("azureSubscription", std::move(name))));
}

}  // namespace

Result run_manual_validation(StepRun& run) {
  const auto instructions = run.input("instructions");
  if (!instructions.empty()) run.log.line(instructions);
  const auto name = run.job.instance.job->name;
  const auto decision = run.job.run.approvals.decide(name, run.job.run.masker.mask(instructions));
  if (decision.approved) {
    run.log.line(fmt::format("Resumed ({})", decision.how));
    return Result::Succeeded;
  }
  run.commands.issue("error", fmt::format("Rejected ({})", decision.how));
  return Result::Failed;
}

Result run_delay(StepRun& run) {
  const auto text = run.input("delayForMinutes", "0");
  std::size_t used = 0;
  double minutes = -1;
  try {
    minutes = std::stod(text, &used);
  } catch (const std::exception&) {
    used = 0;
  }
  if (used != text.size() || minutes < 0) {
    throw run.error("input-invalid", fmt::format("delayForMinutes \"{}\" is not a number of minutes.", text));
  }
  const auto until = run.job.run.services.clock.now() + std::chrono::milliseconds(static_cast<long>(minutes * 60'000));
  while (run.job.run.services.clock.now() < until) {
    if (run.stop()) return Result::Canceled;
    const auto left = std::chrono::ceil<core::Milliseconds>(until - run.job.run.services.clock.now());
    run.job.run.services.sleeper.sleep(std::min(left, k_slice));
  }
  return Result::Succeeded;
}

Result run_invoke_rest(StepRun& run) {
  const auto& connection = require_connection(run, connection_name(run));
  return run_call(run,
                  {.method = run.input("method", "POST"),
                   .url = url_of(connection) + run.input("urlSuffix"),
                   .headers = run.input("headers"),
                   .body = run.input("body"),
                   .expression = run.input("successCriteria"),
                   .wait_for_completion = run.flag("waitForCompletion")},
                  &connection);
}

}  // namespace mlops::runner
