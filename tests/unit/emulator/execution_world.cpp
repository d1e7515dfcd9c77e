#include "execution_world.hpp"

#include <fstream>
#include <mlops/core/files.hpp>
#include <mlops/core/text.hpp>
#include <mlops/emulator/execution/job_records.hpp>
#include <mlops/emulator/resources/workspaces.hpp>
#include <mlops/http/url.hpp>
#include <mlops_test/catch.hpp>
#include <thread>

namespace mlops::test {

namespace fs = std::filesystem;

namespace {

emulator::Settings complete(emulator::Settings settings, const fs::path& folder) {
  settings.data = folder / "data";
  settings.subscription = "22222222-3333-4444-8555-666666666666";
  settings.tenant = "33333333-4444-4555-8666-777777777777";
  settings.client_id = "client";
  settings.offline = settings.python.empty();
  if (settings.offline) settings.python = "/usr/bin/python3";
  fs::create_directories(settings.data);
  return settings;
}

void write(const fs::path& file, const std::string& content) {
  fs::create_directories(file.parent_path());
  std::ofstream(file) << content;
}

}  // namespace

bool wait_until(const std::function<bool()>& condition, std::chrono::seconds most) {
  const auto deadline = std::chrono::steady_clock::now() + most;
  while (!condition()) {
    if (std::chrono::steady_clock::now() > deadline) return false;
    std::this_thread::sleep_for(std::chrono::milliseconds(10));
  }
  return true;
}

bool process_exists(const std::string& command_line_part) {
  for (const auto& entry : fs::directory_iterator("/proc")) {
    std::ifstream file(entry.path() / "cmdline", std::ios::binary);
    const std::string line((std::istreambuf_iterator<char>(file)), std::istreambuf_iterator<char>());
    if (core::replace_all(line, std::string(1, '\0'), " ").find(command_line_part) != std::string::npos) return true;
  }
  return false;
}

ExecutionWorld::ExecutionWorld(emulator::Settings given)
    : settings(complete(std::move(given), folder.path())),
      log(settings.data / "emulator.log", *clock, false),
      database(settings.data / "emulator.db"),
      store(database, *clock),
      blobs(database, settings.data / "blobs", settings.data / "temporary"),
      uris(store, blobs),
      workspaces(store, settings.subscription),
      tokens(secrets.token_key, settings.tenant, settings.client_id, *clock),
      context{settings, secrets, *clock, log, database, store, blobs, uris, workspaces, tokens, "http://127.0.0.1:1",
              ""},
      workspace(emulator::create_workspace(context, "rg", "ws")),
      executor(std::make_unique<emulator::JobExecutor>(context)) {}

ExecutionWorld::~ExecutionWorld() {
  executor->stop();
}

std::string ExecutionWorld::put_data(const std::string& path, const std::string& content) {
  write(blobs.path_of(workspace.blob_container(), path), content);
  return emulator::datastore_uri("workspaceblobstore", path);
}

std::string ExecutionWorld::put_code(const std::string& name, const std::map<std::string, std::string>& files) {
  for (const auto& [file, content] : files) put_data("code/" + name + '/' + file, content);
  store.put({workspace.id, "codes", name, "1"},
            {{"properties", {{"codeUri", emulator::datastore_uri("workspaceblobstore", "code/" + name)}}}});
  return workspace.id + "/codes/" + name + "/versions/1";
}

std::string ExecutionWorld::put_component(const std::string& name, json::object spec) {
  store.put({workspace.id, "components", name, "1"}, {{"properties", {{"componentSpec", std::move(spec)}}}});
  return workspace.id + "/components/" + name + "/versions/1";
}

void ExecutionWorld::put_job(const std::string& name, json::object properties) {
  properties["status"] = "NotStarted";
  store.put({workspace.id, "jobs", name}, {{"properties", std::move(properties)}});
}

void ExecutionWorld::put_deployment(const std::string& endpoint, const std::string& deployment,
                                    json::object properties) {
  store.put({workspace.id, "deployments", endpoint, deployment}, {{"properties", std::move(properties)}});
}

json::object ExecutionWorld::run_job(const std::string& name, json::object properties) {
  put_job(name, std::move(properties));
  executor->submit(workspace, name);
  REQUIRE(wait_until([&] { return emulator::is_terminal(status(name)); }, std::chrono::seconds(60)));
  return job(name);
}

json::object ExecutionWorld::job(const std::string& name) const {
  return *store.find({workspace.id, "jobs", name}).value().find_properties();
}

std::string ExecutionWorld::status(const std::string& name) const {
  return std::string(job(name).at("status").as_string());
}

std::string ExecutionWorld::log_of(const std::string& name) const {
  return core::read_file(artifact(name, "user_logs/std_log.txt"));
}

fs::path ExecutionWorld::artifact(const std::string& name, const std::string& path) const {
  return blobs.path_of(workspace.artifact_container(), emulator::artifact_path(name) + '/' + path);
}

fs::path ExecutionWorld::output(const std::string& name, const std::string& output, const std::string& path) const {
  return blobs.path_of(workspace.blob_container(), emulator::output_path(name, output) + '/' + path);
}

emulator::Response ExecutionWorld::call(const emulator::Router& router, const std::string& method,
                                        const std::string& target, const std::string& body) {
  emulator::Request request;
  request.method = method;
  const auto mark = target.find('?');
  request.path = target.substr(0, mark);
  if (mark != std::string::npos) request.raw_query = target.substr(mark + 1);
  request.query = http::parse_query(request.raw_query);
  for (const auto& part : core::split(request.path, '/')) {
    if (!part.empty()) request.segments.push_back(http::decode(part));
  }
  request.body = body;
  request.body_size = body.size();
  return router.find(request).handler(request);
}

json::object ExecutionWorld::mlflow(const emulator::Router& router, const std::string& method, const std::string& path,
                                    const json::value& body, int expected_status) {
  const auto response = call(router, method, "/mlflow/v1.0" + workspace.id + "/api/2.0/mlflow/" + path,
                             body.is_null() ? "" : json::serialize(body));
  INFO(response.body);
  REQUIRE(response.status == expected_status);
  return json::parse(response.body).as_object();
}

json::object command_job(const std::string& command) {
  return {{"jobType", "Command"}, {"command", command}, {"experimentName", "tests"}};
}

}  // namespace mlops::test
