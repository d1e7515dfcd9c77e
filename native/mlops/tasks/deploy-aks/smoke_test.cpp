#include <fmt/format.h>

#include <mlops/aml/json_access.hpp>
#include <mlops/core/text.hpp>
#include <mlops/tasks/deploy-aks/smoke_test.hpp>

namespace mlops::tasks::deploy_aks {

namespace {

constexpr std::chrono::milliseconds k_first_wait{1000};
constexpr std::size_t k_shown = 600;

bool may_become_ready(int status) {
  return status == 0 || status == 404 || status == 408 || status == 424 || status == 429 || status >= 500;
}

std::string shown(const aml::ScoreAnswer& answer) {
  if (answer.status == 0) return answer.problem;
  std::string text = core::truncate_utf8(answer.body, k_shown);
  if (text.size() < answer.body.size()) text += fmt::format(" ... ({} bytes)", answer.body.size());
  return fmt::format("HTTP {} {}", answer.status, text);
}

}  // namespace

int smoke_test(agent::Services& services, aml::OnlineEndpoints& endpoints, const boost::json::value& endpoint,
               const std::string& deployment, const Options& options) {
  const std::string target = deployment.empty() ? fmt::format("the endpoint {}", aml::text_at(endpoint, "name"))
                                                : fmt::format("the deployment {}", deployment);
  auto wait = k_first_wait;
  for (int attempt = 0;; ++attempt) {
    services.cancellation.check();
    const aml::ScoreAnswer answer = endpoints.score(endpoint, deployment, options.sample_request);
    if (answer.status == options.expected_status) {
      services.log.info(fmt::format("Smoke test of {}: {}", target, shown(answer)));
      return answer.status;
    }
    if (attempt >= options.repetitions || !may_become_ready(answer.status)) {
      throw core::Error("smoke-test-failed",
                        fmt::format("{} answered the sample request with {} instead of HTTP {}.", target, shown(answer),
                                    options.expected_status),
                        {}, "The end of the deployment's log stands above.");
    }
    services.log.info(fmt::format("Smoke test of {}: {}; trying again ({} of {}).", target, shown(answer), attempt + 1,
                                  options.repetitions));
    services.sleeper.sleep(wait);
    wait *= 2;
  }
}

}  // namespace mlops::tasks::deploy_aks
