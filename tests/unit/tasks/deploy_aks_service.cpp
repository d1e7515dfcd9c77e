#include "deploy_aks_service.hpp"

#include <mlops/aml/json_access.hpp>

namespace mlops::test {

namespace {

const std::string k_workspace =
    k_arm + "/subscriptions/sub/resourceGroups/rg/providers/Microsoft.MachineLearningServices/workspaces/ws";
const std::string k_endpoint_path = "/onlineEndpoints/cancer-ep";
const std::string k_model_path = "/models/cancer";

const std::string k_endpoint_yaml =
    R"($schema: https://azuremlschemas.azureedge.net/latest/managedOnlineEndpoint.schema.json
name: cancer-ep
auth_mode: key
)";

const std::string k_deployment_yaml =
    R"($schema: https://azuremlschemas.azureedge.net/latest/managedOnlineDeployment.schema.json
name: blue
endpoint_name: cancer-ep
model: azureml:cancer:1
instance_type: Standard_DS2_v2
instance_count: 1
)";

http::Response answer(int status, const json::value& body) {
  return {status, {}, json::serialize(body)};
}

http::Response error(int status, const std::string& message) {
  return answer(status, {{"error", {{"code", "Test"}, {"message", message}}}});
}

json::object body_json(const http::Request& request) {
  return json::parse(body_of(request)).as_object();
}

}  // namespace

EndpointService::EndpointService() {
  folder.write("endpoint.yml", k_endpoint_yaml);
  folder.write("deployment.yml", k_deployment_yaml);
  folder.write("sample.json", "{\"data\": [1]}");
}

std::string EndpointService::run(const std::map<std::string, std::string>& inputs, bool dry_run) {
  std::map<std::string, std::string> values = {{"azureSubscription", k_connection},
                                               {"resourceGroup", "rg"},
                                               {"workspace", "ws"},
                                               {"endpointFile", (folder.path() / "endpoint.yml").string()},
                                               {"deploymentFile", (folder.path() / "deployment.yml").string()},
                                               {"modelName", "cancer"},
                                               {"modelVersion", "3"},
                                               {"sampleRequest", (folder.path() / "sample.json").string()},
                                               {"tagModel", "stage=production"}};
  for (const auto& [name, value] : inputs) {
    values.erase(name);
    if (!value.empty()) values[name] = value;
  }
  variables["AGENT_TEMPDIRECTORY"] = folder.path().string();
  AzureWorld world(variables);
  world.services.dry_run = dry_run;
  m_world = &world;
  m_steps.clear();
  for (const char* method : {"GET", "PUT", "PATCH", "POST", "DELETE"}) {
    world.transport.on(method, k_workspace, [this](const http::Request& request) { return handle(request); });
  }
  world.transport.on("POST", "//cancer-ep.example/score",
                     [this](const http::Request& request) { return score(request); });
  const auto remember = [&] {
    output = world.output.text;
    sleeps = world.sleeper.sleeps;
  };
  try {
    const agent::Inputs given(tasks::deploy_aks::spec(), values);
    given.validate();
    std::string result = tasks::deploy_aks::run(world.services, given);
    remember();
    return result;
  } catch (...) {
    remember();
    throw;
  }
}

void EndpointService::add_model(const std::string& version, const std::map<std::string, std::string>& tags) {
  json::object tag_object;
  for (const auto& [name, value] : tags) tag_object[name] = value;
  m_models[version] = {
      {"modelUri", "azureml://x"}, {"modelType", "custom_model"}, {"tags", tag_object}, {"properties", json::object{}}};
}

void EndpointService::add_endpoint(const std::map<std::string, int>& traffic) {
  json::object shares;
  for (const auto& [name, share] : traffic) shares[name] = share;
  m_endpoint = json::object{{"name", "cancer-ep"},
                            {"location", "westeurope"},
                            {"properties",
                             {{"authMode", "Key"},
                              {"traffic", shares},
                              {"scoringUri", scoring_host + "/score"},
                              {"provisioningState", "Succeeded"}}}};
}

void EndpointService::add_deployment(const std::string& name, bool ours, const std::string& state) {
  json::object tags;
  if (ours) tags = {{"mlops.managedBy", "deploy-aks"}, {"mlops.contentHash", "other"}, {"mlops.phase", "live"}};
  deployments[name] = {{"name", name}, {"tags", tags}, {"properties", {{"provisioningState", state}}}};
}

std::vector<std::string> EndpointService::deployment_names() const {
  std::vector<std::string> names;
  for (const auto& [name, body] : deployments) names.push_back(name);
  return names;
}

std::string EndpointService::traffic() const {
  return m_endpoint ? json::serialize(m_endpoint->at("properties").at("traffic")) : "no endpoint";
}

std::string EndpointService::tag_of_model(const std::string& version) const {
  return aml::text_at(m_models.at(version), "tags.stage");
}

std::string EndpointService::deployment_tag(const std::string& deployment, const std::string& tag) const {
  const auto* value = deployments.at(deployment).at("tags").as_object().if_contains(tag);
  return value ? std::string(value->as_string()) : "";
}

std::string EndpointService::output_variable(const std::string& name) const {
  const auto command = output.rfind("##vso[task.setvariable variable=" + name + ";");
  if (command == std::string::npos) return {};
  const auto value = output.find(']', command) + 1;
  return output.substr(value, output.find('\n', value) - value);
}

http::Response EndpointService::step(const std::string& name, const std::string& what,
                                     const std::function<http::Response()>& action) {
  m_steps.push_back(name + " " + what);
  const auto fault = faults.find(name);
  if (fault == faults.end()) return action();
  const Fault kind = fault->second;
  faults.erase(fault);
  if (kind == Fault::refuse) return error(400, "refused");
  http::Response response = action();
  if (kind == Fault::kill) throw Killed();
  if (kind == Fault::cancel) {
    m_world->cancellation.stop = true;
    m_world->cancellation.check();
  }
  if (kind == Fault::fail_later) {
    deployments.at(what)["properties"].as_object()["provisioningState"] = "Failed";
    response.body = json::serialize(deployments.at(what));
  }
  return response;
}

http::Response EndpointService::handle(const http::Request& request) {
  // What the real transport does.
  if (m_world->cancellation.stop && !request.even_when_cancelled) m_world->cancellation.check();
  std::string path = request.url.substr(k_workspace.size());
  path = path.substr(0, path.find('?'));
  if (path.empty()) return answer(200, {{"location", "westeurope"}});
  if (path.rfind(k_model_path, 0) == 0) return model_request(request, path.substr(k_model_path.size()));
  if (path.rfind(k_endpoint_path, 0) != 0) return error(404, path);
  const std::string rest = path.substr(k_endpoint_path.size());
  if (rest == "/listKeys") return answer(200, {{"primaryKey", "the-scoring-key"}});
  const std::string inside = "/deployments";
  if (rest == inside) {
    json::array items;
    for (const auto& [name, body] : deployments) items.push_back(body);
    return answer(200, {{"value", items}});
  }
  if (rest.rfind(inside, 0) == 0) return deployment_request(request, rest.substr(inside.size() + 1));
  return endpoint_request(request);
}

http::Response EndpointService::endpoint_request(const http::Request& request) {
  if (request.method == "DELETE") {
    return step("delete-endpoint", "", [&] {
      m_endpoint.reset();
      deployments.clear();
      return http::Response{200, {}, ""};
    });
  }
  if (request.method == "PUT") {
    const json::value body = body_json(request);
    const auto* traffic = aml::find_at(body, "properties.traffic");
    const std::string what = traffic ? json::serialize(*traffic) : "";
    return step(m_endpoint ? "put-traffic" : "put-endpoint", what, [&] {
      if (traffic && what == refused_traffic) return error(400, "this traffic can't be set");
      add_endpoint({});
      json::object& properties = m_endpoint->at("properties").as_object();
      if (traffic) properties["traffic"] = *traffic;
      if (m_world->cancellation.stop && polls_until_traffic != 0) properties["provisioningState"] = "Updating";
      return answer(200, *m_endpoint);
    });
  }
  if (m_endpoint && is_updating() && polls_until_traffic > 0 && --polls_until_traffic == 0) {
    m_endpoint->at("properties").as_object()["provisioningState"] = "Succeeded";
  }
  return m_endpoint ? answer(200, *m_endpoint) : error(404, "no endpoint");
}

bool EndpointService::is_updating() const {
  return aml::text_at(*m_endpoint, "properties.provisioningState") == "Updating";
}

http::Response EndpointService::deployment_request(const http::Request& request, const std::string& name) {
  if (name.find("/getLogs") != std::string::npos) return answer(200, {{"content", "line 1\nline 2\n"}});
  if (request.method == "PUT") {
    return step("put-deployment", name, [&] { return put_deployment(request, name); });
  }
  if (deployments.count(name) == 0) return error(404, "no deployment");
  if (request.method == "PATCH") {
    return step("patch-deployment", name, [&] {
      deployments[name]["tags"] = body_json(request).at("tags");
      return answer(200, deployments[name]);
    });
  }
  if (request.method == "DELETE") {
    if (is_updating()) return error(409, "the endpoint is being changed");
    const auto& shares = m_endpoint->at("properties").at("traffic").as_object();
    if (shares.contains(name) && shares.at(name).as_int64() > 0) return error(400, "it has traffic");
    return step("delete-deployment", name, [&] {
      deployments.erase(name);
      return http::Response{200, {}, ""};
    });
  }
  if (m_polls[name] > 0 && --m_polls[name] == 0) {
    deployments[name]["properties"].as_object()["provisioningState"] = "Succeeded";
  }
  return answer(200, deployments[name]);
}

http::Response EndpointService::put_deployment(const http::Request& request, const std::string& name) {
  json::object body = body_json(request);
  body["name"] = name;
  m_polls[name] = polls_until_ready;
  body["properties"].as_object()["provisioningState"] = polls_until_ready > 0 ? "Creating" : "Succeeded";
  deployments[name] = body;
  if (on_put_deployment) on_put_deployment();
  return answer(201, body);
}

http::Response EndpointService::model_request(const http::Request& request, const std::string& rest) {
  const std::string versions = "/versions";
  const auto resource = [&](const std::string& version) -> json::value {
    return json::object{{"name", version},
                        {"id", k_workspace.substr(k_arm.size()) + k_model_path + versions + "/" + version},
                        {"properties", m_models.at(version)}};
  };
  if (rest.empty()) return answer(200, {{"properties", {{"latestVersion", m_models.rbegin()->first}}}});
  if (rest == versions) {
    json::array items;
    for (const auto& [version, body] : m_models) items.push_back(resource(version));
    return answer(200, {{"value", items}});
  }
  const std::string version = rest.substr(versions.size() + 1);
  if (m_models.count(version) == 0) return error(404, "no model");
  if (request.method == "PUT") {
    return step("put-model", version, [&] {
      m_models[version] = body_json(request).at("properties").as_object();
      return answer(200, resource(version));
    });
  }
  return answer(200, resource(version));
}

http::Response EndpointService::score(const http::Request& request) {
  if (request.url.rfind("http:", 0) == 0 && !request.allow_plain_http) {
    throw http::TransportError(http::FailureKind::refused_by_policy, "plain http is refused.",
                               {request.method, request.url, 0, ""}, "");
  }
  if (request.headers.find("Authorization") != "Bearer the-scoring-key") return {401, {}, "wrong key"};
  const auto wanted = request.headers.find("azureml-model-deployment");
  std::string name = wanted.value_or("");
  for (const auto& share : m_endpoint->at("properties").at("traffic").as_object()) {
    if (!wanted && share.value().get_int64() > 0) name = share.key();
  }
  return step(wanted ? "score-deployment" : "score-traffic", name, [&]() -> http::Response {
    if (deployments.count(name) == 0) return {404, {}, "no deployment has traffic"};
    if (score_answer) return score_answer();
    const bool broken = unhealthy.count(name) != 0 || (!wanted && unhealthy.count("traffic") != 0);
    return {broken ? 500 : 200, {{"azureml-model-deployment", name}}, broken ? "boom" : "{\"answer\": 42}"};
  });
}

}  // namespace mlops::test
