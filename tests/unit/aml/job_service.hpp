#pragma once

#include <deque>
#include <functional>
#include <map>
#include <mlops/aml/json_access.hpp>
#include <mlops/aml/workspace.hpp>
#include <mlops/http/url.hpp>
#include <mlops_test/azure_fixture.hpp>
#include <string>
#include <vector>

namespace mlops::test {

namespace json = boost::json;

/// A run of the history as a test moves it on.
struct FakeRun {
  std::string status = "Running";
  std::string display_name;
  std::string parent;
  std::string log;  ///< of user_logs/std_log.txt
  std::string error;
  std::map<std::string, std::string> other_logs;
  std::map<std::string, std::string> outputs;  ///< uri by name
  std::map<std::string, double> metrics;
  int order = 0;  ///< minutes after noon of its creation and start
};

/// A workspace whose jobs, runs and logs stand in maps. Each sleep of the code under test makes the next `step` happen.
struct JobService {
  explicit JobService(const std::map<std::string, std::string>& variables = {}) : world(variables) {
    world.sleeper.on_sleep = [this] {
      if (steps.empty()) return;
      const auto step = steps.front();
      steps.pop_front();
      step();
    };
    add_resource_manager();
    add_history();
    add_mlflow();
  }

  FakeRun& run(const std::string& name, const std::string& parent = {}, const std::string& display_name = {}) {
    FakeRun& made = runs[name];
    made.parent = parent;
    made.display_name = display_name;
    made.order = static_cast<int>(runs.size());
    return made;
  }

  std::vector<std::string> lines_with(const std::string& part) const {
    std::vector<std::string> found;
    for (const auto& line : world.service_lines()) {
      if (line.find(part) != std::string::npos) found.push_back(line);
    }
    return found;
  }

  AzureWorld world;
  azure::Session session{world.services, k_connection};
  aml::Workspace workspace{session, {"sub", "rg", "ws"}};
  std::map<std::string, json::value> jobs;
  std::map<std::string, FakeRun> runs;
  std::deque<std::function<void()>> steps;
  std::uint64_t log_bytes = 0;  ///< that were read

 private:
  using Request = http::Request;
  using Response = http::Response;

  static Response answer(const json::value& value, int status = 200) { return {status, {}, json::serialize(value)}; }

  static std::string between(const std::string& url, const std::string& begin, const std::string& ends) {
    const auto at = url.find(begin) + begin.size();
    return http::decode(url.substr(at, url.find_first_of(ends, at) - at));
  }

  void add_resource_manager() {
    auto& transport = world.transport;
    transport.on("GET", "/workspaces/ws?", [](const Request&) {
      return answer({{"location", "west"},
                     {"properties",
                      {{"discoveryUrl", "https://discovery.example/"},
                       {"mlFlowTrackingUri", "azureml://api.example/mlflow/v1.0/ws"}}}});
    });
    transport.on("GET", "https://discovery.example/", 200, R"({"api":"https://api.example"})");
    transport.on("GET", "/jobs/", [this](const Request& request) {
      const auto found = jobs.find(between(request.url, "/jobs/", "?"));
      return found == jobs.end() ? Response{404, {}, R"({"error":{"code":"NotFound","message":"no job"}})"}
                                 : answer(found->second);
    });
    transport.on("PUT", "/jobs/", [this](const Request& request) {
      const std::string name = between(request.url, "/jobs/", "?");
      json::value body = json::parse(body_of(request));
      json::object& properties = body.as_object()["properties"].as_object();
      properties["status"] = "NotStarted";
      body.as_object()["name"] = name;
      jobs[name] = body;
      run(name);
      return answer(body, 201);
    });
    transport.on("POST", "/cancel?", [this](const Request& request) {
      runs[between(request.url, "/jobs/", "/")].status = "CancelRequested";
      return Response{200, {}, ""};
    });
  }

  json::value described(const std::string& name) const {
    const FakeRun& fake = runs.at(name);
    const auto time = [&](int minutes) {
      return core::to_iso8601(*core::from_iso8601("2026-03-01T12:00:00Z") + std::chrono::minutes(minutes));
    };
    json::object run{{"runId", name},
                     {"status", fake.status},
                     {"displayName", fake.display_name},
                     {"parentRunId", fake.parent},
                     {"runType", fake.parent.empty() ? "azureml.PipelineRun" : "azureml.StepRun"},
                     {"createdUtc", time(fake.order)},
                     {"startTimeUtc", time(fake.order)}};
    if (fake.status == "Completed" || fake.status == "Failed" || fake.status == "Canceled") {
      run["endTimeUtc"] = time(fake.order + 2);
    }
    return run;
  }

  void add_history() {
    auto& transport = world.transport;
    transport.on("GET", "/details?", [this](const Request& request) {
      const std::string name = between(request.url, "/runs/", "/");
      if (runs.count(name) == 0) return Response{404, {}, "{}"};
      const FakeRun& fake = runs.at(name);
      json::object details = described(name).as_object();
      json::object logs{{"user_logs/std_log.txt", "https://logs.example/" + name + "?sig=hush"}};
      for (const auto& [log, text] : fake.other_logs)
        logs[log] = "https://logs.example/" + name + "/" + log + "?sig=hush";
      details["logFiles"] = logs;
      if (!fake.error.empty()) details["error"] = {{"error", {{"code", "UserError"}, {"message", fake.error}}}};
      return answer(details);
    });
    transport.on("GET", "/children?", [this](const Request& request) {
      const std::string parent = between(request.url, "/runs/", "/");
      json::array children;
      for (const auto& [name, fake] : runs) {
        if (fake.parent == parent) children.push_back(described(name));
      }
      return answer({{"value", children}});
    });
    transport.on("GET", "https://logs.example/", [this](const Request& request) { return log(request); });
    transport.on("POST", "/rundata?", [this](const Request& request) {
      const std::string name = aml::text_at(json::parse(body_of(request)), "runId");
      json::object outputs;
      for (const auto& [output, uri] : runs[name].outputs) outputs[output] = {{"assetId", uri}, {"type", "uri_folder"}};
      return answer({{"runMetadata", {{"outputs", outputs}}}});
    });
    transport.on("POST", "batchGetResolvedUris", [](const Request& request) {
      json::object values;
      const json::value body = json::parse(body_of(request));
      for (const auto& id : body.at("values").as_array()) values[id.as_string()] = {{"uri", id}};
      return answer({{"values", values}});
    });
  }

  Response log(const Request& request) {
    const std::string path = between(request.url, "https://logs.example/", "?");
    const auto slash = path.find('/');
    const FakeRun& fake = runs.at(path.substr(0, slash));
    const std::string& text = slash == std::string::npos ? fake.log : fake.other_logs.at(path.substr(slash + 1));
    const std::string range = request.headers.find("Range").value_or("bytes=0-");
    const auto from = std::stoull(range.substr(6));
    if (from >= text.size()) return {416, {}, ""};
    log_bytes += text.size() - from;
    return {206, {}, text.substr(from)};
  }

  void add_mlflow() {
    world.transport.on("GET", "/api/2.0/mlflow/runs/get", [this](const Request& request) {
      const std::string name = between(request.url, "run_id=", "&");
      if (runs.count(name) == 0) return Response{404, {}, "{}"};
      json::array metrics;
      for (const auto& [key, value] : runs.at(name).metrics) metrics.push_back({{"key", key}, {"value", value}});
      return answer(
          {{"run",
            {{"info", {{"run_id", name}, {"start_time", runs.at(name).order}}}, {"data", {{"metrics", metrics}}}}}});
    });
  }
};

}  // namespace mlops::test
