#include <fmt/format.h>

#include <mlops/tasks/deploy-aks/progress.hpp>

namespace mlops::tasks::deploy_aks {

namespace {

constexpr std::chrono::seconds k_every{30};

}  // namespace

void Progress::begin(std::string what) {
  m_what = std::move(what);
  m_state.clear();
  m_begun = m_services.clock.now();
}

void Progress::show(const std::string& state) {
  const auto now = m_services.clock.now();
  if (m_what.empty() || (state == m_state && now - m_shown < k_every)) return;
  m_state = state;
  m_shown = now;
  const auto seconds = std::chrono::duration_cast<std::chrono::seconds>(now - m_begun).count();
  m_services.log.info(fmt::format("{}: {} ({} min {} s)", m_what, state, seconds / 60, seconds % 60));
}

}  // namespace mlops::tasks::deploy_aks
