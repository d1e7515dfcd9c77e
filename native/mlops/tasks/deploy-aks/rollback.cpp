#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <mlops/core/text.hpp>
#include <mlops/tasks/deploy-aks/plan.hpp>
#include <mlops/tasks/deploy-aks/rollback.hpp>

namespace mlops::tasks::deploy_aks {

namespace {

constexpr int k_log_lines = 40;

// The agent ends a task this long after the first signal, unless the pipeline sets the variable.
constexpr const char* k_patience_variable = "PROCESS_SIGINT_TIMEOUT";
constexpr std::int64_t k_patience_ms = 7500;
// What the other requests of a roll-back may take of it.
constexpr std::int64_t k_requests_ms = 4500;
constexpr std::int64_t k_longest_grace_ms = 20'000;

// How long a change of the traffic may be waited for after a stop.
std::chrono::milliseconds grace(const agent::Variables& variables) {
  const std::string given = variables.get(k_patience_variable);
  std::int64_t patience = k_patience_ms;
  std::from_chars(given.data(), given.data() + given.size(), patience);
  return std::chrono::milliseconds(std::clamp<std::int64_t>(patience - k_requests_ms, 0, k_longest_grace_ms));
}

class Rollback {
 public:
  Rollback(agent::Services& services, aml::OnlineEndpoints& endpoints, const Undo& undo)
      : m_services(services), m_endpoints(endpoints), m_undo(undo) {}

  bool run() {
    // With an endpoint goes everything in it.
    const bool served = m_undo.remove_endpoint || !m_undo.restore_traffic || restore_traffic();
    if (m_undo.restore_tag) served ? restore_tag() : keep_tag();
    if (m_undo.show_log && !m_services.cancellation.requested()) show_log();
    if (m_undo.remove_endpoint) {
      remove_endpoint();
    } else if (m_undo.remove_deployment && served && is_free()) {
      remove_deployment();
    }
    return m_complete;
  }

 private:
  bool attempt(const std::string& what, const std::string& by_hand, const std::function<void()>& step) {
    try {
      m_services.log.info(fmt::format("Rolling back: {}.", what));
      step();
      return true;
    } catch (const core::Cancelled&) {
      return true;  // stopped while waiting for the end; the request itself was sent
    } catch (const std::exception& failure) {
      m_services.log.warning(fmt::format("rolling back ({}) failed: {} {}", what, failure.what(), by_hand), {},
                             "rollback-failed");
      m_complete = false;
      return false;
    }
  }

  bool restore_traffic() {
    return attempt(fmt::format("the traffic becomes {} again", to_text(m_undo.traffic)),
                   fmt::format("Set the traffic of {} to {} by hand; the deployment {} is kept until then.",
                               m_undo.endpoint_name, to_text(m_undo.traffic), m_undo.deployment),
                   [&] { m_endpoints.set_traffic(m_undo.endpoint, m_undo.traffic, true); });
  }

  void restore_tag() {
    attempt("the model's tag goes back", "Check the tags of the model's versions.", m_undo.restore_tag);
  }

  // The traffic stays where it is, and so does the tag.
  void keep_tag() {
    m_services.log.warning("the model's tag stays with the traffic; the next run puts both right.", {},
                           "rollback-failed");
  }

  // The service refuses to delete a deployment while the traffic is being changed. Without a stop that was waited for.
  bool is_free() {
    if (!m_undo.restore_traffic || !m_services.cancellation.requested()) return true;
    bool settled = false;
    try {
      settled = m_endpoints.settles_within(m_undo.endpoint_name, grace(m_services.variables));
    } catch (const std::exception& failure) {
      m_services.log.info(fmt::format("The endpoint {} can't be read: {}", m_undo.endpoint_name, failure.what()));
    }
    if (settled) return true;
    m_services.log.warning(
        fmt::format("the traffic of {} is still being changed, so the deployment {} stays, without traffic; the next "
                    "run takes it up or deletes it.",
                    m_undo.endpoint_name, m_undo.deployment),
        {}, "rollback-unfinished");
    m_complete = false;
    return false;
  }

  void show_log() {
    std::string log;
    try {
      log = m_endpoints.logs(m_undo.endpoint_name, m_undo.deployment, k_log_lines);
    } catch (const std::exception& failure) {
      m_services.log.info(fmt::format("The log of {} can't be read: {}", m_undo.deployment, failure.what()));
      return;
    }
    if (core::trim(log).empty()) return m_services.log.info(fmt::format("The log of {} is empty.", m_undo.deployment));
    m_services.log.info(fmt::format("The last lines of the log of {}:", m_undo.deployment));
    m_services.log.foreign(m_undo.deployment, log);
  }

  void remove_deployment() {
    attempt(fmt::format("the deployment {} is deleted", m_undo.deployment),
            "It has no traffic; the next run deletes it or takes it up.",
            [&] { m_endpoints.remove_deployment(m_undo.endpoint_name, m_undo.deployment, true); });
  }

  void remove_endpoint() {
    attempt(fmt::format("the endpoint {}, made by this run, is deleted", m_undo.endpoint_name),
            "Delete it by hand, or let the next run take it up.",
            [&] { m_endpoints.remove(m_undo.endpoint_name, true); });
  }

  agent::Services& m_services;
  aml::OnlineEndpoints& m_endpoints;
  const Undo& m_undo;
  bool m_complete = true;
};

}  // namespace

bool roll_back(agent::Services& services, aml::OnlineEndpoints& endpoints, const Undo& undo) {
  return Rollback(services, endpoints, undo).run();
}

}  // namespace mlops::tasks::deploy_aks
