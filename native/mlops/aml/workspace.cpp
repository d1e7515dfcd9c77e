#include <fmt/format.h>

#include <mlops/aml/json_access.hpp>
#include <mlops/aml/workspace.hpp>
#include <mlops/core/hash.hpp>
#include <mlops/core/text.hpp>
#include <mlops/http/url.hpp>

namespace mlops::aml {

namespace {

// A signature lives an hour when the service makes it; it is not used in its last quarter.
constexpr auto k_signature_life = std::chrono::hours(1);
constexpr auto k_signature_use = std::chrono::minutes(45);
// https://learn.microsoft.com/rest/api/storageservices/create-service-sas#version-2020-12-06-and-later
constexpr const char* k_sas_version = "2020-12-06";
constexpr const char* k_sas_permissions = "racwl";
constexpr std::string_view k_forbidden_in_names = "/\\?#%& \t\r\n";

std::string checked(const std::string& input, std::string value) {
  if (value.find_first_of(k_forbidden_in_names) == std::string::npos) return value;
  throw agent::input_error(input, fmt::format("holds \"{}\", which can't be such a name", value));
}

// "azureml://host/path" is spoken over https, except to a service on this machine that has http alone.
std::string as_http(const std::string& uri, const std::string& resource_manager) {
  constexpr std::string_view k_scheme = "azureml://";
  if (uri.rfind(k_scheme, 0) != 0) return uri;
  const std::string rest = uri.substr(k_scheme.size());
  const bool plain =
      resource_manager.rfind("http://", 0) == 0 && http::is_loopback(http::parse_url("http://" + rest).host);
  return (plain ? "http://" : "https://") + rest;
}

bool is_refused(const core::Error& error) {
  const auto* place = std::get_if<core::RequestPlace>(&error.place());
  return place && (place->status == 401 || place->status == 403);
}

}  // namespace

WorkspaceName WorkspaceName::of(const agent::Inputs& inputs, const azure::Session& session) {
  WorkspaceName name;
  name.subscription = checked("subscriptionId", inputs.text("subscriptionId"));
  if (name.subscription.empty()) name.subscription = session.subscription_id();
  if (name.subscription.empty()) {
    throw core::Error("input-missing", "the service connection names no subscription.", {},
                      "Set the input subscriptionId (--subscription-id).");
  }
  name.resource_group = checked("resourceGroup", inputs.text("resourceGroup"));
  name.workspace = checked("workspace", inputs.text("workspace"));
  return name;
}

Workspace::Workspace(azure::Session& session, WorkspaceName name)
    : m_session(session),
      m_name(std::move(name)),
      m_id(workspace_path(m_name.subscription, m_name.resource_group, m_name.workspace)),
      m_manager(session) {}

Workspace::Workspace(azure::Session& session, const std::string& registry_id)
    : m_session(session), m_name{"", "", last_segment(registry_id)}, m_id(registry_id), m_manager(session) {}

const json::value& Workspace::resource() {
  const std::lock_guard lock(m_mutex);
  if (!m_resource) {
    m_resource = m_manager.get(
        m_id, k_api_version,
        fmt::format("the workspace \"{}\" in the resource group \"{}\"", m_name.workspace, m_name.resource_group));
  }
  return *m_resource;
}

std::string Workspace::location() {
  return text_at(resource(), "location");
}

Datastore Workspace::read_datastore(const json::value& resource) const {
  const std::string name = text_at(resource, "name");
  const std::string type = text_at(resource, "properties.datastoreType");
  if (type != "AzureBlob") {
    throw core::Error("datastore-unsupported",
                      fmt::format("the datastore \"{}\" is of type {}; only AzureBlob can be used here.", name, type),
                      {}, "Name a datastore over Blob storage.");
  }
  Datastore datastore;
  datastore.name = name;
  datastore.account = text_at(resource, "properties.accountName");
  datastore.container = text_at(resource, "properties.containerName");
  const std::string protocol = text_at(resource, "properties.protocol");
  datastore.container_url = fmt::format("{}://{}.blob.{}/{}", protocol.empty() ? "https" : protocol, datastore.account,
                                        text_at(resource, "properties.endpoint"), datastore.container);
  datastore.by_identity = text_at(resource, "properties.credentials.credentialsType") == "None";
  return datastore;
}

const Datastore& Workspace::datastore(const std::string& name) {
  const std::lock_guard lock(m_mutex);
  const auto found = m_datastores.find(name);
  if (found != m_datastores.end()) return found->second;
  const auto resource = m_manager.find(datastore_path(m_id, name), k_api_version);
  if (!resource) {
    std::vector<std::string> names;
    for (const auto& item : m_manager.list(m_id + "/datastores", k_api_version)) names.push_back(text_at(item, "name"));
    const auto nearest = core::nearest(name, names);
    throw core::Error("not-found",
                      fmt::format("unknown datastore \"{}\"{}", name, nearest ? core::did_you_mean(nearest) : "."), {},
                      fmt::format("The workspace has: {}.", fmt::join(names, ", ")));
  }
  return m_datastores[name] = read_datastore(*resource);
}

const Datastore& Workspace::default_datastore() {
  const std::lock_guard lock(m_mutex);
  if (!m_default_datastore) {
    for (const auto& item : m_manager.list(m_id + "/datastores", k_api_version, {{"isDefault", "true"}})) {
      const json::value* is_default = find_at(item, "properties.isDefault");
      if (is_default && is_default->is_bool() && !is_default->get_bool()) continue;
      const Datastore datastore = read_datastore(item);
      m_default_datastore = datastore.name;
      m_datastores[datastore.name] = datastore;
      break;
    }
    if (!m_default_datastore) m_default_datastore = k_blob_datastore;
  }
  return datastore(*m_default_datastore);
}

azure::BlobContainer Workspace::container(const Datastore& datastore) {
  const std::lock_guard lock(m_mutex);
  const auto now = services().clock.now();
  const auto found = m_opened.find(datastore.name);
  if (found != m_opened.end() && now < found->second.until) return found->second.container;
  azure::BlobContainer opened = open(datastore);
  m_opened.insert_or_assign(datastore.name, Opened{opened, now + k_signature_use});
  return opened;
}

azure::BlobContainer Workspace::open(const Datastore& datastore) {
  if (datastore.by_identity) return azure::BlobContainer::with_token(m_session, datastore.container_url);
  json::value secrets;
  try {
    secrets = m_manager.post(datastore_path(m_id, datastore.name) + "/listSecrets", k_api_version,
                             {{"expirableSecret", true}, {"expireAfterHours", 1}},
                             fmt::format("the datastore \"{}\"", datastore.name), true);
  } catch (const core::Error& error) {
    if (!is_refused(error)) throw;
    services().log.debug(
        fmt::format("The secrets of the datastore \"{}\" may not be read; the identity is used.", datastore.name));
    return azure::BlobContainer::with_token(m_session, datastore.container_url);
  }
  const std::string sas = text_at(secrets, "sasToken");
  if (!sas.empty()) {
    return azure::BlobContainer::with_sas(m_session,
                                          datastore.container_url + "?" + sas.substr(sas.front() == '?' ? 1 : 0));
  }
  const core::Secret key(text_at(secrets, "key"));
  if (key.empty()) return azure::BlobContainer::with_token(m_session, datastore.container_url);
  services().log.add_secret(key);
  const auto now = services().clock.now();
  return azure::BlobContainer::with_sas(
      m_session, datastore.container_url + "?" +
                     container_sas(datastore.account, key, datastore.container, now, now + k_signature_life));
}

std::string Workspace::tracking_url() {
  const std::string uri = text_at(resource(), "properties.mlFlowTrackingUri");
  if (uri.empty()) {
    throw core::Error("workspace-invalid",
                      fmt::format("the workspace \"{}\" names no MLflow tracking address.", m_name.workspace));
  }
  return as_http(uri, m_session.cloud().resource_manager);
}

const std::string& Workspace::service_url() {
  const std::lock_guard lock(m_mutex);
  if (m_service_url) return *m_service_url;
  http::Request get;
  get.url = text_at(resource(), "properties.discoveryUrl");
  const http::Response response = m_session.anonymous().send(get);
  if (!response.ok()) throw azure::service_error(get, response, "can't find the workspace's services");
  std::string url = text_at(azure::parse_answer(get, response), "api");
  while (!url.empty() && url.back() == '/') url.pop_back();
  if (url.empty()) {
    throw core::Error("answer-invalid", "the workspace's discovery document names no \"api\" address.",
                      core::RequestPlace{"GET", get.url, response.status, ""});
  }
  m_service_url = url;
  return *m_service_url;
}

std::string Workspace::history_url() {
  return service_url() + "/history/v1.0" + m_id;
}

http::Transport& Workspace::service_transport() {
  return m_session.transport_for(m_session.cloud().resource_manager_audience);
}

std::optional<json::value> Workspace::ask(const std::string& method, const std::string& url, const json::value& body,
                                          const std::string& what) {
  http::Request request;
  request.method = method;
  request.url = url;
  request.headers = {{"Accept", "application/json"}};
  request.safe_to_repeat = true;
  if (!body.is_null()) {
    request.headers.set("Content-Type", "application/json");
    request.body = json::serialize(body);
  }
  const http::Response response = service_transport().send(request);
  if (response.status == 404) return std::nullopt;
  if (!response.ok()) throw azure::service_error(request, response, what);
  return azure::parse_answer(request, response);
}

std::string Workspace::studio_url(const std::string& job) const {
  return fmt::format("{}/runs/{}?wsid={}", m_session.cloud().studio, http::encode(job), m_id);
}

std::string container_sas(const std::string& account, const core::Secret& key, const std::string& container,
                          core::SystemTime now, core::SystemTime expires) {
  const std::string start = core::to_iso8601(now - std::chrono::minutes(5));  // clocks differ
  const std::string end = core::to_iso8601(expires);
  const std::string resource = fmt::format("/blob/{}/{}", account, container);
  const std::string to_sign =
      fmt::format("{}\n{}\n{}\n{}\n\n\n\n{}\nc\n\n\n\n\n\n\n", k_sas_permissions, start, end, resource, k_sas_version);
  const std::string signature = core::base64(core::hmac_sha256(core::base64_decode(key.reveal()), to_sign));
  return fmt::format("sv={}&st={}&se={}&sr=c&sp={}&sig={}", k_sas_version, http::encode(start), http::encode(end),
                     k_sas_permissions, http::encode(signature));
}

}  // namespace mlops::aml
