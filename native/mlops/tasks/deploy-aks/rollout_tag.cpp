#include <fmt/format.h>

#include <mlops/tasks/deploy-aks/rollout.hpp>

// The model's tag in a rollout: it follows the traffic, never the other way round.

namespace mlops::tasks::deploy_aks {

// A killed run may have stopped between the traffic and the tag. What this run leaves alone is put right at once; where
// it goes on with the killed run's traffic, a failure takes the tag back with it.
void Rollout::reconcile_tag() {
  if (!m_options.tag || !m_documents.model || m_services.dry_run) return;
  const aml::AssetVersion& model = *m_documents.model;
  const std::string serving = serving_version(m_outcome.before, m_deployments, model.name);
  m_tag.emplace(m_workspace, model, *m_options.tag);
  if (m_undo.restore_traffic) {
    if (m_tag->was_on(serving)) m_undo.restore_tag = [this] { m_tag->undo(); };
    return;
  }
  // Not m_tag: a failure must not take this back.
  ModelTag tag(m_workspace, model, *m_options.tag);
  for (const auto& trial : versions_on_trial(m_outcome.before, m_deployments, model.name)) {
    if (tag.is_on(trial.version) != trial.serves) return tag.give_to(serving);
  }
}

void Rollout::tag_model() {
  if (!m_options.tag || !m_documents.model) return;
  const auto& [tag, value] = *m_options.tag;
  const aml::AssetVersion& model = *m_documents.model;
  const bool serves = m_outcome.after.find(m_outcome.deployment) != m_outcome.after.end();
  if (!serves) {
    m_log.info(fmt::format("Without traffic the model is not in service: it doesn't get the tag {}={}.", tag, value));
  }
  if (m_services.dry_run) {
    if (!serves) return;
    return m_log.info(fmt::format("The model {}:{} would get the tag {}={}, and other versions would lose it.",
                                  model.name, model.version, tag, value));
  }
  m_services.cancellation.check();
  // Where this run took its traffic away, the tag goes with it.
  if (!serves && !(m_undo.restore_traffic && m_tag->is_on(model.version))) return;
  m_undo.restore_tag = [this] { m_tag->undo(); };
  m_tag->give_to(serves ? model.version : serving_version(m_outcome.after, m_deployments, model.name));
}

}  // namespace mlops::tasks::deploy_aks
