#include <fmt/format.h>

#include <algorithm>
#include <mlops/aml/json_access.hpp>
#include <mlops/tasks/deploy-aks/rollback_target.hpp>
#include <mlops/tasks/deploy-aks/rollout.hpp>

namespace mlops::tasks::deploy_aks {

namespace {

constexpr std::chrono::seconds k_poll{5};

std::string state_of(const json::value& resource) {
  return aml::text_at(resource, "properties.provisioningState");
}

}  // namespace

Rollout::Rollout(aml::Workspace& workspace, const Options& options, const Documents& documents, Outcome& outcome)
    : m_workspace(workspace),
      m_services(workspace.services()),
      m_log(workspace.services().log),
      m_options(options),
      m_documents(documents),
      m_outcome(outcome),
      m_endpoints(workspace),
      m_progress(workspace.services()),
      m_hash(content_hash(documents.deployment.body)) {
  m_undo.endpoint_name = documents.endpoint.name;
  workspace.manager().set_operation_timeout(options.timeout);
  workspace.manager().on_progress([this](const std::string& state) { m_progress.show(state); });
}

void Rollout::run() {
  try {
    ensure_endpoint();
    look_around();
    choose_deployment();
    reconcile_tag();
    check_scoring_address();
    ensure_deployment();
    test_deployment();
    shift_traffic();
    test_in_traffic();
    tag_model();
    commit();
  } catch (const std::exception&) {
    undo();
    throw;
  }
  remove_old();
}

std::optional<json::value> Rollout::settled(const std::string& what,
                                            const std::function<std::optional<json::value>()>& find) {
  const auto deadline = m_services.clock.now() + m_options.timeout;
  m_progress.begin(what);
  for (;;) {
    auto there = find();
    if (!there || !aml::is_in_transition(*there) || m_services.dry_run) return there;
    m_progress.show(state_of(*there));
    if (m_services.clock.now() >= deadline) {
      throw core::Error(
          "operation-timeout",
          fmt::format("{} is still {} after {} minutes.", what, state_of(*there), m_options.timeout.count()), {},
          "Run this again later, or give it more time with timeoutMinutes.");
    }
    m_services.sleeper.sleep(k_poll);
    m_services.cancellation.check();
  }
}

void Rollout::ensure_endpoint() {
  const aml::CompiledEndpoint& wanted = m_documents.endpoint;
  auto there = settled(fmt::format("The endpoint {}", wanted.name), [&] { return m_endpoints.find(wanted.name); });
  if (!there) return create_endpoint();
  if (aml::is_on_kubernetes(*there) != aml::is_on_kubernetes(wanted.body)) {
    throw core::Error("endpoint-kind",
                      fmt::format("the endpoint \"{}\" exists and is {}, but the file describes one that is {}.",
                                  wanted.name, aml::is_on_kubernetes(*there) ? "on Kubernetes" : "managed",
                                  aml::is_on_kubernetes(wanted.body) ? "on Kubernetes" : "managed"),
                      wanted.place, "An endpoint can't change its kind: name another one.");
  }
  if (state_of(*there) == "Failed") {
    m_log.info(fmt::format("The endpoint {} failed earlier: writing it anew.", wanted.name));
    json::object body = aml::with_traffic(wanted.body, aml::traffic_of(*there));
    m_outcome.endpoint = m_endpoints.put(wanted.name, body);
    return;
  }
  m_log.info(fmt::format("The endpoint {} is there; its traffic: {}.", wanted.name, to_text(aml::traffic_of(*there))));
  m_outcome.endpoint = std::move(*there);
}

void Rollout::create_endpoint() {
  const aml::CompiledEndpoint& wanted = m_documents.endpoint;
  m_log.info(fmt::format("Creating the endpoint {}.", wanted.name));
  m_undo.remove_endpoint = true;
  m_outcome.endpoint = m_endpoints.put(wanted.name, wanted.body);
  if (m_services.dry_run) m_outcome.endpoint.as_object()["name"] = wanted.name;
}

void Rollout::look_around() {
  if (!m_undo.remove_endpoint) m_deployments = m_endpoints.deployments(m_documents.endpoint.name);
  m_outcome.before = aml::traffic_of(m_outcome.endpoint);
  m_outcome.after = m_outcome.before;
  m_undo.endpoint = m_outcome.endpoint;
  m_undo.traffic = m_outcome.before;
}

std::vector<std::string> Rollout::wanted_names() const {
  if (!m_options.deployment_name.empty()) return {m_options.deployment_name};
  std::vector<std::string> names;
  for (const auto& deployment : m_deployments) {
    const std::string state = state_of(deployment);
    if (holds(deployment, m_hash) && state != "Failed" && state != "Deleting") {
      names.push_back(aml::text_at(deployment, "name"));
    }
  }
  const std::string version = m_documents.model ? m_documents.model->version : std::string();
  for (const auto& name : name_candidates(version, m_documents.deployment.name, m_hash)) names.push_back(name);
  return names;
}

// Whoever made it and whatever it holds: it serves as it is.
void Rollout::choose_earlier() {
  const std::string& name = m_documents.deployment.name;
  const auto there = settled(fmt::format("The deployment {}", name),
                             [&] { return m_endpoints.find_deployment(m_documents.endpoint.name, name); });
  if (!there || state_of(*there) != "Succeeded") {
    throw core::Error("rollback-impossible",
                      fmt::format("the deployment \"{}\" can't get the traffic back: it is {}.", name,
                                  there ? state_of(*there) : "gone"),
                      {}, "Deploy that version of the model anew (action deploy with modelVersion).");
  }
  take_deployment(name, Existing::adopt, there);
  m_undo.remove_deployment = false;
  m_outcome.returned = true;
}

// Before the traffic moves: a run that is killed then and repeated must not go back one step more.
void Rollout::note_return() {
  const std::string build = agent::pipeline_run(m_services.variables).build_id;
  if (!m_outcome.returned || build.empty()) return;
  json::object tags = aml::object_at(m_deployment, "tags");
  tags[k_returned_by] = build;
  if (tags == aml::object_at(m_deployment, "tags")) return;
  m_endpoints.set_deployment_tags(m_documents.endpoint.name, m_outcome.deployment, tags);
  m_deployment.as_object()["tags"] = std::move(tags);
}

void Rollout::choose_deployment() {
  if (m_options.action == Action::roll_back) return choose_earlier();
  const std::string& endpoint = m_documents.endpoint.name;
  const auto names = wanted_names();
  for (const auto& name : names) {
    std::optional<json::value> there;
    if (!m_undo.remove_endpoint) {
      there =
          settled(fmt::format("The deployment {}", name), [&] { return m_endpoints.find_deployment(endpoint, name); });
    }
    const Existing existing = judge(there, m_hash, m_outcome.before);
    if (existing != Existing::other) return take_deployment(name, existing, there);
  }
  throw core::Error(
      "deployment-in-use",
      fmt::format("the deployment \"{}\" of the endpoint \"{}\" holds something else and has traffic, or was "
                  "not made by this task.",
                  names.back(), endpoint),
      {}, "Leave deploymentName empty or give another name: what serves is never changed in place.");
}

void Rollout::take_deployment(const std::string& name, Existing existing, const std::optional<json::value>& there) {
  m_existing = existing;
  m_outcome.deployment = name;
  m_undo.deployment = name;
  if (existing != Existing::adopt) return;
  m_deployment = *there;
  m_outcome.adopted = true;
  // A killed run may have given it traffic already; what stood before that is what a failure goes back to.
  const aml::Traffic before = traffic_before(m_outcome.before, m_deployments, name);
  m_undo.restore_traffic = before != m_outcome.before;
  m_outcome.before = before;
  m_undo.traffic = before;
  const auto share = before.find(name);
  m_undo.remove_deployment = is_trial(*there) && (share == before.end() || share->second == 0);
}

void Rollout::ensure_deployment() {
  const std::string& name = m_outcome.deployment;
  switch (m_existing) {
    case Existing::adopt:
      m_undo.show_log = true;
      m_log.info(m_outcome.returned
                     ? fmt::format("The deployment {} is there.", name)
                     : fmt::format("The deployment {} holds this model with these settings already.", name));
      return note_return();
    case Existing::replace:
      m_log.info(
          fmt::format("Deleting the deployment {}: an earlier run left it unfinished or with other settings.", name));
      m_progress.begin(fmt::format("The old deployment {}", name));
      m_endpoints.remove_deployment(m_documents.endpoint.name, name, false);
      break;
    case Existing::wait:  // in a dry run only: nobody waits
      m_log.info(fmt::format("The deployment {} is being changed; its end would be waited for.", name));
      break;
    default:
      break;
  }
  create_deployment();
}

void Rollout::create_deployment() {
  const std::string& name = m_outcome.deployment;
  m_log.info(fmt::format("Creating the deployment {} without traffic.", name));
  m_progress.begin(fmt::format("The deployment {}", name));
  m_undo.remove_deployment = true;
  m_undo.show_log = true;
  m_deployment = m_endpoints.put_deployment(m_documents.endpoint.name, name,
                                            tagged_body(m_documents.deployment.body, m_hash, m_outcome.before));
}

}  // namespace mlops::tasks::deploy_aks
