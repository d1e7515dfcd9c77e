#include <fmt/format.h>

#include <mlops/runner/tasks/table.hpp>

namespace mlops::runner {

namespace {

constexpr core::Milliseconds k_slice{500};  // between two looks at whether to stop

const Connection& connection_of(const StepRun& run) {
  auto name = run.input("connectedServiceName", run.input("serviceConnection"));
  const bool azure = core::equals_ignoring_case(run.input("connectionType"), "connectedServiceNameARM");
  if (azure || name.empty()) name = run.input("connectedServiceNameARM", run.input("azureServiceConnection", name));
  if (const auto* connection = run.job.run.connections.find(name)) return *connection;
  throw run.error("connection-missing", fmt::format("there is no service connection \"{}\".", name),
                  fmt::format("Give its values with --connection {}=FILE.", name));
}

std::string value_of(const Connection& connection, const std::string& before, const std::string& after = {}) {
  const auto found = connection.environment.find(before + connection.key + after);
  return found == connection.environment.end() ? std::string() : found->second;
}

http::Headers headers_of(const StepRun& run, const Connection& connection) {
  http::Headers headers;
  const auto text = run.input("headers");
  if (!text.empty()) {
    boost::json::error_code failure;
    const auto value = boost::json::parse(text, failure);
    if (failure || !value.is_object()) throw run.error("input-invalid", "the headers are not a JSON object.");
    for (const auto& member : value.get_object()) {
      headers.set(member.key(), member.value().is_string() ? std::string(member.value().get_string())
                                                           : boost::json::serialize(member.value()));
    }
  }
  const auto token = value_of(connection, "ENDPOINT_AUTH_PARAMETER_", "_ACCESSTOKEN");
  if (!token.empty()) headers.set("Authorization", "Bearer " + token);
  return headers;
}

// What the criteria see as `root`: the answer's JSON, or its text.
boost::json::value parse_body(const std::string& body) {
  boost::json::error_code failure;
  auto value = boost::json::parse(body, failure);
  return failure ? boost::json::value(body) : value;
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
  const auto& connection = connection_of(run);
  for (const auto& secret : secrets_of(connection)) run.job.run.masker.add(secret);
  if (core::equals_ignoring_case(run.input("waitForCompletion"), "true")) {
    throw run.error("callback-impossible", "a REST call that completes by a callback can't run on this machine.",
                    "Use waitForCompletion: \"false\", where the response alone decides.");
  }
  http::Request request{.method = core::to_upper(run.input("method", "POST")),
                        .url = value_of(connection, "ENDPOINT_URL_") + run.input("urlSuffix"),
                        .headers = headers_of(run, connection),
                        .body = run.input("body")};
  run.log.line(fmt::format("{} {}", request.method, request.url));
  const auto response = run.job.run.services.transport.send(request);
  run.log.line(fmt::format("Response Code: {}", response.status));
  run.log.line("Response: " + response.body);
  const auto criteria = run.input("successCriteria");
  if (!response.ok()) {
    run.commands.issue("error", fmt::format("the service answered with status {}", response.status));
    return Result::Failed;
  }
  if (criteria.empty()) return Result::Succeeded;
  Scope scope{.contexts = {{"root", parse_body(response.body)}}};
  if (run.job.run.evaluator.test(criteria, scope, run.step.origin)) return Result::Succeeded;
  run.commands.issue("error", fmt::format("the response does not meet the success criteria {}", criteria));
  return Result::Failed;
}

}  // namespace mlops::runner
