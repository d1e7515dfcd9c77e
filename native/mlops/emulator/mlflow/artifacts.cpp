#include <fmt/format.h>

#include <algorithm>
#include <mlops/core/text.hpp>
#include <mlops/emulator/mlflow/wire.hpp>

namespace mlops::emulator {

namespace {

namespace fs = std::filesystem;

constexpr const char* k_proxy = "/api/2.0/mlflow-artifacts/artifacts";

MlflowError missing(const std::string& path) {
  return {"RESOURCE_DOES_NOT_EXIST", fmt::format("No such artifact: '{}'", path)};
}

/// What stands directly in a folder, by name. `prefix` comes in front of each name.
json::array entries_of(const fs::path& folder, const std::string& prefix) {
  std::vector<fs::directory_entry> entries;
  std::error_code none;
  for (const auto& entry : fs::directory_iterator(folder, none)) entries.push_back(entry);
  std::sort(entries.begin(), entries.end());
  json::array files;
  for (const auto& entry : entries) {
    json::object file{{"path", prefix + entry.path().filename().string()}, {"is_dir", entry.is_directory()}};
    if (!entry.is_directory()) file["file_size"] = entry.file_size();
    files.push_back(std::move(file));
  }
  return files;
}

fs::path place_of(Context& context, const Workspace& workspace, const std::string& path) {
  return context.blobs.path_of(workspace.artifact_container(), path);
}

Response upload(Context& context, const Request& request) {
  const Workspace workspace = context.workspaces.of(request);
  const std::string& path = request.parameter("path");
  if (path.empty()) throw ServiceError(400, "InvalidUri", "The artifact's path is missing.");
  if (request.body_file.empty()) {
    context.blobs.put(workspace.artifact_container(), path, request.body);
  } else {
    const fs::path temporary = context.blobs.temporary_file();
    fs::copy_file(request.body_file, temporary);
    context.blobs.put_file(workspace.artifact_container(), path, temporary, "application/octet-stream", "", {});
  }
  return Response::of_json(200, json::object());
}

Response download(Context& context, const Request& request) {
  const fs::path file = place_of(context, context.workspaces.of(request), request.parameter("path"));
  std::error_code failure;
  if (!fs::is_regular_file(file, failure)) throw missing(request.parameter("path"));
  Response response{.status = 200};
  response.headers.set("Content-Type", "application/octet-stream");
  response.file = http::FileRange{file, 0, fs::file_size(file)};
  return response;
}

Response remove(Context& context, const Request& request) {
  const Workspace workspace = context.workspaces.of(request);
  std::error_code failure;
  fs::remove_all(place_of(context, workspace, request.parameter("path")), failure);
  return Response::of_json(200, json::object());
}

// Names are relative to the folder that was asked for.
Response list_folder(Context& context, const Request& request) {
  const Workspace workspace = context.workspaces.of(request);
  const std::string path = request.query_value("path").value_or("");
  return Response::of_json(200, {{"files", entries_of(place_of(context, workspace, path), "")}});
}

// The same for a run; names are relative to the run's artifacts.
json::value list_of_run(const MlflowCall& call) {
  const Run run = call.run();
  const std::string path = call.text("path");
  const std::string root = artifact_path(run.id);
  const fs::path folder = place_of(call.context, call.workspace, path.empty() ? root : root + '/' + path);
  return {{"root_uri", artifact_uri(run.id)}, {"files", entries_of(folder, path.empty() ? "" : path + '/')}};
}

Response with_mlflow_errors(Context& context, const Request& request, Response (*handler)(Context&, const Request&)) {
  try {
    return handler(context, request);
  } catch (const MlflowError& error) {
    return Response::of_json(error.status(), {{"error_code", error.code()}, {"message", error.message()}});
  }
}

}  // namespace

void add_artifact_routes(Router& router, Context& context, MlflowRoutes& routes) {
  routes.add("list-run-artifacts", "GET", "artifacts/list", list_of_run);
  const auto add = [&](const char* name, const char* method, const std::string& rest,
                       Response (*handler)(Context&, const Request&)) {
    for (const auto& base : mlflow_bases()) {
      router.add(name, method, base + k_proxy + rest,
                 [&context, handler](const Request& request) { return with_mlflow_errors(context, request, handler); });
    }
  };
  add("list-artifacts", "GET", "", list_folder);
  add("get-artifact", "GET", "/{*path}", download);
  add("put-artifact", "PUT", "/{*path}", upload);
  add("delete-artifact", "DELETE", "/{*path}", remove);
}

}  // namespace mlops::emulator
