#pragma once
// The emulator's parts over a temporary folder, without a server; jobs and deployments really run.

#include <functional>
#include <mlops/core/real_world.hpp>
#include <mlops/emulator/context.hpp>
#include <mlops/emulator/execution/executor.hpp>
#include <mlops/emulator/execution/scoring.hpp>
#include <mlops/emulator/server/router.hpp>
#include <mlops_test/fakes.hpp>
#include <string>

namespace mlops::test {

namespace json = boost::json;

/// Waits until the condition holds; false after the time.
bool wait_until(const std::function<bool()>& condition, std::chrono::seconds most = std::chrono::seconds(20));

/// Whether a process with this command line exists.
bool process_exists(const std::string& command_line_part);

struct ExecutionWorld {
  explicit ExecutionWorld(emulator::Settings settings = {});
  ~ExecutionWorld();

  /// A file in workspaceblobstore; returns its address.
  std::string put_data(const std::string& path, const std::string& content);
  /// A code version with these files; returns its id.
  std::string put_code(const std::string& name, const std::map<std::string, std::string>& files);
  /// A component version; returns its id.
  std::string put_component(const std::string& name, json::object spec);
  void put_job(const std::string& name, json::object properties);
  void put_deployment(const std::string& endpoint, const std::string& deployment, json::object properties);

  /// Puts and submits a job and waits for its end; returns its properties.
  json::object run_job(const std::string& name, json::object properties);
  json::object job(const std::string& name) const;
  std::string status(const std::string& name) const;
  std::string log_of(const std::string& job) const;
  std::filesystem::path artifact(const std::string& job, const std::string& path) const;
  std::filesystem::path output(const std::string& job, const std::string& output, const std::string& path) const;

  /// Sends a request to a route of `router`; a body is JSON.
  emulator::Response call(const emulator::Router& router, const std::string& method, const std::string& target,
                          const std::string& body = "");
  /// The same below the workspace's MLflow API; returns the answer's JSON.
  json::object mlflow(const emulator::Router& router, const std::string& method, const std::string& path,
                      const json::value& body = nullptr, int expected_status = 200);

  TemporaryFolder folder;
  std::unique_ptr<core::Clock> clock = core::system_clock();
  emulator::Settings settings;
  emulator::Secrets secrets{"secret", "token key", "YWNjb3VudA=="};
  emulator::Log log;
  emulator::Database database;
  emulator::Store store;
  emulator::BlobStore blobs;
  emulator::Uris uris;
  emulator::Workspaces workspaces;
  emulator::Tokens tokens;
  emulator::Context context;
  emulator::Workspace workspace;
  std::unique_ptr<emulator::JobExecutor> executor;
};

/// What a command job has at least.
json::object command_job(const std::string& command);

}  // namespace mlops::test
