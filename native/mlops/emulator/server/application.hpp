#pragma once

#include <mlops/core/world.hpp>
#include <mlops/emulator/identity/tokens.hpp>
#include <mlops/emulator/log.hpp>
#include <mlops/emulator/server/faults.hpp>
#include <mlops/emulator/server/recorder.hpp>
#include <mlops/emulator/server/router.hpp>

namespace mlops::emulator {

/// From a request to its answer: finds the route, strikes with an injected fault, asks for a token and for an
/// api-version, calls the handler, turns what it throws into Azure's error format, writes one line to the log.
class Application {
 public:
  Application(const Router& router, const Tokens& tokens, const core::Clock& clock, Log& log, Faults& faults,
              Recorder& recorder)
      : m_router(router), m_tokens(tokens), m_clock(clock), m_log(log), m_faults(faults), m_recorder(recorder) {}

  /// Never throws.
  Response handle(Request& request);

 private:
  Response answer(Request& request, std::string& route_name);
  Response call(const Router::Route& route, const Request& request);
  Response call_under_fault(const Router::Route& route, const Request& request, const Faults::Strike& strike);

  const Router& m_router;
  const Tokens& m_tokens;
  const core::Clock& m_clock;
  Log& m_log;
  Faults& m_faults;
  Recorder& m_recorder;
};

/// The path and query a request came with, as they may be logged.
std::string loggable_target(const Request& request);

}  // namespace mlops::emulator
