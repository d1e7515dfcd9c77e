#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <mlops/aml/endpoints/online_endpoints.hpp>
#include <mlops/aml/json_access.hpp>
#include <mlops/core/text.hpp>

namespace mlops::aml {

namespace {

// What a client may write of an endpoint; the rest of what the service sends is its own.
constexpr const char* k_writable[] = {
    "authMode", "compute", "description", "mirrorTraffic", "properties", "publicNetworkAccess", "traffic"};

json::object writable(const json::value& endpoint) {
  json::object body;
  for (const char* member : {"location", "tags", "kind"}) {
    if (const auto* value = find_at(endpoint, member); value && !value->is_null()) body[member] = *value;
  }
  // The service's own ids of an identity can't be written back.
  const std::string identity = text_at(endpoint, "identity.type");
  if (!identity.empty()) {
    json::object& written = body["identity"].emplace_object();
    written["type"] = identity;
    json::object users;
    for (const auto& user : object_at(endpoint, "identity.userAssignedIdentities")) users[user.key()] = json::object();
    if (!users.empty()) written["userAssignedIdentities"] = users;
  }
  json::object& properties = body["properties"].emplace_object();
  for (const char* member : k_writable) {
    const auto* value = find_at(endpoint, std::string("properties.") + member);
    if (value && !value->is_null()) properties[member] = *value;
  }
  return body;
}

constexpr std::string_view k_transitions[] = {"Creating", "Updating", "Deleting", "Scaling"};
constexpr std::chrono::milliseconds k_settle_poll{250};

int container_status_of(const http::Response& answer) {
  const std::string text = answer.headers.find(k_container_status_header).value_or("");
  int status = 0;
  std::from_chars(text.data(), text.data() + text.size(), status);
  return status;
}

constexpr const char* k_containers[] = {"InferenceServer", "StorageInitializer"};

}  // namespace

json::object with_traffic(const json::value& endpoint, const Traffic& traffic) {
  json::object body = writable(endpoint);
  json::object shares;
  for (const auto& [deployment, percent] : traffic) shares[deployment] = percent;
  body["properties"].get_object()["traffic"] = shares;
  return body;
}

Traffic traffic_of(const json::value& endpoint) {
  Traffic traffic;
  for (const auto& share : object_at(endpoint, "properties.traffic")) {
    if (share.value().is_int64()) traffic[share.key()] = share.value().get_int64();
  }
  return traffic;
}

bool is_in_transition(const json::value& resource) {
  const std::string state = text_at(resource, "properties.provisioningState");
  return std::find(std::begin(k_transitions), std::end(k_transitions), state) != std::end(k_transitions);
}

std::string OnlineEndpoints::path(const std::string& endpoint) const {
  return online_endpoint_path(m_workspace.id(), endpoint);
}

std::string OnlineEndpoints::path(const std::string& endpoint, const std::string& deployment) const {
  return online_deployment_path(m_workspace.id(), endpoint, deployment);
}

std::optional<json::value> OnlineEndpoints::find(const std::string& endpoint) {
  return m_workspace.manager().find(path(endpoint), k_api_version);
}

json::value OnlineEndpoints::put(const std::string& endpoint, const json::value& body) {
  return m_workspace.manager().put(path(endpoint), k_api_version, body, fmt::format("the endpoint \"{}\"", endpoint));
}

void OnlineEndpoints::remove(const std::string& endpoint, bool even_when_cancelled) {
  m_workspace.manager().remove(path(endpoint), k_api_version, fmt::format("the endpoint \"{}\"", endpoint),
                               even_when_cancelled);
}

std::vector<json::value> OnlineEndpoints::deployments(const std::string& endpoint) {
  return m_workspace.manager().list(path(endpoint) + "/deployments", k_api_version);
}

std::optional<json::value> OnlineEndpoints::find_deployment(const std::string& endpoint,
                                                            const std::string& deployment) {
  return m_workspace.manager().find(path(endpoint, deployment), k_api_version);
}

json::value OnlineEndpoints::put_deployment(const std::string& endpoint, const std::string& deployment,
                                            const json::value& body) {
  return m_workspace.manager().put(path(endpoint, deployment), k_api_version, body,
                                   fmt::format("the deployment \"{}\"", deployment));
}

void OnlineEndpoints::remove_deployment(const std::string& endpoint, const std::string& deployment,
                                        bool even_when_cancelled) {
  m_workspace.manager().remove(path(endpoint, deployment), k_api_version,
                               fmt::format("the deployment \"{}\"", deployment), even_when_cancelled);
}

void OnlineEndpoints::set_deployment_tags(const std::string& endpoint, const std::string& deployment,
                                          const json::object& tags) {
  m_workspace.manager().patch(path(endpoint, deployment), k_api_version, json::object{{"tags", tags}},
                              fmt::format("the tags of the deployment \"{}\"", deployment));
}

std::string OnlineEndpoints::logs(const std::string& endpoint, const std::string& deployment, int tail) {
  for (const char* container : k_containers) {
    const json::value answer =
        m_workspace.manager().post(path(endpoint, deployment) + "/getLogs", k_api_version,
                                   json::object{{"containerType", container}, {"tail", tail}},
                                   fmt::format("the logs of the deployment \"{}\"", deployment), true);
    const std::string content = text_at(answer, "content");
    if (!core::trim(content).empty()) return content;
  }
  return {};
}

json::value OnlineEndpoints::set_traffic(const json::value& endpoint, const Traffic& traffic,
                                         bool even_when_cancelled) {
  const std::string name = text_at(endpoint, "name");
  return m_workspace.manager().put(path(name), k_api_version, with_traffic(endpoint, traffic),
                                   fmt::format("the traffic of \"{}\"", name), even_when_cancelled);
}

bool OnlineEndpoints::settles_within(const std::string& endpoint, std::chrono::milliseconds most) {
  agent::Services& services = m_workspace.services();
  const auto deadline = services.clock.now() + most;
  for (;;) {
    const auto there = m_workspace.manager().find(path(endpoint), k_api_version, true);
    if (!there || !is_in_transition(*there)) return true;
    if (services.clock.now() >= deadline) return false;
    services.sleeper.sleep_through(k_settle_poll);
  }
}

core::Secret OnlineEndpoints::key_of(const json::value& endpoint) {
  const std::string name = text_at(endpoint, "name");
  const bool by_key = text_at(endpoint, "properties.authMode") == "Key";
  // Tokens end; keys may be kept.
  if (by_key && m_keys.count(name) != 0) return m_keys.at(name);
  const json::value answer =
      m_workspace.manager().post(path(name) + (by_key ? "/listKeys" : "/token"), k_api_version, nullptr,
                                 fmt::format("the keys of the endpoint \"{}\"", name), true);
  core::Secret key(text_at(answer, by_key ? "primaryKey" : "accessToken"));
  m_workspace.services().log.add_secret(key);
  m_keys[name] = key;
  return key;
}

ScoreAnswer OnlineEndpoints::score(const json::value& endpoint, const std::string& deployment,
                                   const std::string& request, bool allow_plain_http) {
  azure::Session& session = m_workspace.session();
  http::Request post;
  post.method = "POST";
  post.url = text_at(endpoint, "properties.scoringUri");
  post.headers = {{"Content-Type", "application/json"}};
  if (!deployment.empty()) post.headers.set(k_deployment_header, deployment);
  post.body = request;
  const bool by_identity = text_at(endpoint, "properties.authMode") == "AADToken";
  post.allow_plain_http = allow_plain_http && !by_identity;
  if (!by_identity) post.headers.set("Authorization", "Bearer " + key_of(endpoint).reveal());
  http::Transport& transport =
      by_identity ? session.transport_for(session.cloud().machine_learning_audience) : session.anonymous();
  try {
    const http::Response answer = transport.send(post);
    return {answer.status, answer.body, "", answer.headers.find(k_deployment_header).value_or(""),
            container_status_of(answer)};
  } catch (const http::TransportError& failure) {
    if (!failure.retryable()) throw;
    return {0, "", failure.what(), "", 0};
  }
}

}  // namespace mlops::aml
