#pragma once

#include <boost/json.hpp>
#include <cstdint>
#include <exception>
#include <filesystem>
#include <map>
#include <mlops/http/message.hpp>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace mlops::emulator {

namespace json = boost::json;

/// One request as it came in. Small bodies (see k_body_in_memory) stand in `body`, larger ones in a temporary file that
/// goes away after the answer.
struct Request {
  std::string method;                                      ///< upper case
  std::string path;                                        ///< still percent-encoded, without the query
  std::vector<std::string> segments;                       ///< the path's parts, decoded
  std::string raw_query;                                   ///< still encoded, without '?'
  std::vector<std::pair<std::string, std::string>> query;  ///< decoded, in order
  http::Headers headers;
  std::string body;
  std::filesystem::path body_file;  ///< empty when the body is in memory
  std::uint64_t body_size = 0;
  std::map<std::string, std::string> parameters;  ///< what stood at the pattern's {names}, decoded

  /// The part of the path at {name}; the pattern must have it.
  const std::string& parameter(const std::string& name) const { return parameters.at(name); }

  /// A query parameter by its name, compared without case.
  std::optional<std::string> query_value(std::string_view name) const;

  std::string header(std::string_view name) const { return headers.find(name).value_or(""); }

  /// The whole body, read from its file when it is there.
  std::string content() const;
  /// The body as JSON. Throws ServiceError 400 "InvalidRequestContent" when it isn't JSON.
  json::value json_body() const;
  /// The same, which must be an object; an empty body is an empty object.
  json::object json_object() const;
};

/// Bodies up to this size are kept in memory.
inline constexpr std::uint64_t k_body_in_memory = std::uint64_t{1} << 20;

/// How an answer is sent; anything but whole is an injected fault.
enum class Delivery { whole, truncated, reset };

/// One answer: a text, or a piece of a file that is sent while it is read.
struct Response {
  int status = 200;
  http::Headers headers;
  std::string body;
  std::optional<http::FileRange> file;
  Delivery delivery = Delivery::whole;

  static Response empty(int status) { return {.status = status}; }

  static Response of_json(int status, const json::value& value);
  static Response of_text(int status, std::string content_type, std::string text);
};

/// Ends a handler with an error in Azure's format: {"error": {"code", "message"}}.
class ServiceError : public std::exception {
 public:
  ServiceError(int status, std::string code, std::string message)
      : m_status(status), m_code(std::move(code)), m_message(std::move(message)) {}

  int status() const { return m_status; }

  const std::string& code() const { return m_code; }

  const std::string& message() const { return m_message; }

  const char* what() const noexcept override { return m_message.c_str(); }

 private:
  int m_status;
  std::string m_code;
  std::string m_message;
};

/// {"error": {"code": ..., "message": ...}} with that status.
Response error_response(int status, const std::string& code, const std::string& message);

}  // namespace mlops::emulator
