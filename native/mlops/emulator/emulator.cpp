#include <mlops/emulator/blob/service.hpp>
#include <mlops/emulator/connection_file.hpp>
#include <mlops/emulator/context.hpp>
#include <mlops/emulator/deployments/routes.hpp>
#include <mlops/emulator/emulator.hpp>
#include <mlops/emulator/execution/executor.hpp>
#include <mlops/emulator/execution/scoring.hpp>
#include <mlops/emulator/history/routes.hpp>
#include <mlops/emulator/identity/routes.hpp>
#include <mlops/emulator/lro/operations.hpp>
#include <mlops/emulator/mlflow/routes.hpp>
#include <mlops/emulator/resources/assets.hpp>
#include <mlops/emulator/resources/batch_endpoints.hpp>
#include <mlops/emulator/resources/computes.hpp>
#include <mlops/emulator/resources/datastores.hpp>
#include <mlops/emulator/resources/groups.hpp>
#include <mlops/emulator/resources/jobs.hpp>
#include <mlops/emulator/resources/online_endpoints.hpp>
#include <mlops/emulator/resources/provider_resources.hpp>
#include <mlops/emulator/resources/registries.hpp>
#include <mlops/emulator/resources/schedules.hpp>
#include <mlops/emulator/resources/workspaces.hpp>
#include <mlops/emulator/server/application.hpp>
#include <mlops/emulator/server/folder_lock.hpp>
#include <mlops/emulator/server/http_server.hpp>

namespace mlops::emulator {

/// The members are made from top to bottom and end from bottom to top; each uses only those above it.
class Emulator::Parts {
 public:
  Parts(Settings given, const core::Clock& clock, bool echo_log)
      : settings(std::move(given)),
        lock(settings.data),
        secrets(load_or_make_secrets(settings.data / "secrets.json")),
        log(settings.data / "emulator.log", clock, echo_log),
        database(settings.data / "emulator.db"),
        store(database, clock),
        blobs(database, settings.data / "blobs", settings.data / "temporary"),
        blocks(database, blobs, settings.data / "blocks"),
        uris(store, blobs),
        workspaces(store, settings.subscription),
        tokens(secrets.token_key, settings.tenant, settings.client_id, clock),
        context{settings, secrets, clock, log, database, store, blobs, uris, workspaces, tokens, "", ""},
        operations(context),
        executor(context),
        scoring(context),
        deployments(router, context),
        faults(settings.faults),
        recorder(settings.record_folder),
        application(router, tokens, clock, log, faults, recorder),
        server(server_settings(), [this](Request& request) { return application.handle(request); }) {
    add_routes();
    for (const auto& fault : settings.faults) Faults::check(fault, router.names());
    context.base_url = server.url();
    for (const auto& [group, name] : settings.workspaces) create_workspace(context, group, name);
    for (const auto& [group, name] : settings.registries) context.workspaces.ensure_registry(group, name);
    executor.restore();
    restore_endpoints(context);
    restore_batch(context);
    restore_deployments(context, operations, scoring);
    deployments.restore();
    server.start();
    write_connection_file(context);
  }

  ~Parts() {
    log.info("stopping");
    server.stop();
    deployments.stop();
    executor.stop();
    scoring.stop_all();
    operations.stop();
  }

  Settings settings;
  FolderLock lock;
  Secrets secrets;
  Log log;
  Database database;
  Store store;
  BlobStore blobs;
  Blocks blocks;
  Uris uris;
  Workspaces workspaces;
  Tokens tokens;
  Context context;
  Operations operations;
  JobExecutor executor;
  Scoring scoring;
  Router router;
  deployments::Deployments deployments;
  Faults faults;
  Recorder recorder;
  Application application;
  HttpServer server;

 private:
  ServerSettings server_settings() {
    ServerSettings result{
        .port = settings.port, .threads = settings.threads, .temporary_folder = settings.data / "temporary"};
    if (settings.tls) {
      result.tls = ensure_certificates(settings.data / "tls");
      context.ca_file = result.tls->authority;
    }
    return result;
  }

  void add_routes() {
    add_identity_routes(router, context);
    add_workspace_routes(router, context);
    add_group_routes(router, context);
    add_provider_routes(router, context);
    deployments.add_routes();
    add_registry_routes(router, context);
    add_datastore_routes(router, context);
    for (AssetKind& kind :
         std::vector<AssetKind>{code_kind(), data_kind(), environment_kind(), component_kind(), model_kind(context)}) {
      add_pending_upload_routes(router, context, kind.collection);
      add_asset_routes(router, context, std::move(kind));
    }
    add_compute_routes(router, context, operations);
    add_schedule_routes(router, context, operations);
    add_job_routes(router, context, operations, executor);
    add_online_endpoint_routes(router, context, operations, scoring);
    add_online_deployment_routes(router, context, operations, scoring);
    add_scoring_routes(router, context, scoring);
    add_batch_routes(router, context, operations, executor);
    add_mlflow_routes(router, context);
    add_history_routes(router, context);
    add_blob_routes(router, context, blocks);
    operations.add_routes(router);
  }
};

Emulator::Emulator(Settings settings, const core::Clock& clock, bool echo_log)
    : m_parts(std::make_unique<Parts>(std::move(settings), clock, echo_log)) {}

Emulator::~Emulator() = default;

const Settings& Emulator::settings() const {
  return m_parts->settings;
}

std::string Emulator::url() const {
  return m_parts->server.url();
}

const std::string& Emulator::client_secret() const {
  return m_parts->secrets.client_secret;
}

void Emulator::wait() {
  m_parts->server.wait();
}

}  // namespace mlops::emulator
