#include <mlops/core/text.hpp>
#include <mlops/emulator/deployments/local_client.hpp>
#include <mlops/emulator/json_access.hpp>
#include <mlops/http/url.hpp>
#include <thread>

namespace mlops::emulator::deployments {

namespace {

constexpr auto k_between_looks = std::chrono::milliseconds(20);

ServiceError error_of(const Response& response) {
  boost::system::error_code failure;
  const json::value body = json::parse(response.body, failure);
  const auto* object = failure ? nullptr : body.if_object();
  const auto* error = object ? object_at(*object, "error") : nullptr;
  if (!error) return {response.status, "BadRequest", response.body};
  return {response.status, text_at(*error, "code"), text_at(*error, "message")};
}

std::string address(const std::string& id, const std::string& api_version) {
  return http::with_query(http::encode_path(id), "api-version", api_version);
}

}  // namespace

Response LocalClient::send(const std::string& method, const std::string& target, const std::string& body) const {
  Request request;
  request.method = method;
  const auto question = target.find('?');
  request.path = target.substr(0, question);
  for (const auto& part : core::split(request.path, '/')) {
    if (!part.empty()) request.segments.push_back(http::decode(part));
  }
  if (question != std::string::npos) {
    request.raw_query = target.substr(question + 1);
    request.query = http::parse_query(request.raw_query);
  }
  request.body = body;
  request.body_size = body.size();
  const Router::Route& route = m_router.find(request);
  return route.handler(request);
}

std::optional<json::object> LocalClient::find(const std::string& id, const std::string& api_version) const {
  try {
    const Response response = send("GET", address(id, api_version), "");
    return json::parse(response.body).as_object();
  } catch (const ServiceError& error) {
    if (error.status() == 404) return std::nullopt;
    throw;
  }
}

json::object LocalClient::put(const std::string& id, const std::string& api_version, const json::object& body) const {
  const Response response = send("PUT", address(id, api_version), json::serialize(body));
  if (response.status >= 400) throw error_of(response);
  follow(response);
  return find(id, api_version).value_or(json::object());
}

void LocalClient::follow(const Response& response) const {
  const auto url = response.headers.find("Azure-AsyncOperation");
  if (!url) return;
  for (;;) {
    const json::value status = json::parse(send("GET", url->substr(m_context.base_url.size()), "").body);
    const std::string state = text_at(status.as_object(), "status");
    if (state == "Succeeded") return;
    if (state == "Failed") {
      const auto& error = status.as_object().at("error").as_object();
      throw ServiceError(409, text_at(error, "code"), text_at(error, "message"));
    }
    std::this_thread::sleep_for(k_between_looks);
  }
}

}  // namespace mlops::emulator::deployments
