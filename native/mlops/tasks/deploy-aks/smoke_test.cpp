#include <fmt/format.h>

#include <mlops/aml/json_access.hpp>
#include <mlops/core/text.hpp>
#include <mlops/http/url.hpp>
#include <mlops/tasks/deploy-aks/smoke_test.hpp>

namespace mlops::tasks::deploy_aks {

namespace {

constexpr std::chrono::milliseconds k_first_wait{2000};
constexpr std::size_t k_shown = 600;

int status_of(const aml::ScoreAnswer& answer) {
  return answer.container_status != 0 ? answer.container_status : answer.status;
}

// A deployment that says 404 itself has no such route, and won't get one.
bool may_become_ready(const aml::ScoreAnswer& answer) {
  const int status = status_of(answer);
  if (status == 404) return answer.container_status == 0 && answer.deployment.empty();
  return status == 0 || status == 408 || status == 424 || status == 429 || status >= 500;
}

const char* hint_of(const aml::ScoreAnswer& answer) {
  if (may_become_ready(answer) || status_of(answer) < 400) {
    return "Check the sample request, and the deployment's log above for what the model said.";
  }
  switch (status_of(answer)) {
    case 401:
      return "The endpoint refuses its own key or token: compare auth_mode in the endpoint file with the endpoint, and "
             "let nobody regenerate the keys meanwhile.";
    case 403:
      return "Give the service connection's identity the action onlineEndpoints/score on the endpoint, and let the "
             "agent run where the endpoint's network rules admit it.";
    case 404:
      return "The deployment serves no such path: compare scoring_route in inference_config with the container.";
    default:
      return "The deployment runs but doesn't take this request: compare the sample request with what the model "
             "expects.";
  }
}

std::string shown(const aml::ScoreAnswer& answer) {
  if (answer.status == 0) return answer.problem;
  const std::string body(core::trim(answer.body));
  std::string text = core::truncate_utf8(body, k_shown);
  if (text.size() < body.size()) text += fmt::format(" ... ({} bytes)", body.size());
  return fmt::format("HTTP {} {}", answer.status, text);
}

std::string name_of(const SmokeTarget& target) {
  return target.deployment.empty() ? fmt::format("the endpoint {}", aml::text_at(target.endpoint, "name"))
                                   : fmt::format("the deployment {}", target.deployment);
}

/// Why the answer is not the wanted one; empty when it is.
std::string complaint(const aml::ScoreAnswer& answer, const SmokeTarget& target, int expected_status) {
  if (answer.status == 0)
    return fmt::format("{} did not answer the sample request: {}", name_of(target), answer.problem);
  if (answer.status != expected_status) {
    return fmt::format("{} answered the sample request with {} instead of HTTP {}.", name_of(target), shown(answer),
                       expected_status);
  }
  if (!target.answerer.empty() && !answer.deployment.empty() && answer.deployment != target.answerer) {
    return fmt::format("the sample request to {} was answered by the deployment {} instead of {}.", name_of(target),
                       answer.deployment, target.answerer);
  }
  return {};
}

/// One attempt. What a repetition can't mend (an untrusted certificate, a refused address) ends the test.
aml::ScoreAnswer ask(aml::OnlineEndpoints& endpoints, const Options& options, const SmokeTarget& target,
                     SmokeResult& result) {
  try {
    return endpoints.score(target.endpoint, target.deployment, options.sample_request, options.allow_insecure_scoring);
  } catch (const http::TransportError& failure) {
    result.answer = failure.message();
    throw core::Error("smoke-test-failed", fmt::format("{} can't be asked: {}", name_of(target), failure.message()),
                      failure.place(), failure.hint());
  }
}

}  // namespace

void accept_scoring_address(agent::Log& log, const boost::json::value& endpoint, bool allow_insecure) {
  const std::string address = aml::text_at(endpoint, "properties.scoringUri");
  if (address.empty()) return;
  const http::Url parts = http::parse_url(address);
  if (parts.scheme != "http" || http::is_loopback(parts.host)) return;
  const bool by_identity = aml::text_at(endpoint, "properties.authMode") == "AADToken";
  if (allow_insecure && !by_identity) {
    return log.warning(
        fmt::format("the sample request goes to {} without TLS (allowInsecureScoring): the endpoint's key travels in "
                    "clear text.",
                    http::loggable(address)),
        {}, "scoring-insecure");
  }
  throw core::Error(
      "scoring-insecure",
      fmt::format("the endpoint \"{}\" is asked over plain http at {}: the {} would travel in clear text.",
                  aml::text_at(endpoint, "name"), http::loggable(address),
                  by_identity ? "service connection's token" : "endpoint's key"),
      {},
      fmt::format("Give the cluster's Azure ML extension a certificate (sslCertPemFile and sslKeyPemFile, or "
                  "sslSecret), {}or leave sampleRequest empty.",
                  by_identity ? "" : "accept it with the input allowInsecureScoring (--allow-insecure-scoring), "));
}

void smoke_test(agent::Services& services, aml::OnlineEndpoints& endpoints, const Options& options,
                const SmokeTarget& target, SmokeResult& result) {
  auto wait = k_first_wait;
  for (result.attempts = 1;; ++result.attempts) {
    services.cancellation.check();
    const aml::ScoreAnswer answer = ask(endpoints, options, target, result);
    result.status = answer.status;
    result.answer = shown(answer);
    const std::string problem = complaint(answer, target, options.expected_status);
    if (problem.empty()) {
      services.log.info(fmt::format("Smoke test of {}: {}", name_of(target), result.answer));
      return;
    }
    const bool again = answer.status == options.expected_status || may_become_ready(answer);
    if (!again || result.attempts > options.repetitions) {
      throw core::Error("smoke-test-failed", problem, {}, hint_of(answer));
    }
    services.log.info(fmt::format("Not ready: {} Trying again in {} s ({} of {}).", problem, wait.count() / 1000,
                                  result.attempts, options.repetitions));
    services.sleeper.sleep(wait);
    wait *= 2;
  }
}

}  // namespace mlops::tasks::deploy_aks
