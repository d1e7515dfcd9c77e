#include <fmt/format.h>

#include <algorithm>
#include <mlops/core/text.hpp>
#include <mlops/emulator/execution/scoring_answer.hpp>

namespace mlops::emulator {

namespace {

// Headers of one connection, and those that are for the endpoint alone.
bool is_forwarded(const std::string& name) {
  static const std::vector<std::string> k_not{"authorization",
                                              "connection",
                                              "content-length",
                                              "expect",
                                              "host",
                                              "keep-alive",
                                              "server",
                                              "date",
                                              "transfer-encoding",
                                              "upgrade",
                                              "te",
                                              "azureml-model-deployment",
                                              "proxy-authorization"};
  return std::find(k_not.begin(), k_not.end(), core::to_lower(name)) == k_not.end();
}

}  // namespace

http::Request forwarded(const Request& request, int port, std::chrono::milliseconds timeout) {
  http::Request forward{
      .method = request.method, .url = fmt::format("http://127.0.0.1:{}/score", port), .timeout = timeout};
  if (!request.raw_query.empty()) forward.url += '?' + request.raw_query;
  for (const auto& [name, value] : request.headers.fields()) {
    if (is_forwarded(name)) forward.headers.append(name, value);
  }
  if (request.body_file.empty()) {
    forward.body = request.body;
  } else {
    forward.body = http::FileRange{request.body_file, 0, request.body_size};
  }
  return forward;
}

Response answered(const http::Response& container, const std::string& deployment, bool managed) {
  Response response{.status = container.status, .body = container.body};
  for (const auto& [name, value] : container.headers.fields()) {
    if (is_forwarded(name)) response.headers.set(name, value);
  }
  response.headers.set("azureml-model-deployment", deployment);
  if (container.ok()) return response;
  if (managed) {
    response.status = 424;
    response.headers.set("ms-azureml-model-error-statuscode", std::to_string(container.status));
    response.headers.set("ms-azureml-model-error-reason", "model_error");
  } else if (container.status >= 500) {
    response.status = 502;
  }
  return response;
}

Response unanswered(bool timed_out, bool managed, const std::string& why) {
  if (timed_out) return error_response(managed ? 408 : 504, "RequestTimeout", why);
  return error_response(managed ? 503 : 502, "ModelNotAvailable", why);
}

}  // namespace mlops::emulator
