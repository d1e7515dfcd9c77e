#include <fmt/format.h>

#include <mlops/core/files.hpp>
#include <mlops/core/text.hpp>
#include <mlops/emulator/server/message.hpp>

namespace mlops::emulator {

std::optional<std::string> Request::query_value(std::string_view name) const {
  for (const auto& [key, value] : query) {
    if (core::equals_ignoring_case(key, name)) return value;
  }
  return std::nullopt;
}

std::string Request::content() const {
  return body_file.empty() ? body : core::read_file(body_file);
}

json::value Request::json_body() const {
  boost::system::error_code failure;
  json::value value = json::parse(content(), failure);
  if (!failure) return value;
  throw ServiceError(
      400, "InvalidRequestContent",
      fmt::format("The request content was invalid and could not be deserialized: '{}'.", failure.message()));
}

json::object Request::json_object() const {
  if (body_size == 0) return {};
  json::value value = json_body();
  if (value.is_object()) return std::move(value.get_object());
  throw ServiceError(400, "InvalidRequestContent", "The request content must be a JSON object.");
}

Response Response::of_json(int status, const json::value& value) {
  return of_text(status, "application/json; charset=utf-8", json::serialize(value));
}

Response Response::of_text(int status, std::string content_type, std::string text) {
  Response response{.status = status, .body = std::move(text)};
  response.headers.set("Content-Type", std::move(content_type));
  return response;
}

Response error_response(int status, const std::string& code, const std::string& message) {
  Response response = Response::of_json(status, {{"error", {{"code", code}, {"message", message}}}});
  response.headers.set("x-ms-error-code", code);
  return response;
}

}  // namespace mlops::emulator
