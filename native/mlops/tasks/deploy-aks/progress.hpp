#pragma once

#include <mlops/agent/services.hpp>
#include <string>

namespace mlops::tasks::deploy_aks {

/// Lines that show a person that a long wait goes on: at each new state, and every half minute.
class Progress {
 public:
  explicit Progress(agent::Services& services) : m_services(services) {}

  /// What the next states are of: "The deployment model-3".
  void begin(std::string what);
  void show(const std::string& state);

 private:
  agent::Services& m_services;
  std::string m_what;
  std::string m_state;
  core::SystemTime m_begun;
  core::SystemTime m_shown;
};

}  // namespace mlops::tasks::deploy_aks
