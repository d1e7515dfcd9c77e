#pragma once
// A workspace with models, one container behind both datastores and the job train-1, as far as model-register asks it.
// It outlives the runs of the task, so that a run can be killed and the next one continue.

#include <functional>
#include <map>
#include <mlops/aml/json_access.hpp>
#include <mlops/http/url.hpp>
#include <mlops/tasks/model-register/run.hpp>
#include <mlops/tasks/model-register/spec.hpp>
#include <mlops_test/azure_fixture.hpp>
#include <set>
#include <string>
#include <utility>
#include <vector>

namespace mlops::test {

namespace json = boost::json;

/// Thrown through the task like a SIGKILL: it is no std::exception, nothing cleans up.
struct RegisterKilled {};

inline constexpr const char* k_job_folder = "ExperimentRun/dcid.train-1/";

struct RegisterService {
  RegisterService() { folder.write("files/model.bin", "weights"); }

  void run(const std::map<std::string, std::string>& inputs = {}, const std::string& build = "42",
           bool dry_run = false) {
    AzureWorld world({{"BUILD_BUILDID", build}, {"AGENT_TEMPDIRECTORY", folder.path().string()}});
    world.services.dry_run = dry_run;
    connect(world.transport);
    std::map<std::string, std::string> values = {
        {"azureSubscription", k_connection}, {"resourceGroup", "rg"}, {"workspace", "ws"}, {"modelName", "cancer"}};
    if (inputs.count("jobName") == 0) values["modelPath"] = (folder.path() / "files").string();
    for (const auto& [name, value] : inputs) values[name] = value;
    try {
      tasks::model_register::run(world.services, agent::Inputs(tasks::model_register::spec(), values));
      output = world.output.text;
    } catch (...) {
      output = world.output.text;
      throw;
    }
  }

  std::string variable(const std::string& name) const {
    const std::string mark = "variable=" + name + ";isoutput=true;]";
    const auto at = output.rfind(mark);
    if (at == std::string::npos) return {};
    const auto begin = at + mark.size();
    return output.substr(begin, output.find('\n', begin) - begin);
  }

  std::string property(const std::string& version, const std::string& name) const {
    const auto& properties = aml::object_at(models.at(version), "properties.properties");
    const auto* value = properties.if_contains(name);
    return value ? std::string(value->as_string()) : std::string();
  }

  TemporaryFolder folder;
  std::map<std::string, json::value> models;  ///< by version
  std::map<std::string, std::string> blobs;
  std::set<std::string> complete;
  std::vector<std::string> changes;  ///< "put-blob", "put-mark", "put-model"
  std::string kill_after;            ///< one of them; strikes once
  std::function<void(const std::string& version)> before_put_model;
  bool keeps_first_properties = false;
  std::string output;  ///< of the last run

 private:
  using Request = http::Request;
  using Response = http::Response;

  static std::string path(const Request& request) { return http::decode(http::parse_url(request.url).path); }

  static Response answer(const json::value& value, int status = 200) { return {status, {}, json::serialize(value)}; }

  static json::value datastore(const char* name) {
    return {{"name", name},
            {"properties",
             {{"datastoreType", "AzureBlob"},
              {"accountName", "acct"},
              {"containerName", "box"},
              {"endpoint", "core.windows.net"},
              {"protocol", "https"}}}};
  }

  void changed(const std::string& change) {
    changes.push_back(change);
    if (change != kill_after) return;
    kill_after.clear();
    throw RegisterKilled();
  }

  void connect(FakeTransport& transport) {
    transport.on("GET", "/workspaces/ws?", 200, R"({"location":"west"})");
    transport.on("GET", "/jobs/", 404, R"({"error":{"code":"NotFound","message":"no such job"}})");
    transport.on("GET", "/jobs/train-1?", 200, R"({"name":"train-1","properties":{}})");
    for (const char* name : {"workspaceblobstore", "workspaceartifactstore"}) {
      transport.on("GET", std::string("/datastores/") + name + "?", 200, json::serialize(datastore(name)));
    }
    transport.on("POST", "/listSecrets?", 200, R"({"sasToken":"sv=1&sig=hush"})");
    transport.on("HEAD", "https://acct.", [this](const Request& request) { return head_blob(request); });
    transport.on("PUT", "https://acct.", [this](const Request& request) { return put_blob(request); });
    transport.on("GET", "https://acct.", [this](const Request& request) { return list_blobs(request); });
    transport.on("GET", "/models/cancer?", [this](const Request&) {
      return models.empty() ? Response{404, {}, "{}"} : answer({{"properties", json::object()}});
    });
    transport.on("GET", "/models/cancer/versions?", [this](const Request&) {
      json::array all;
      for (const auto& [version, model] : models) all.push_back(model);
      return answer({{"value", all}});
    });
    transport.on("GET", "/models/cancer/versions/", [this](const Request& request) {
      const auto found = models.find(aml::last_segment(path(request)));
      return found == models.end() ? Response{404, {}, "{}"} : answer(found->second);
    });
    transport.on("PUT", "/models/cancer/versions/", [this](const Request& request) { return put_model(request); });
  }

  Response head_blob(const Request& request) const {
    if (blobs.count(path(request)) == 0) return {404, {{"x-ms-error-code", "BlobNotFound"}}, ""};
    http::Headers headers{{"Content-Length", "1"}};
    if (complete.count(path(request)) != 0) headers.set("x-ms-meta-upload_status", "completed");
    return {200, headers, ""};
  }

  Response put_blob(const Request& request) {
    if (request.url.find("comp=metadata") != std::string::npos) {
      complete.insert(path(request));
      changed("put-mark");
      return {200, {}, ""};
    }
    blobs[path(request)] = body_of(request);
    changed("put-blob");
    return {201, {}, ""};
  }

  Response list_blobs(const Request& request) const {
    std::string prefix;
    for (const auto& [name, value] : http::parse_query(http::parse_url(request.url).query)) {
      if (name == "prefix") prefix = "/box/" + value;
    }
    std::string xml = "<?xml version=\"1.0\"?><EnumerationResults><Blobs>";
    for (const auto& [name, content] : blobs) {
      if (name.rfind(prefix, 0) != 0) continue;
      xml +=
          "<Blob><Name>" + name.substr(5) + "</Name><Properties><Content-Length>1</Content-Length></Properties></Blob>";
    }
    return {200, {}, xml + "</Blobs><NextMarker/></EnumerationResults>"};
  }

  Response put_model(const Request& request) {
    const std::string version = aml::last_segment(path(request));
    if (before_put_model) std::exchange(before_put_model, nullptr)(version);
    json::value model = json::parse(body_of(request));
    model.as_object()["name"] = version;
    model.as_object()["id"] = path(request);
    const auto [there, is_new] = models.emplace(version, model);
    if (!is_new && !keeps_first_properties) return {409, {}, R"({"error":{"code":"Conflict","message":"exists"}})"};
    if (is_new) changed("put-model");
    return answer(there->second, is_new ? 201 : 200);
  }
};

}  // namespace mlops::test
