#include <mlops/runner/execution/job_state.hpp>

namespace mlops::runner {

std::vector<std::string> path_of(const JobInstance& instance, std::size_t step) {
  std::vector<std::string> path{instance.stage->name, instance.job->name};
  if (!instance.name.empty()) path.push_back(instance.name);
  if (step != 0) path.push_back(std::to_string(step));
  return path;
}

bool JobState::stopped() const {
  return (!instance.began_after_stop && run.services.cancellation.requested()) ||
         (deadline && std::chrono::steady_clock::now() > *deadline);
}

boost::json::object variables_context(const Variables& variables) {
  boost::json::object result;
  for (const auto& variable : variables.all()) result.emplace(variable.name, variable.value);
  return result;
}

}  // namespace mlops::runner
