#include <fmt/format.h>

#include <mlops/runner/tasks/http_call.hpp>
#include <mlops/runner/variables/connection_access.hpp>

namespace mlops::runner {

namespace {

constexpr std::chrono::seconds k_longest_call{20};

http::Headers headers_of(const StepRun& run, const std::string& text) {
  http::Headers headers;
  if (text.empty()) return headers;
  boost::json::error_code failure;
  const auto value = boost::json::parse(text, failure);
  if (failure || !value.is_object()) throw run.error("input-invalid", "the headers are not a JSON object.");
  for (const auto& member : value.get_object()) {
    headers.set(member.key(), member.value().is_string() ? std::string(member.value().get_string())
                                                         : boost::json::serialize(member.value()));
  }
  return headers;
}

// What the expression sees as `root`: the answer's JSON, or its text.
boost::json::value parse_body(const std::string& body) {
  boost::json::error_code failure;
  auto value = boost::json::parse(body, failure);
  return failure ? boost::json::value(body) : value;
}

// The function that the service adds for such expressions.
expression::Value count(const expression::Arguments& arguments) {
  std::size_t members = 0;
  if (const auto* list = arguments[0].list()) members = list->size();
  if (const auto* mapping = arguments[0].mapping()) members = mapping->size();
  return expression::Value::from(boost::json::value(members));
}

http::Response send(const StepRun& run, const HttpCall& call, const Connection* connection) {
  auto& transport = run.job.run.services.transport;
  // A step that runs all the same, to cancel remote work.
  const bool canceled = run.job.run.services.cancellation.requested();
  http::Request request{.method = core::to_upper(call.method),
                        .url = call.url,
                        .headers = headers_of(run, call.headers),
                        .body = call.body,
                        .timeout = k_longest_call,
                        .even_when_cancelled = canceled};
  const auto authorization = connection ? authorization_of(*connection, transport, canceled) : std::string();
  if (!authorization.empty()) {
    run.job.run.masker.add(authorization.substr(authorization.find(' ') + 1));
    request.headers.set("Authorization", authorization);
  }
  run.log.line(fmt::format("{} {}", request.method, request.url));
  return transport.send(request);
}

}  // namespace

Result run_call(StepRun& run, const HttpCall& call, const Connection* connection) {
  if (call.wait_for_completion) {
    throw run.error("callback-impossible", "a REST call that completes by a callback can't run on this machine.",
                    "Use waitForCompletion: \"false\", where the response alone decides.");
  }
  const auto response = send(run, call, connection);
  run.log.line(fmt::format("Response Code: {}", response.status));
  run.log.line("Response: " + response.body);
  if (!response.ok()) {
    run.commands.issue("error", fmt::format("the service answered with status {}", response.status));
    return Result::Failed;
  }
  if (call.expression.empty()) return Result::Succeeded;
  const Scope scope{.contexts = {{"root", parse_body(response.body)}},
                    .functions = {{"count", {.least = 1, .most = 1, .call = count}}}};
  if (run.job.run.evaluator.test(call.expression, scope, run.step.origin)) return Result::Succeeded;
  run.commands.issue("error", fmt::format("the response does not meet the success criteria {}", call.expression));
  return Result::Failed;
}

}  // namespace mlops::runner
