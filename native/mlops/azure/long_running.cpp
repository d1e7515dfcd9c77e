#include <fmt/format.h>

#include <algorithm>
#include <mlops/azure/long_running.hpp>
#include <mlops/azure/resource_manager.hpp>
#include <mlops/azure/service_error.hpp>
#include <mlops/core/text.hpp>
#include <mlops/http/retry_after.hpp>
#include <mlops/http/url.hpp>

namespace mlops::azure {

namespace {

using std::chrono::milliseconds;

// Quick operations are noticed quickly, long ones are asked about four times a minute.
constexpr milliseconds k_first_wait{200};
constexpr milliseconds k_longest_wait{15'000};

const json::object* member_object(const json::value& value, std::string_view name) {
  const auto* object = value.if_object();
  const auto* member = object ? object->if_contains(name) : nullptr;
  return member ? member->if_object() : nullptr;
}

std::string member_text(const json::object* object, std::string_view name) {
  const auto* member = object ? object->if_contains(name) : nullptr;
  return member && member->is_string() ? std::string(member->get_string()) : std::string();
}

/// The state in an operation's status or a resource; empty when there is none, which means that it is done.
std::string state_of(const json::value& answer) {
  const std::string status = member_text(answer.if_object(), "status");
  return status.empty() ? member_text(member_object(answer, "properties"), "provisioningState") : status;
}

bool is(const std::string& state, std::string_view other) {
  return core::equals_ignoring_case(state, other);
}

bool succeeded(const std::string& state) {
  return state.empty() || is(state, "Succeeded") || is(state, "Completed") || is(state, "Ready");
}

bool failed(const std::string& state) {
  return is(state, "Failed") || is(state, "Canceled") || is(state, "Cancelled");
}

/// The resource of a PUT or PATCH has its own address; there its state can be read.
bool has_resource(const http::Request& request) {
  return request.method == "PUT" || request.method == "PATCH";
}

class Waiter {
 public:
  explicit Waiter(const LongRunning& operation)
      : m_operation(operation), m_start(operation.session.services().clock.now()) {}

  json::value run(const http::Response& response) {
    take_addresses(response);
    json::value answer = parsed(m_operation.request, response);
    if (m_operation.session.services().cancellation.requested()) return answer;
    if (!m_status_url.empty()) return by_status_address(answer, response);
    if (!m_location.empty() && response.status == 202) return by_location(response);
    if (has_resource(m_operation.request)) return by_provisioning_state(std::move(answer), response);
    if (m_operation.request.method == "DELETE" && response.status == 202) return by_disappearance(response);
    return answer;
  }

 private:
  agent::Services& services() const { return m_operation.session.services(); }

  void take_addresses(const http::Response& response) {
    for (const char* name : {"Azure-AsyncOperation", "Operation-Location"}) {
      if (auto url = response.headers.find(name); url && !url->empty()) m_status_url = *url;
    }
    if (auto url = response.headers.find("Location"); url && !url->empty()) m_location = *url;
  }

  static json::value parsed(const http::Request& request, const http::Response& response) {
    return core::trim(response.body).empty() ? json::value() : parse_answer(request, response);
  }

  json::value by_status_address(json::value answer, http::Response response) {
    // An operation that ended at once may say so in its first answer.
    for (std::string state = "InProgress"; !ended(state, answer);) {
      wait(response, state);
      const http::Request get = get_request(m_status_url);
      response = send(get);
      if (gone_with_the_resource(response)) return {};
      require_ok(get, response);
      take_addresses(response);
      answer = parsed(get, response);
      state = response.status == 202 && state_of(answer).empty() ? "InProgress" : state_of(answer);
    }
    if (has_resource(m_operation.request)) return resource();
    if (m_operation.request.method == "POST" && !m_location.empty()) {
      const http::Request get = get_request(m_location);
      const http::Response result = send(get);
      require_ok(get, result);
      return parsed(get, result);
    }
    const auto* properties = member_object(answer, "properties");
    return properties ? json::value(*properties) : answer;
  }

  json::value by_location(http::Response response) {
    while (response.status == 202) {
      wait(response, "InProgress");
      const http::Request get = get_request(m_location);
      response = send(get);
      if (gone_with_the_resource(response)) return {};
      require_ok(get, response);
      take_addresses(response);
    }
    json::value answer = parsed(m_operation.request, response);
    const std::string state = state_of(answer);
    if (failed(state)) fail(state, answer);
    if (!has_resource(m_operation.request)) return answer;
    return answer.is_object() ? by_provisioning_state(std::move(answer), response) : resource();
  }

  json::value by_provisioning_state(json::value answer, http::Response response) {
    while (answer.is_null() || !ended(provisioning_state(answer), answer)) {
      wait(response, provisioning_state(answer));
      const http::Request get = get_request(m_operation.request.url);
      response = send(get);
      require_ok(get, response);
      answer = parsed(get, response);
      if (answer.is_null()) answer = json::object();
    }
    return answer;
  }

  json::value by_disappearance(http::Response response) {
    do {
      wait(response, "Deleting");
      response = send(get_request(m_operation.request.url));
    } while (response.ok());
    if (response.status != 404) throw service_error(m_operation.request, response, "can't delete " + m_operation.what);
    return {};
  }

  static std::string provisioning_state(const json::value& answer) {
    return member_text(member_object(answer, "properties"), "provisioningState");
  }

  // The resource as it stands after a success; some services need a moment to show their own new state.
  json::value resource() {
    const http::Request get = get_request(m_operation.request.url);
    http::Response response = send(get);
    require_ok(get, response);
    return by_provisioning_state(parsed(get, response), response);
  }

  bool ended(const std::string& state, const json::value& answer) {
    if (failed(state)) fail(state, answer);
    return succeeded(state);
  }

  [[noreturn]] void fail(const std::string& state, const json::value& answer) {
    std::string reason = failure_text(answer);
    while (!reason.empty() && reason.back() == '.') reason.pop_back();
    const std::string outcome = is(state, "Failed") ? "failed" : "was cancelled";
    throw core::Error("operation-failed",
                      reason.empty() ? fmt::format("the operation on {} {}.", m_operation.what, outcome)
                                     : fmt::format("the operation on {} {}: {}.", m_operation.what, outcome, reason),
                      place(m_last_response), "");
  }

  core::RequestPlace place(const http::Response& response) const {
    std::string id = response.headers.find("x-ms-request-id").value_or("");
    if (id.empty()) id = response.headers.find("x-ms-correlation-request-id").value_or("");
    return {m_operation.request.method, http::loggable(m_operation.request.url), response.status, id};
  }

  void wait(const http::Response& response, const std::string& state) {
    m_last_response.headers = response.headers;
    m_last_response.status = response.status;
    if (m_operation.progress) m_operation.progress(state.empty() ? "InProgress" : state);
    const auto spent = services().clock.now() - m_start;
    if (spent >= m_operation.timeout) {
      throw core::Error("operation-timeout",
                        fmt::format("the operation on {} is still \"{}\" after {:.0f} min.", m_operation.what,
                                    state.empty() ? "InProgress" : state,
                                    std::chrono::duration<double, std::ratio<60>>(spent).count()),
                        place(response), "It goes on in Azure. Run the job again to wait for it, or allow more time.");
    }
    const milliseconds time = http::retry_after(response, services().clock).value_or(m_next_wait);
    m_next_wait = std::min(k_longest_wait, m_next_wait * 3 / 2);
    const auto left = std::chrono::duration_cast<milliseconds>(m_operation.timeout - spent) + milliseconds(1);
    services().sleeper.sleep(std::min(time, left));
    services().cancellation.check();
  }

  http::Request get_request(const std::string& url) const {
    require_trusted_address(m_operation.session, m_operation.request, url);
    http::Request get;
    get.url = url;
    get.headers = {{"Accept", "application/json"}};
    return get;
  }

  http::Response send(const http::Request& request) {
    Session& session = m_operation.session;
    http::Response response = session.transport_for(session.cloud().resource_manager_audience).send(request);
    m_last_response.headers = response.headers;
    m_last_response.status = response.status;
    return response;
  }

  // With the resource its operations may be gone, too.
  bool gone_with_the_resource(const http::Response& response) const {
    return response.status == 404 && m_operation.request.method == "DELETE";
  }

  void require_ok(const http::Request& request, const http::Response& response) const {
    if (!response.ok()) throw service_error(request, response, "can't follow the operation on " + m_operation.what);
  }

  const LongRunning& m_operation;
  core::SystemTime m_start;
  milliseconds m_next_wait = k_first_wait;
  std::string m_status_url;
  std::string m_location;
  http::Response m_last_response;  ///< without its body
};

}  // namespace

json::value wait_for_end(const LongRunning& operation, const http::Response& response) {
  return Waiter(operation).run(response);
}

std::string failure_text(const json::value& answer) {
  const auto* object = answer.if_object();
  if (!object) return {};
  if (const auto* error = object->if_contains("error"); error && error->is_object()) return error_object_text(*error);
  const auto* properties = member_object(answer, "properties");
  if (!properties) return {};
  for (const char* name : {"error", "provisioningErrors", "errors"}) {
    const auto* error = properties->if_contains(name);
    if (error && error->is_array() && !error->get_array().empty()) error = &error->get_array().front();
    if (error && error->is_object()) return error_object_text(*error);
  }
  return {};
}

}  // namespace mlops::azure
