#include <mlops/runner/execution/job_state.hpp>

namespace mlops::runner {

bool JobState::stopped() const {
  return run.services.cancellation.requested() || (deadline && std::chrono::steady_clock::now() > *deadline);
}

boost::json::object variables_context(const Variables& variables) {
  boost::json::object result;
  for (const auto& variable : variables.all()) result.emplace(variable.name, variable.value);
  return result;
}

}  // namespace mlops::runner
