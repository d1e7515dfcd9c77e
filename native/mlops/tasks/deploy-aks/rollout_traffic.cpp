#include <fmt/format.h>

#include <mlops/aml/json_access.hpp>
#include <mlops/tasks/deploy-aks/rollout.hpp>

// The second half of a rollout: from a deployment that is ready to one that serves.

namespace mlops::tasks::deploy_aks {

void Rollout::test_deployment() {
  if (!has_sample()) {
    return m_log.warning("no sample request is given: the deployment gets traffic untested.", {}, "smoke-test-missing");
  }
  if (m_services.dry_run) {
    return m_log.info(fmt::format("would POST the sample request to the endpoint with the header {}: {}\n{}",
                                  aml::k_deployment_header, m_outcome.deployment, m_options.sample_request));
  }
  smoke_test(m_services, m_endpoints, m_options, {m_outcome.endpoint, m_outcome.deployment, m_outcome.deployment},
             m_outcome.alone);
}

void Rollout::check_scoring_address() {
  if (has_sample()) accept_scoring_address(m_services.log, m_outcome.endpoint, m_options.allow_insecure_scoring);
}

void Rollout::shift_traffic() {
  const std::string& endpoint = m_documents.endpoint.name;
  m_services.cancellation.check();
  aml::Traffic now = aml::traffic_of(m_outcome.endpoint);
  const aml::Traffic after = traffic_after(m_outcome.before, m_outcome.deployment, m_options.traffic);
  if (to_tag(after) == to_tag(now)) {
    m_log.info(fmt::format("The traffic stays: {}.", to_text(after)));
    m_outcome.after = now;
    return;
  }
  if (!m_services.dry_run) {
    // Creating a deployment takes minutes; what else was changed meanwhile must not be lost.
    const auto fresh = m_endpoints.find(endpoint);
    if (!fresh) throw core::Error("not-found", fmt::format("the endpoint \"{}\" is gone.", endpoint));
    if (to_tag(aml::traffic_of(*fresh)) != to_tag(now)) {
      m_undo.restore_traffic = false;
      throw core::Error(
          "traffic-changed",
          fmt::format("the traffic of the endpoint \"{}\" was {} and is now {}: somebody else changes it.", endpoint,
                      to_text(now), to_text(aml::traffic_of(*fresh))),
          {}, "Let only one run at a time deploy to an endpoint, e.g. with an exclusive lock.");
    }
    m_outcome.endpoint = *fresh;
    m_undo.endpoint = *fresh;
  }
  m_log.info(fmt::format("Traffic: {} -> {}.", to_text(now), to_text(after)));
  m_progress.begin(fmt::format("The endpoint {}", endpoint));
  m_undo.restore_traffic = true;
  m_outcome.endpoint = m_endpoints.set_traffic(m_outcome.endpoint, after, false);
  m_outcome.after = after;
}

void Rollout::test_in_traffic() {
  const auto share = m_outcome.after.find(m_outcome.deployment);
  if (!has_sample() || m_services.dry_run || share == m_outcome.after.end() || share->second == 0) return;
  const std::string answerer = share->second == 100 ? m_outcome.deployment : std::string();
  smoke_test(m_services, m_endpoints, m_options, {m_outcome.endpoint, "", answerer}, m_outcome.in_traffic);
}

void Rollout::commit() {
  m_services.cancellation.check();
  if (m_outcome.adopted && !is_trial(m_deployment)) return;
  json::object tags = aml::object_at(m_deployment, "tags");
  tags[k_phase] = k_live;
  m_progress.begin(fmt::format("The deployment {}", m_outcome.deployment));
  m_endpoints.set_deployment_tags(m_documents.endpoint.name, m_outcome.deployment, tags);
}

void Rollout::remove_old() {
  m_outcome.result = Result::live;
  if (!m_options.remove_old || m_undo.remove_endpoint) return;
  std::vector<std::string> names;
  for (const auto& deployment : m_deployments) {
    const std::string name = aml::text_at(deployment, "name");
    const auto had = m_outcome.before.find(name);
    if (!m_options.keep_previous || had == m_outcome.before.end() || had->second == 0) names.push_back(name);
  }
  const std::string& endpoint = m_documents.endpoint.name;
  json::value serving = m_outcome.endpoint;
  if (m_services.dry_run) serving = aml::with_traffic(serving, m_outcome.after);
  for (const auto& name : removable(m_endpoints.deployments(endpoint), serving, names, m_outcome.deployment)) {
    m_log.info(fmt::format("Deleting the deployment {}, which has no traffic any more.", name));
    m_progress.begin(fmt::format("The old deployment {}", name));
    try {
      m_endpoints.remove_deployment(endpoint, name, false);
      m_outcome.removed.push_back(name);
    } catch (const core::Cancelled&) {
      throw;
    } catch (const core::Error& error) {
      m_outcome.leftovers = true;
      m_log.warning(
          fmt::format("the deployment {} could not be deleted: {} The next run tries again.", name, error.what()), {},
          "old-deployment");
    }
  }
}

void Rollout::undo() {
  if (m_services.dry_run) return;
  const bool nothing = !m_undo.restore_traffic && !m_undo.remove_deployment && !m_undo.remove_endpoint;
  const bool complete = roll_back(m_services, m_endpoints, m_undo);
  m_outcome.after = m_outcome.before;
  m_outcome.result = !complete ? Result::rollback_failed : nothing ? Result::unchanged : Result::rolled_back;
}

}  // namespace mlops::tasks::deploy_aks
