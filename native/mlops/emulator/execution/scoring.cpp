#include <fmt/format.h>

#include <mlops/core/error.hpp>
#include <mlops/core/files.hpp>
#include <mlops/core/hash.hpp>
#include <mlops/core/real_world.hpp>
#include <mlops/core/text.hpp>
#include <mlops/emulator/execution/assets.hpp>
#include <mlops/emulator/execution/deployment_spec.hpp>
#include <mlops/emulator/execution/embedded.hpp>
#include <mlops/emulator/execution/job_environment.hpp>
#include <mlops/emulator/execution/scoring.hpp>
#include <mlops/emulator/execution/scoring_answer.hpp>
#include <mlops/emulator/execution/scoring_process.hpp>

namespace mlops::emulator {

namespace {

namespace fs = std::filesystem;

class NeverCancelled : public core::Cancellation {
 public:
  bool requested() const override { return false; }
};

/// A deployment that answers.
struct Serving {
  DeploymentSpec spec;
  fs::path folder;
  std::unique_ptr<ScoringProcess> process;

  ~Serving() {
    process.reset();
    std::error_code ignored;
    fs::remove_all(folder, ignored);
  }
};

// What an emulator that was killed left of a deployment's files; its logs stay.
void remove_leftovers(const fs::path& home) {
  std::error_code ignored;
  for (const auto& entry : fs::directory_iterator(home, ignored)) {
    if (entry.is_directory()) fs::remove_all(entry.path(), ignored);
  }
}

ServiceError not_ready(const std::string& message) {
  return {400, "ResourceNotReady", message};
}

}  // namespace

class Scoring::Implementation {
 public:
  explicit Implementation(Context& context)
      : m_context(context),
        m_variables(inherited_variables(core::process_environment()->all())),
        m_environments(python_settings(context.settings, m_variables)),
        m_transport(http::curl_transport({}, m_never)) {}

  void start(const Workspace& workspace, const std::string& endpoint, const std::string& deployment) {
    const std::string key = key_of(workspace, endpoint, deployment);
    std::stop_source stop;
    {
      const std::lock_guard held(m_mutex);
      if (m_stopping) throw not_ready("aml-emulator is stopping.");
      if (m_serving.count(key) == 0 && m_starting.count(key) == 0) {
        remove_leftovers(home_of(workspace, endpoint, deployment));
      }
      m_starting[key] = stop;
    }
    std::shared_ptr<Serving> before;
    try {
      auto serving = bring_up(workspace, endpoint, deployment, stop.get_token());
      const std::lock_guard held(m_mutex);
      m_starting.erase(key);
      if (stop.stop_requested()) throw core::Cancelled("the deployment was asked to stop.");
      before = std::exchange(m_serving[key], std::move(serving));
    } catch (const std::exception& error) {
      forget_start(key);
      m_context.log.warning(fmt::format("deployment {}/{} failed: {}", endpoint, deployment, error.what()));
      if (dynamic_cast<const ServiceError*>(&error)) throw;
      throw not_ready(error.what());
    }
  }  // the one before ends here, after the new one is in its place

  void stop(const Workspace& workspace, const std::string& endpoint, const std::string& deployment) {
    const std::string key = key_of(workspace, endpoint, deployment);
    std::shared_ptr<Serving> ended;
    {
      const std::lock_guard held(m_mutex);
      if (const auto starting = m_starting.find(key); starting != m_starting.end()) starting->second.request_stop();
      if (const auto serving = m_serving.find(key); serving != m_serving.end()) {
        ended = std::move(serving->second);
        m_serving.erase(serving);
      }
    }
    ended.reset();
    std::error_code ignored;
    fs::remove_all(home_of(workspace, endpoint, deployment), ignored);
  }

  Response score(const Workspace& workspace, const std::string& endpoint, const std::string& deployment,
                 const Request& request) {
    std::shared_ptr<Serving> serving;
    {
      const std::lock_guard held(m_mutex);
      const auto found = m_serving.find(key_of(workspace, endpoint, deployment));
      if (found != m_serving.end()) serving = found->second;
    }
    const bool managed = !serving || serving->spec.managed;
    const int port = serving ? serving->process->port() : 0;
    if (port == 0)
      return unanswered(false, managed, fmt::format("Deployment '{}' has no container that is ready.", deployment));
    try {
      return answered(m_transport->send(forwarded(request, port, serving->spec.request_timeout)), deployment, managed);
    } catch (const http::TransportError& error) {
      const bool timed_out = error.kind() == http::FailureKind::timeout;
      return unanswered(timed_out, managed,
                        timed_out ? fmt::format("The request took longer than the timeout of {} ms.",
                                                serving->spec.request_timeout.count())
                                  : "The container ended while it worked on the request.");
    }
  }

  std::string logs(const Workspace& workspace, const std::string& endpoint, const std::string& deployment,
                   const std::string& container_type, int tail) const {
    const bool storage = core::equals_ignoring_case(container_type, "StorageInitializer");
    return log_of(workspace, endpoint, deployment, storage).tail(static_cast<std::size_t>(std::max(0, tail)));
  }

  void stop_all() {
    std::map<std::string, std::shared_ptr<Serving>> ended;
    {
      const std::lock_guard held(m_mutex);
      m_stopping = true;
      for (auto& [key, source] : m_starting) source.request_stop();
      ended.swap(m_serving);
    }
  }

 private:
  static std::string key_of(const Workspace& workspace, const std::string& endpoint, const std::string& deployment) {
    return fmt::format("{}/{}/{}", workspace.guid, endpoint, deployment);
  }

  void forget_start(const std::string& key) {
    const std::lock_guard held(m_mutex);
    m_starting.erase(key);
  }

  fs::path home_of(const Workspace& workspace, const std::string& endpoint, const std::string& deployment) const {
    return m_context.settings.data / "deployments" / workspace.guid / endpoint / deployment;
  }

  TextLog log_of(const Workspace& workspace, const std::string& endpoint, const std::string& deployment,
                 bool storage) const {
    return TextLog(home_of(workspace, endpoint, deployment) /
                   (storage ? "storage-initializer.log" : "inference-server.log"));
  }

  std::shared_ptr<Serving> bring_up(const Workspace& workspace, const std::string& endpoint,
                                    const std::string& deployment, const std::stop_token& stop) {
    const auto stored = m_context.store.find({workspace.id, "deployments", endpoint, deployment});
    if (!stored || !stored->find_properties()) {
      throw ServiceError(404, "NotFound", fmt::format("Deployment '{}' was not found.", deployment));
    }
    const TextLog storage = log_of(workspace, endpoint, deployment, true);
    const TextLog server = log_of(workspace, endpoint, deployment, false);
    auto serving = std::make_shared<Serving>();
    serving->folder = home_of(workspace, endpoint, deployment) / core::random_uuid();
    serving->spec = parse_deployment(m_context, workspace, *stored->find_properties());
    place_files(workspace, *serving, storage);
    const PythonEnvironment python = prepare_python(workspace, *serving, server, stop);
    ScoringProcess::Settings settings{.port_file = serving->folder / "port",
                                      .startup_time = serving->spec.startup_time};
    settings.process = {.command = {python.python().string(), (serving->folder / "scoring_host.py").string()},
                        .environment = variables(workspace, endpoint, deployment, *serving, python),
                        .folder = serving->folder / "app",
                        .log_file = server.file()};
    serving->process = std::make_unique<ScoringProcess>(std::move(settings));
    serving->process->start(stop);
    m_context.log.info(
        fmt::format("deployment {}/{} answers at port {}", endpoint, deployment, serving->process->port()));
    return serving;
  }

  static fs::path model_folder(const Serving& serving) {
    return serving.folder / "azureml-models" / serving.spec.model_name / serving.spec.model_version;
  }

  void place_files(const Workspace& workspace, const Serving& serving, const TextLog& storage) const {
    fs::create_directories(serving.folder / "app");
    fs::create_directories(model_folder(serving));
    if (!serving.spec.model.empty()) {
      storage.say(fmt::format("Copying model {}:{} ...", serving.spec.model_name, serving.spec.model_version));
      copy_tree(serving.spec.model, model_folder(serving) / serving.spec.model.filename(), false);
      storage.say("The model is in place.");
    }
    if (!serving.spec.code.empty()) copy_code(m_context, workspace, serving.spec.code, serving.folder / "app");
    core::write_file_atomically(serving.folder / "scoring_host.py", k_scoring_host_py);
  }

  // Without an environment of its own an MLflow model brings one along.
  PythonEnvironment prepare_python(const Workspace& workspace, const Serving& serving, const TextLog& server,
                                   const std::stop_token& stop) {
    const std::string& id = serving.spec.environment;
    const json::object environment = id.empty() ? json::object() : find_environment(m_context, workspace, id);
    const fs::path context = id.empty() && fs::is_directory(serving.spec.model)
                                 ? serving.spec.model
                                 : build_context(m_context, workspace, environment);
    return m_environments.prepare(requirements_of_environment(environment, context), server, server, stop);
  }

  Variables variables(const Workspace& workspace, const std::string& endpoint, const std::string& deployment,
                      const Serving& serving, const PythonEnvironment& python) const {
    Variables variables = m_variables;
    activate(variables, python);
    trust_emulator(variables, m_context, serving.folder);
    const fs::path model = model_folder(serving);
    const Variables described{{"AML_APP_ROOT", (serving.folder / "app").string()},
                              {"AZUREML_ENTRY_SCRIPT", serving.spec.script},
                              {"AZUREML_MODEL_DIR", model.string()},
                              {"AML_HOST_PORT_FILE", (serving.folder / "port").string()},
                              {"AML_HOST_CONCURRENCY", std::to_string(serving.spec.concurrent_requests)},
                              {"SERVICE_NAME", endpoint},
                              {"AZUREML_ENDPOINT_NAME", endpoint},
                              {"AZUREML_DEPLOYMENT_NAME", deployment},
                              {"AZUREML_ARM_SUBSCRIPTION", workspace.subscription},
                              {"AZUREML_ARM_RESOURCEGROUP", workspace.group},
                              {"AZUREML_ARM_WORKSPACE_NAME", workspace.name}};
    for (const auto& [name, value] : described) variables[name] = value;
    for (const auto& [name, value] : serving.spec.variables) variables[name] = value;
    return variables;
  }

  Context& m_context;
  Variables m_variables;
  PythonEnvironments m_environments;
  NeverCancelled m_never;
  std::unique_ptr<http::Transport> m_transport;
  std::mutex m_mutex;
  bool m_stopping = false;
  std::map<std::string, std::stop_source> m_starting;
  std::map<std::string, std::shared_ptr<Serving>> m_serving;
};

Scoring::Scoring(Context& context) : m_implementation(std::make_unique<Implementation>(context)) {}

Scoring::~Scoring() {
  stop_all();
}

void Scoring::start(const Workspace& workspace, const std::string& endpoint, const std::string& deployment) {
  m_implementation->start(workspace, endpoint, deployment);
}

void Scoring::stop(const Workspace& workspace, const std::string& endpoint, const std::string& deployment) {
  m_implementation->stop(workspace, endpoint, deployment);
}

Response Scoring::score(const Workspace& workspace, const std::string& endpoint, const std::string& deployment,
                        const Request& request) {
  return m_implementation->score(workspace, endpoint, deployment, request);
}

std::string Scoring::logs(const Workspace& workspace, const std::string& endpoint, const std::string& deployment,
                          const std::string& container_type, int tail) {
  return m_implementation->logs(workspace, endpoint, deployment, container_type, tail);
}

void Scoring::stop_all() {
  m_implementation->stop_all();
}

}  // namespace mlops::emulator
