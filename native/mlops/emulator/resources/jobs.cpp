#include <fmt/format.h>

#include <mlops/emulator/execution/job_records.hpp>
#include <mlops/emulator/resources/computes.hpp>
#include <mlops/emulator/resources/jobs.hpp>
#include <mlops/emulator/resources/rendering.hpp>
#include <mlops/http/url.hpp>
#include <thread>

namespace mlops::emulator {

namespace {

constexpr const char* k_kind = "jobs";
constexpr const char* k_type = "Microsoft.MachineLearningServices/workspaces/jobs";
constexpr auto k_cancel_poll = std::chrono::milliseconds(50);
constexpr auto k_cancel_longest = std::chrono::minutes(2);

// The addresses are made anew each time: a restarted emulator may have another port.
json::object services_of(const Context& context, const ResourceKey& key) {
  const auto workspace = context.workspaces.by_id(key.workspace);
  return {{"Tracking", {{"jobServiceType", "Tracking"}, {"endpoint", context.tracking_url(*workspace)}}},
          {"Studio",
           {{"jobServiceType", "Studio"},
            {"endpoint", fmt::format("{}/history/v1.0{}/runs/{}/details", context.base_url, key.workspace,
                                     http::encode(key.name))}}}};
}

json::value shown(const Context& context, const Resource& resource) {
  json::object object =
      render(context, resource, fmt::format("{}/jobs/{}", resource.key.workspace, resource.key.name), k_type);
  ensure_object(object, "properties")["services"] = services_of(context, resource.key);
  return object;
}

Resource find(const Context& context, const Request& request) {
  const Workspace workspace = context.workspaces.of(request);
  if (auto resource = context.store.find({workspace.id, k_kind, request.parameter("name")})) return *resource;
  throw not_found("job", request.parameter("name"), workspace.name);
}

// What the service fills in where the client says nothing.
void complete(const std::string& name, json::object& properties) {
  for (const char* member : {"tags", "properties", "inputs", "outputs"}) ensure_object(properties, member);
  if (text_at(properties, "displayName").empty()) properties["displayName"] = name;
  if (text_at(properties, "experimentName").empty()) properties["experimentName"] = "Default";
  properties["isArchived"] = flag_at(properties, "isArchived");
  properties["status"] = "NotStarted";
}

void check(const Context& context, const Workspace& workspace, const json::object& properties) {
  const std::string type = text_at(properties, "jobType");
  if (type != "Command" && type != "Pipeline") {
    throw ServiceError(400, "UserError",
                       fmt::format("aml-emulator runs jobs of type Command and Pipeline, not '{}'.", type));
  }
  check_compute(context, workspace, text_at(properties, "computeId"));
  if (type == "Command") {
    for (const char* member : {"command", "environmentId"}) {
      if (text_at(properties, member).empty()) {
        throw ServiceError(400, "UserError", fmt::format("A command job needs properties.{}.", member));
      }
    }
    return;
  }
  const json::object* steps = object_at(properties, "jobs");
  if (!steps || steps->empty())
    throw ServiceError(400, "UserError", "A pipeline job needs at least one step in properties.jobs.");
  if (const json::object* settings = object_at(properties, "settings")) {
    check_compute(context, workspace, text_at(*settings, "default_compute"));
  }
}

// A job that exists never runs a second time.
Response change(Context& context, const ResourceKey& key, const json::object& properties) {
  const auto resource = context.store.update(key, [&](Resource& found) {
    for (const char* member : {"tags", "properties", "displayName", "description", "isArchived"}) {
      if (const json::value* value = properties.if_contains(member); value && !value->is_null()) {
        found.properties()[member] = *value;
      }
    }
  });
  return Response::of_json(200, shown(context, *resource));
}

Response put(Context& context, JobExecutor& executor, const Request& request) {
  const Workspace workspace = context.workspaces.of(request);
  const std::string& name = request.parameter("name");
  check_asset_name("job name", name);
  json::object body = request.json_object();
  json::object& properties = ensure_object(body, "properties");
  const ResourceKey key{workspace.id, k_kind, name};
  if (context.store.find(key)) return change(context, key, properties);
  check(context, workspace, properties);
  complete(name, properties);
  const auto resource = context.store.insert(key, body);
  if (!resource) return change(context, key, properties);
  executor.submit(workspace, name);
  return Response::of_json(201, shown(context, *resource));
}

bool is_wanted(const Request& request, const Resource& resource) {
  const json::object* properties = resource.find_properties();
  if (!properties || !is_listed(request, resource.body)) return false;
  const std::string parent =
      request.query_value("parentJobName").value_or(request.query_value("parentRunName").value_or(""));
  if (text_at(*properties, "parentJobName") != parent) return false;
  const std::string type = request.query_value("jobType").value_or("");
  return type.empty() || text_at(*properties, "jobType") == type;
}

Response list(const Context& context, const Request& request) {
  std::vector<json::value> items;
  for (const auto& resource : context.store.list({.workspace = context.workspaces.of(request).id, .kind = k_kind})) {
    if (is_wanted(request, resource)) items.push_back(shown(context, resource));
  }
  return page_of(context, request, std::move(items));
}

void wait_for_end(const Context& context, const ResourceKey& key) {
  const auto deadline = std::chrono::steady_clock::now() + k_cancel_longest;
  while (std::chrono::steady_clock::now() < deadline) {
    const auto resource = context.store.find(key);
    if (!resource || is_terminal(text_at(*resource->find_properties(), "status"))) return;
    std::this_thread::sleep_for(k_cancel_poll);
  }
  throw ServiceError(500, "CancelTimeout", fmt::format("The job '{}' did not end in time.", key.name));
}

Response cancel(Context& context, Operations& operations, JobExecutor& executor, const Request& request) {
  const Workspace workspace = context.workspaces.of(request);
  const Resource resource = find(context, request);
  if (is_terminal(text_at(*resource.find_properties(), "status"))) return Response::empty(200);
  executor.cancel(workspace, resource.key.name);
  return operations.accepted(workspace,
                             operations.start([&context, key = resource.key] { wait_for_end(context, key); }));
}

Response remove(Context& context, Operations& operations, JobExecutor& executor, const Request& request) {
  const Workspace workspace = context.workspaces.of(request);
  const ResourceKey key{workspace.id, k_kind, request.parameter("name")};
  if (!context.store.find(key)) return Response::empty(204);
  return operations.accepted(workspace, operations.start([&context, &executor, workspace, key] {
    executor.remove(workspace, key.name);
    context.store.remove(key);
  }));
}

}  // namespace

Resource start_job(Context& context, JobExecutor& executor, const Workspace& workspace, const std::string& name,
                   json::object properties) {
  check_asset_name("job name", name);
  complete(name, properties);
  const auto resource =
      context.store.insert({workspace.id, k_kind, name}, json::object{{"properties", std::move(properties)}});
  if (!resource) throw ServiceError(409, "Conflict", fmt::format("A job '{}' exists already.", name));
  executor.submit(workspace, name);
  return *resource;
}

void add_job_routes(Router& router, Context& context, Operations& operations, JobExecutor& executor) {
  const std::string collection = std::string(k_workspace_pattern) + "/jobs";
  const std::string one = collection + "/{name}";
  router.add("list-jobs", "GET", collection, [&](const Request& request) { return list(context, request); });
  router.add("get-job", "GET", one,
             [&](const Request& request) { return Response::of_json(200, shown(context, find(context, request))); });
  router.add("put-job", "PUT", one, [&](const Request& request) { return put(context, executor, request); });
  router.add("post-cancel-job", "POST", one + "/cancel",
             [&](const Request& request) { return cancel(context, operations, executor, request); });
  router.add("delete-job", "DELETE", one,
             [&](const Request& request) { return remove(context, operations, executor, request); });
}

}  // namespace mlops::emulator
