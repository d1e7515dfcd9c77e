#include <fmt/format.h>

#include <mlops/aml/json_access.hpp>
#include <mlops/tasks/deploy-aks/rollout.hpp>
#include <mlops/tasks/deploy-aks/smoke_test.hpp>

namespace mlops::tasks::deploy_aks {

namespace {

constexpr std::chrono::seconds k_poll{3};
constexpr int k_log_lines = 40;

}  // namespace

Rollout::Rollout(agent::Services& services, aml::OnlineEndpoints& endpoints, const Options& options)
    : m_services(services), m_endpoints(endpoints), m_options(options) {}

Outcome Rollout::run(const aml::CompiledEndpoint& endpoint, aml::CompiledEndpoint deployment,
                     const std::string& model_version) {
  m_endpoint = endpoint.name;
  const std::string hash = content_hash(deployment.body);
  json::object& tags = deployment.body["tags"].is_object() ? deployment.body["tags"].get_object()
                                                           : deployment.body["tags"].emplace_object();
  tags[k_managed_by] = k_us;
  tags[k_content] = hash;
  try {
    ensure_endpoint(endpoint);
    m_outcome.before = aml::traffic_of(m_outcome.endpoint);
    m_outcome.deployment = choose_name(model_version, hash);
    ensure_deployment(deployment.body, hash);
    if (!m_options.sample_request.empty() && !m_services.dry_run) {
      m_outcome.smoke_status =
          smoke_test(m_services, m_endpoints, m_outcome.endpoint, m_outcome.deployment, m_options);
    }
    shift_traffic();
    return m_outcome;
  } catch (const std::exception&) {
    roll_back();
    throw;
  }
}

void Rollout::ensure_endpoint(const aml::CompiledEndpoint& endpoint) {
  if (auto there = m_endpoints.find(endpoint.name)) {
    m_services.log.info(fmt::format("The endpoint {} is there; its traffic: {}.", endpoint.name,
                                    to_text(aml::traffic_of(*there))));
    m_outcome.endpoint = std::move(*there);
    return;
  }
  m_services.log.info(fmt::format("Creating the endpoint {}.", endpoint.name));
  m_endpoint_is_new = true;
  m_outcome.endpoint = m_endpoints.put(endpoint.name, endpoint.body);
}

std::string Rollout::choose_name(const std::string& model_version, const std::string& hash) {
  if (!m_options.deployment_name.empty()) return m_options.deployment_name;
  const auto candidates = name_candidates(model_version, hash);
  const auto there = m_endpoint_is_new ? std::nullopt : m_endpoints.find_deployment(m_endpoint, candidates.front());
  // The same version with other settings serves already: the new one stands beside it until the traffic has moved.
  return judge(there, hash, m_outcome.before) == Existing::other ? candidates.back() : candidates.front();
}

/// Waits until a deployment of our name is not being changed any more.
Existing Rollout::settle(const std::string& hash) {
  const auto deadline = m_services.clock.now() + m_options.timeout;
  bool told = false;
  for (;;) {
    const auto there = m_endpoints.find_deployment(m_endpoint, m_outcome.deployment);
    const Existing existing = judge(there, hash, m_outcome.before);
    if (existing != Existing::wait) return existing;
    m_services.cancellation.check();
    if (m_services.clock.now() >= deadline) {
      throw core::Error("operation-timeout",
                        fmt::format("the deployment \"{}\" is still {} after {} minutes.", m_outcome.deployment,
                                    aml::text_at(*there, "properties.provisioningState"), m_options.timeout.count()),
                        {}, "Run this again later, or give it more time with timeoutMinutes.");
    }
    if (!told) m_services.log.info(fmt::format("Waiting for the deployment {}.", m_outcome.deployment));
    told = true;
    m_services.sleeper.sleep(k_poll);
  }
}

void Rollout::ensure_deployment(const json::object& body, const std::string& hash) {
  const std::string& name = m_outcome.deployment;
  const Existing existing = m_endpoint_is_new ? Existing::none : settle(hash);
  if (existing == Existing::other) {
    throw core::Error("deployment-in-use",
                      fmt::format("the deployment \"{}\" holds something else and has traffic.", name), {},
                      "Leave deploymentName empty or name another one: a deployment in service is never changed.");
  }
  const auto share = m_outcome.before.find(name);
  // One that serves already must survive a rollback.
  m_deployment_is_ours = share == m_outcome.before.end() || share->second == 0;
  if (existing == Existing::adopt) {
    m_services.log.info(fmt::format("The deployment {} holds this model and these settings already.", name));
    m_outcome.adopted = true;
    return;
  }
  if (existing == Existing::replace) {
    m_services.log.info(fmt::format("Removing the deployment {} that an earlier run left unfinished.", name));
    m_endpoints.remove_deployment(m_endpoint, name, false);
  }
  m_services.log.info(fmt::format("Creating the deployment {} without traffic.", name));
  m_endpoints.put_deployment(m_endpoint, name, body);
}

void Rollout::shift_traffic() {
  m_outcome.after = traffic_after(m_outcome.before, m_outcome.deployment, m_options.traffic);
  if (m_outcome.after == m_outcome.before) return;
  m_services.cancellation.check();
  m_services.log.info(fmt::format("Traffic: {} -> {}.", to_text(m_outcome.before), to_text(m_outcome.after)));
  if (m_services.dry_run && m_endpoint_is_new) return;
  m_traffic_touched = true;
  m_endpoints.set_traffic(m_endpoint, m_outcome.after, false);
  if (m_options.sample_request.empty() || m_services.dry_run) return;
  m_outcome.smoke_status = smoke_test(m_services, m_endpoints, m_outcome.endpoint, "", m_options);
}

// Each step on its own: one that fails must not keep the others from being tried, nor hide the error that led here.
void Rollout::attempt(const std::string& what, const std::function<void()>& step) {
  try {
    m_services.log.info(what + ".");
    step();
  } catch (const std::exception& failure) {
    m_services.log.warning(fmt::format("{} failed: {}", what, failure.what()), {}, "rollback");
  }
}

void Rollout::roll_back() {
  if (m_services.dry_run) return;
  const std::string& name = m_outcome.deployment;
  if (m_traffic_touched) {
    attempt(fmt::format("Rolling back: traffic to {}", to_text(m_outcome.before)),
            [&] { m_endpoints.set_traffic(m_endpoint, m_outcome.before, true); });
  }
  if (m_deployment_is_ours) {
    attempt(fmt::format("The end of the log of {}", name),
            [&] { m_services.log.foreign(name, m_endpoints.logs(m_endpoint, name, k_log_lines)); });
    attempt(fmt::format("Rolling back: removing the deployment {}", name),
            [&] { m_endpoints.remove_deployment(m_endpoint, name, true); });
  }
  if (m_endpoint_is_new) {
    attempt(fmt::format("Rolling back: removing the endpoint {} that this run created", m_endpoint),
            [&] { m_endpoints.remove(m_endpoint, true); });
  }
}

}  // namespace mlops::tasks::deploy_aks
