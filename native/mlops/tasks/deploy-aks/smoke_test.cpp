#include <fmt/format.h>

#include <mlops/aml/json_access.hpp>
#include <mlops/core/text.hpp>
#include <mlops/tasks/deploy-aks/smoke_test.hpp>

namespace mlops::tasks::deploy_aks {

namespace {

constexpr std::chrono::milliseconds k_first_wait{2000};
constexpr std::size_t k_shown = 600;

bool may_become_ready(int status) {
  return status == 0 || status == 404 || status == 408 || status == 424 || status == 429 || status >= 500;
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

}  // namespace

void smoke_test(agent::Services& services, aml::OnlineEndpoints& endpoints, const Options& options,
                const SmokeTarget& target, SmokeResult& result) {
  auto wait = k_first_wait;
  for (result.attempts = 1;; ++result.attempts) {
    services.cancellation.check();
    const aml::ScoreAnswer answer = endpoints.score(target.endpoint, target.deployment, options.sample_request);
    result.status = answer.status;
    result.answer = shown(answer);
    const std::string problem = complaint(answer, target, options.expected_status);
    if (problem.empty()) {
      services.log.info(fmt::format("Smoke test of {}: {}", name_of(target), result.answer));
      return;
    }
    const bool again = answer.status == options.expected_status || may_become_ready(answer.status);
    if (!again || result.attempts > options.repetitions) {
      throw core::Error("smoke-test-failed", problem, {},
                        "Check the sample request, and the deployment's log above for what the model said.");
    }
    services.log.info(fmt::format("Not ready: {} Trying again in {} s ({} of {}).", problem, wait.count() / 1000,
                                  result.attempts, options.repetitions));
    services.sleeper.sleep(wait);
    wait *= 2;
  }
}

}  // namespace mlops::tasks::deploy_aks
