#pragma once

#include <mlops/agent/log.hpp>
#include <mlops/agent/variables.hpp>
#include <mlops/core/world.hpp>
#include <mlops/http/transport.hpp>

namespace mlops::agent {

/// Everything a task needs of the world; real in main, scripted in tests.
struct Services {
  core::Environment& environment;
  core::Clock& clock;
  core::Sleeper& sleeper;
  core::Cancellation& cancellation;
  core::Processes& processes;
  http::Transport& transport;  ///< request identity, logging, libcurl; without retries and authorization
  Log& log;
  Variables& variables;
  bool dry_run = false;  ///< print what would be sent, send nothing that changes anything
};

}  // namespace mlops::agent
