#include <fmt/format.h>

#include <mlops/azure/long_running.hpp>
#include <mlops/azure/resource_manager.hpp>
#include <mlops/document/document.hpp>
#include <mlops/http/url.hpp>

namespace mlops::azure {

namespace {

// One line for a person, then the body as it would be sent. The log masks known secrets.
void show_dry_run(Session& session, const http::Request& request, const json::value& body) {
  std::string text = fmt::format("would {} {}", request.method, http::loggable(request.url));
  if (!body.is_null()) text += "\n" + document::to_pretty_json(body);
  session.services().log.info(text);
}

json::value body_or_empty(const json::value& body) {
  return body.is_null() ? json::value(json::object()) : body;
}

}  // namespace

ResourceManager::ResourceManager(Session& session) : m_session(session) {}

http::Request ResourceManager::request(const std::string& method, const std::string& path,
                                       const std::string& api_version) const {
  http::Request request;
  request.method = method;
  request.url = http::with_query(m_session.cloud().resource_manager + path, "api-version", api_version);
  request.headers = {{"Accept", "application/json"}};
  return request;
}

std::optional<json::value> ResourceManager::find(const std::string& path, const std::string& api_version,
                                                 bool even_when_cancelled) {
  http::Request get = request("GET", path, api_version);
  get.even_when_cancelled = even_when_cancelled;
  const http::Response response = m_session.transport_for(m_session.cloud().resource_manager_audience).send(get);
  if (response.status == 404) return std::nullopt;
  if (!response.ok()) throw service_error(get, response, "can't read the resource");
  return parse_answer(get, response);
}

json::value ResourceManager::get(const std::string& path, const std::string& api_version, const std::string& what) {
  const http::Request get = request("GET", path, api_version);
  const http::Response response = m_session.transport_for(m_session.cloud().resource_manager_audience).send(get);
  if (response.ok()) return parse_answer(get, response);
  const core::Error error = service_error(get, response, fmt::format("can't read {}", what));
  if (response.status != 404) throw error;
  throw core::Error("not-found", fmt::format("{} does not exist.", what), error.place(), error.hint());
}

std::vector<json::value> ResourceManager::list(const std::string& path, const std::string& api_version,
                                               const std::vector<std::pair<std::string, std::string>>& query,
                                               std::size_t most) {
  http::Request get = request("GET", path, api_version);
  for (const auto& [name, value] : query) get.url = http::with_query(get.url, name, value);
  std::vector<json::value> items;
  for (;;) {
    const http::Response response = m_session.transport_for(m_session.cloud().resource_manager_audience).send(get);
    if (!response.ok()) throw service_error(get, response, "can't list the resources");
    const json::value page = parse_answer(get, response);
    const auto* object = page.if_object();
    const auto* values = object ? object->if_contains("value") : nullptr;
    if (values && values->is_array()) {
      for (const auto& item : values->get_array()) {
        if (items.size() == most) return items;
        items.push_back(item);
      }
    }
    const auto* next = object ? object->if_contains("nextLink") : nullptr;
    if (!next || !next->is_string() || next->get_string().empty() || items.size() == most) return items;
    const std::string url(next->get_string());
    require_trusted_address(m_session, get, url);
    get.url = url;
  }
}

json::value ResourceManager::put(const std::string& path, const std::string& api_version, const json::value& body,
                                 const std::string& what, bool even_when_cancelled) {
  http::Request put = request("PUT", path, api_version);
  put.even_when_cancelled = even_when_cancelled;
  return change(std::move(put), body, what);
}

json::value ResourceManager::put_text(const std::string& path, const std::string& api_version, const std::string& body,
                                      const std::string& what) {
  http::Request put = request("PUT", path, api_version);
  if (m_session.services().dry_run) {
    show_dry_run(m_session, put, json::parse(body));
    return json::object();
  }
  put.headers.set("Content-Type", "application/json");
  put.body = body;
  return send_and_wait(put, what);
}

json::value ResourceManager::patch(const std::string& path, const std::string& api_version, const json::value& body,
                                   const std::string& what, bool even_when_cancelled) {
  http::Request patch = request("PATCH", path, api_version);
  patch.even_when_cancelled = even_when_cancelled;
  // A merge patch sets what it holds; a second time it sets the same.
  patch.safe_to_repeat = true;
  return change(std::move(patch), body, what);
}

json::value ResourceManager::change(http::Request request, const json::value& body, const std::string& what) {
  if (m_session.services().dry_run) {
    show_dry_run(m_session, request, body);
    return body;
  }
  request.headers.set("Content-Type", "application/json");
  request.body = json::serialize(body);
  return send_and_wait(request, what);
}

json::value ResourceManager::post(const std::string& path, const std::string& api_version, const json::value& body,
                                  const std::string& what, bool safe_to_repeat, bool even_when_cancelled) {
  http::Request post = request("POST", path, api_version);
  post.safe_to_repeat = safe_to_repeat;
  post.even_when_cancelled = even_when_cancelled;
  if (m_session.services().dry_run && !safe_to_repeat) {
    show_dry_run(m_session, post, body);
    return json::object();
  }
  if (!body.is_null()) {
    post.headers.set("Content-Type", "application/json");
    post.body = json::serialize(body);
  }
  return body_or_empty(send_and_wait(post, what));
}

json::value ResourceManager::post_text(const std::string& path, const std::string& api_version, const std::string& body,
                                       const std::string& what, bool safe_to_repeat) {
  http::Request post = request("POST", path, api_version);
  post.safe_to_repeat = safe_to_repeat;
  if (m_session.services().dry_run && !safe_to_repeat) {
    show_dry_run(m_session, post, json::parse(body));
    return json::object();
  }
  post.headers.set("Content-Type", "application/json");
  post.body = body;
  return body_or_empty(send_and_wait(post, what));
}

bool ResourceManager::remove(const std::string& path, const std::string& api_version, const std::string& what,
                             bool even_when_cancelled) {
  http::Request remove = request("DELETE", path, api_version);
  remove.even_when_cancelled = even_when_cancelled;
  if (m_session.services().dry_run) {
    show_dry_run(m_session, remove, {});
    return true;
  }
  const http::Response response = m_session.transport_for(m_session.cloud().resource_manager_audience).send(remove);
  if (response.status == 404 || response.status == 204) return false;
  if (!response.ok()) throw service_error(remove, response, fmt::format("can't delete {}", what));
  wait_for_end({m_session, remove, what, m_operation_timeout, m_progress}, response);
  return true;
}

json::value ResourceManager::send_and_wait(const http::Request& request, const std::string& what) {
  const http::Response response = m_session.transport_for(m_session.cloud().resource_manager_audience).send(request);
  if (!response.ok()) {
    const char* verb = request.method == "PUT" ? "create" : request.method == "PATCH" ? "update" : "act on";
    throw service_error(request, response, fmt::format("can't {} {}", verb, what));
  }
  return wait_for_end({m_session, request, what, m_operation_timeout, m_progress}, response);
}

}  // namespace mlops::azure
