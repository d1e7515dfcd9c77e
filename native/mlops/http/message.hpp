#pragma once
// http: requests over libcurl behind the Transport interface, and what every request of ours needs on top: retries,
// request ids, logging without secrets. Policies are transports around transports; client.hpp puts them together in
// their one order. Knows nothing of Azure or of tasks.

#include <chrono>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

namespace mlops::http {

/// Header fields in their order; names compare without case.
class Headers {
 public:
  Headers() = default;

  Headers(std::initializer_list<std::pair<std::string, std::string>> fields) : m_fields(fields) {}

  /// Replaces every field of that name.
  void set(std::string_view name, std::string value);
  void remove(std::string_view name);
  std::optional<std::string> find(std::string_view name) const;

  bool contains(std::string_view name) const { return find(name).has_value(); }

  const std::vector<std::pair<std::string, std::string>>& fields() const { return m_fields; }

  void append(std::string name, std::string value) { m_fields.emplace_back(std::move(name), std::move(value)); }

 private:
  std::vector<std::pair<std::string, std::string>> m_fields;
};

/// A piece of a file as a request body; it is read while it is sent.
struct FileRange {
  std::filesystem::path file;
  std::uint64_t offset = 0;
  std::uint64_t length = 0;
};

using Body = std::variant<std::string, FileRange>;

/// The number of bytes that will be sent.
std::uint64_t size_of(const Body& body);

struct Request {
  std::string method = "GET";
  std::string url;
  Headers headers;
  Body body;
  /// The whole exchange, from name lookup to the last byte; zero for no limit (then only a stalled transfer, under 1
  /// byte/s for 60 s, ends it).
  std::chrono::milliseconds timeout = std::chrono::seconds(100);
  /// Whether a repetition does no harm. GET, HEAD, PUT and DELETE are safe by definition; say so for a POST that is.
  bool safe_to_repeat = false;
  /// Set for the requests that cancel remote work: they are sent although the user asked to stop.
  bool even_when_cancelled = false;
  /// Set where the user has accepted that this request and what it carries travel unprotected: plain http to any host.
  bool allow_plain_http = false;
  /// Where the answer's body goes piece by piece, for a 2xx answer; without it the body is kept in Response::body.
  std::function<void(std::string_view)> sink;
  /// Called before the request is repeated after a failure, so that a sink can forget what it got.
  std::function<void()> restart_sink;

  /// True for the methods that may be repeated and for those marked safe.
  bool repeatable() const;
};

struct Response {
  int status = 0;
  Headers headers;
  std::string body;
  int attempts = 1;  ///< how often the request was sent until this answer, set by with_retries

  bool ok() const { return status >= 200 && status < 300; }
};

}  // namespace mlops::http
