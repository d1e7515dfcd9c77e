#include <fmt/format.h>

#include <mlops/core/error.hpp>
#include <mlops/core/hash.hpp>
#include <mlops/core/text.hpp>
#include <mlops/emulator/server/application.hpp>
#include <mlops/http/url.hpp>
#include <thread>

namespace mlops::emulator {

namespace {

void check_api_version(const Request& request) {
  const bool resource_manager =
      !request.segments.empty() && core::equals_ignoring_case(request.segments.front(), "subscriptions");
  if (!resource_manager || !request.query_value("api-version").value_or("").empty()) return;
  throw ServiceError(400, "MissingApiVersionParameter",
                     "The api-version query parameter (?api-version=) is required for all requests.");
}

Response unauthorized(const std::string& code, const std::string& message) {
  Response response = error_response(401, code, message);
  response.headers.set("WWW-Authenticate",
                       fmt::format("Bearer error=\"invalid_token\", error_description=\"{}\"", message));
  return response;
}

std::uint64_t body_size(const Response& response) {
  return response.file ? response.file->length : response.body.size();
}

}  // namespace

std::string loggable_target(const Request& request) {
  std::string target = request.path;
  if (!request.raw_query.empty()) target += '?' + request.raw_query;
  return http::loggable(target);
}

Response Application::handle(Request& request) {
  const auto began = m_clock.now();
  std::string route_name = "unknown";
  Response response;
  try {
    response = answer(request, route_name);
  } catch (const ServiceError& error) {
    response = error_response(error.status(), error.code(), error.message());
  } catch (const std::exception& error) {
    m_log.warning(fmt::format("{} {} failed: {}", request.method, loggable_target(request), error.what()));
    response = error_response(500, "InternalServerError", error.what());
  }
  if (!response.headers.contains("x-ms-request-id")) response.headers.set("x-ms-request-id", core::random_uuid());
  m_recorder.record(request, route_name, response.status);
  const auto took = std::chrono::duration_cast<std::chrono::milliseconds>(m_clock.now() - began);
  const std::string line =
      fmt::format("{} {} -> {} in {} ms ({}), {} B up, {} B down", request.method, loggable_target(request),
                  response.status, took.count(), route_name, request.body_size, body_size(response));
  if (route_name == "unknown") {
    m_log.warning(line + ": no such resource in aml-emulator");
  } else {
    m_log.info(line);
  }
  return response;
}

Response Application::answer(Request& request, std::string& route_name) {
  const Router::Route& route = m_router.find(request);
  route_name = route.name;
  if (const auto strike = m_faults.next(route.name)) return call_under_fault(route, request, *strike);
  return call(route, request);
}

Response Application::call(const Router::Route& route, const Request& request) {
  if (route.access == Access::bearer) {
    const std::string header = request.header("Authorization");
    if (!core::equals_ignoring_case(header.substr(0, 7), "Bearer ")) {
      return unauthorized("AuthenticationFailed", "Authentication failed. The 'Authorization' header is missing.");
    }
    switch (m_tokens.check(header.substr(7))) {
      case Tokens::Check::expired:
        return unauthorized("ExpiredAuthenticationToken", "The access token expiry is earlier than current time.");
      case Tokens::Check::invalid:
        return unauthorized("InvalidAuthenticationToken", "The access token is invalid.");
      case Tokens::Check::valid:
        break;
    }
    check_api_version(request);
  }
  return route.handler(request);
}

Response Application::call_under_fault(const Router::Route& route, const Request& request,
                                       const Faults::Strike& strike) {
  m_log.info(fmt::format("injected fault at {}", route.name));
  std::this_thread::sleep_for(strike.wait);
  if (strike.status != 0) {
    Response response = error_response(strike.status, "InjectedFault", "This fault was asked for with --fault.");
    if (strike.status == 429 || strike.status == 503) response.headers.set("Retry-After", "1");
    return response;
  }
  Response response = call(route, request);
  if (strike.lost) return error_response(500, "InjectedFault", "The request was carried out, its answer was lost.");
  response.delivery = strike.delivery;
  return response;
}

}  // namespace mlops::emulator
