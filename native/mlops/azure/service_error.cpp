#include <fmt/format.h>

#include <mlops/azure/resource_manager.hpp>
#include <mlops/azure/service_error.hpp>
#include <mlops/http/url.hpp>

namespace mlops::azure {

namespace {

bool is_transient(int status) {
  return status == 408 || status == 429 || status == 500 || status == 502 || status == 503 || status == 504;
}

std::string request_id_of(const http::Response& response) {
  for (const char* name : {"x-ms-request-id", "x-ms-correlation-request-id", "request-id"}) {
    if (auto id = response.headers.find(name); id && !id->empty()) return *id;
  }
  return {};
}

// Which of three: a repetition can't help, it did not, or it was not allowed to try.
std::string repetition_text(const http::Request& request, const http::Response& response) {
  if (!is_transient(response.status)) return "";
  if (response.attempts > 1) return fmt::format(" It still failed after {} attempts.", response.attempts);
  if (!request.repeatable()) return " It was not repeated, since it may have been carried out all the same.";
  return "";
}

std::string hint_for(int status, const std::string& code) {
  switch (status) {
    case 401:
      return "The service did not accept the token. Check that the service connection is for the right cloud and "
             "tenant.";
    case 403:
      if (code == "AuthenticationFailed" || code == "AuthorizationFailure") {
        return "The storage account refused it: check its firewall, and that the shared access signature has not "
               "ended.";
      }
      return "Give the service connection's identity a role that allows it, e.g. \"AzureML Data Scientist\" on the "
             "workspace or \"Storage Blob Data Contributor\" on the storage account; new roles take minutes to act.";
    case 404:
      return "Check the names and the subscription, and that the service connection's identity may see them.";
    case 409:
      return "It exists already in another form, or is being changed right now. Wait for the other change, or use "
             "another name or version.";
    case 429:
      return "The subscription's request limits are used up. Run fewer pipelines at a time, or try again later.";
    default:
      return status >= 500 ? "The service has a problem of its own: see Azure's status page, and run the job again "
                             "later. Support finds the request by its id."
                           : "";
  }
}

}  // namespace

core::Error service_error(const http::Request& request, const http::Response& response, const std::string& what) {
  const ServiceMessage service = service_message(response);
  std::string reason = service.message;
  while (!reason.empty() && (reason.back() == '.' || reason.back() == ' ')) reason.pop_back();
  if (!service.code.empty()) reason = reason.empty() ? service.code : fmt::format("{}: {}", service.code, reason);
  if (reason.empty()) reason = fmt::format("the service answered with status {} and no explanation", response.status);
  return {"service-error", fmt::format("{}: {}.{}", what, reason, repetition_text(request, response)),
          core::RequestPlace{request.method, http::loggable(request.url), response.status, request_id_of(response)},
          hint_for(response.status, service.code)};
}

json::value parse_answer(const http::Request& request, const http::Response& response) {
  boost::system::error_code failure;
  json::parse_options options;
  options.max_depth = 256;
  json::value value = json::parse(response.body, failure, {}, options);
  if (!failure) return value;
  throw core::Error(
      "answer-invalid", fmt::format("the service's answer is not JSON: {}.", failure.message()),
      core::RequestPlace{request.method, http::loggable(request.url), response.status, request_id_of(response)},
      "A proxy between may have answered in the service's place.");
}

}  // namespace mlops::azure
