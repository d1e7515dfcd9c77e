#include <fmt/format.h>

#include <mlops/agent/arguments.hpp>
#include <mlops/agent/connection.hpp>
#include <mlops/agent/program.hpp>
#include <mlops/core/real_world.hpp>
#include <mlops/core/text.hpp>
#include <mlops/http/client.hpp>
#include <mlops/http/trusted_roots.hpp>
#include <mlops/http/url.hpp>

namespace mlops::agent {

namespace {

constexpr int k_exit_failure = 1;
constexpr int k_exit_usage = 2;
constexpr int k_exit_cancelled = 130;

bool is_true(const core::Environment& environment, const std::string& name) {
  return core::equals_ignoring_case(environment.get(name).value_or(""), "true");
}

// An agent sets TF_BUILD for every task it starts.
bool runs_in_pipeline(const core::Environment& environment) {
  return is_true(environment, "TF_BUILD");
}

/// The real world and everything made of it, in the order in which it must be taken down.
class RealWorld {
 public:
  RealWorld(core::Environment& environment, Log& log, Variables& variables, const TaskSpec& spec, bool dry_run)
      : m_settings(network_settings(environment, variables)) {
    log.add_secret(m_settings.proxy_password);
    const core::Secret in_address = http::password_of_proxy(m_settings.proxy_url);
    log.add_secret(in_address);
    log.add_secret(core::Secret(http::decode(in_address.reveal())));
    log.add_secret(m_settings.client_key_password);
    log.debug("certificates of trusted authorities: " + http::trusted_roots(m_settings, http::system_roots()).origin);
    m_curl = http::curl_transport(m_settings, m_cancellation);
    m_logging = http::with_logging(*m_curl, *m_clock, [&log](const std::string& line) { log.debug(line); });
    m_transport = http::with_request_identity(*m_logging, fmt::format("mlops-{}/{}", spec.executable, MLOPS_VERSION));
    m_services = std::unique_ptr<Services>(new Services{environment, *m_clock, m_cancellation, m_cancellation,
                                                        *m_processes, *m_transport, log, variables, dry_run});
  }

  Services& services() { return *m_services; }

 private:
  core::SignalCancellation m_cancellation;
  std::unique_ptr<core::Clock> m_clock = core::system_clock();
  std::unique_ptr<core::Processes> m_processes = core::system_processes();
  http::NetworkSettings m_settings;
  std::unique_ptr<http::Transport> m_curl;
  std::unique_ptr<http::Transport> m_logging;
  std::unique_ptr<http::Transport> m_transport;
  std::unique_ptr<Services> m_services;
};

int fail(Log& log, const core::Error& error, int exit_code) {
  log.error(error);
  log.complete("Failed", error.message());
  return exit_code;
}

int run_task(const TaskSpec& spec, const TaskFunction& task, const Arguments& arguments, core::Environment& environment,
             Log& log, Variables& variables) {
  try {
    std::map<std::string, std::string> values = arguments.values;
    add_agent_inputs(spec, environment, values);
    TaskSpec full = spec;
    full.inputs = all_inputs(spec);
    const Inputs inputs(full, std::move(values));
    inputs.validate();
    for (const auto& [name, secret] : variables.secrets()) log.add_secret(secret);
    RealWorld world(environment, log, variables, spec, inputs.flag("dryRun"));
    const std::string result = task(world.services(), inputs);
    log.complete(result.empty() ? "Succeeded" : result, "");
    return 0;
  } catch (const core::Cancelled& cancelled) {
    return fail(log, cancelled, k_exit_cancelled);
  } catch (const core::Error& error) {
    return fail(log, error, error.code() == "argument-unknown" ? k_exit_usage : k_exit_failure);
  } catch (const std::exception& failure) {
    return fail(log,
                core::Error("internal", fmt::format("{} failed unexpectedly: {}.", spec.executable, failure.what()), {},
                            "Please report this with the log of a run with system.debug set to true."),
                k_exit_failure);
  }
}

int answer(core::Output& output, const std::string& text) {
  output.write(text);
  return 0;
}

}  // namespace

int run_program(const TaskSpec& spec, const TaskFunction& task, int argc, const char* const* argv) {
  const auto environment = core::process_environment();
  const auto output = core::standard_output();
  Variables variables(*environment);
  const bool in_pipeline = runs_in_pipeline(*environment);
  bool debug = is_true(*environment, "SYSTEM_DEBUG");
  Arguments arguments;
  try {
    arguments = parse_arguments(spec, argc, argv);
  } catch (const core::Error& error) {
    Log log(*output, in_pipeline, debug);
    return fail(log, error, k_exit_usage);
  }
  switch (arguments.ask) {
    case Ask::help:
      return answer(*output, help_text(spec, MLOPS_VERSION));
    case Ask::version:
      return answer(*output, fmt::format("{} {}\n", spec.executable, MLOPS_VERSION));
    case Ask::task_json:
      return answer(*output, task_json(spec, MLOPS_VERSION));
    case Ask::run:
      break;
  }
  Log log(*output, in_pipeline, debug || arguments.verbose);
  return run_task(spec, task, arguments, *environment, log, variables);
}

}  // namespace mlops::agent
