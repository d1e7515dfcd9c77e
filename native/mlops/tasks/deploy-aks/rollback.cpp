#include <fmt/format.h>

#include <mlops/core/text.hpp>
#include <mlops/tasks/deploy-aks/plan.hpp>
#include <mlops/tasks/deploy-aks/rollback.hpp>

namespace mlops::tasks::deploy_aks {

namespace {

constexpr int k_log_lines = 40;

class Rollback {
 public:
  Rollback(agent::Services& services, aml::OnlineEndpoints& endpoints, const Undo& undo)
      : m_services(services), m_endpoints(endpoints), m_undo(undo) {}

  bool run() {
    // With an endpoint goes everything in it.
    const bool served = m_undo.remove_endpoint || !m_undo.restore_traffic || restore_traffic();
    if (m_undo.restore_tag) restore_tag();
    if (m_undo.show_log && !m_services.cancellation.requested()) show_log();
    if (m_undo.remove_endpoint) {
      remove_endpoint();
    } else if (m_undo.remove_deployment && served) {
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
