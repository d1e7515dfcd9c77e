#pragma once

#include <boost/json.hpp>
#include <mlops/azure/session.hpp>
#include <optional>
#include <string>
#include <vector>

namespace mlops::azure {

namespace json = boost::json;

/// The service's error object in one Error: code, message, the target and the innermost details, request ids. A 401,
/// 403, 404, 409, 429 gets a hint that says what to do.
core::Error service_error(const http::Request& request, const http::Response& response, const std::string& what);

/// Parses an answer as JSON. Throws core::Error "answer-invalid" with the request when it isn't.
json::value parse_answer(const http::Request& request, const http::Response& response);

/// Azure Resource Manager over one Session. Paths start with "/subscriptions/..." and are sent as they are: names in
/// them are encoded by the caller (http::encode). In a dry run (Services::dry_run) whatever would change something is
/// printed instead of sent. A request that is sent in spite of a stop does not wait for the end of its operation.
class ResourceManager {
 public:
  explicit ResourceManager(Session& session);

  /// Empty for 404. Throws core::Error "service-error" otherwise.
  std::optional<json::value> find(const std::string& path, const std::string& api_version,
                                  bool even_when_cancelled = false);
  /// Throws "not-found" for 404, with `what` ("the compute \"cpu\"") in the message.
  json::value get(const std::string& path, const std::string& api_version, const std::string& what);
  /// All pages of a list (`value` and `nextLink`), at most `most` items.
  std::vector<json::value> list(const std::string& path, const std::string& api_version,
                                const std::vector<std::pair<std::string, std::string>>& query = {},
                                std::size_t most = 100'000);

  /// Creates or replaces and waits for the end of a long-running operation; returns the resource.
  json::value put(const std::string& path, const std::string& api_version, const json::value& body,
                  const std::string& what, bool even_when_cancelled = false);
  /// The same for a body that is sent as it is written, where the service tells lines of it.
  json::value put_text(const std::string& path, const std::string& api_version, const std::string& body,
                       const std::string& what);
  json::value patch(const std::string& path, const std::string& api_version, const json::value& body,
                    const std::string& what, bool even_when_cancelled = false);
  /// An action such as ".../listSecrets" or ".../cancel"; waits when the service answers 202.
  json::value post(const std::string& path, const std::string& api_version, const json::value& body,
                   const std::string& what, bool safe_to_repeat, bool even_when_cancelled = false);
  json::value post_text(const std::string& path, const std::string& api_version, const std::string& body,
                        const std::string& what, bool safe_to_repeat);
  /// False when there was nothing to delete.
  bool remove(const std::string& path, const std::string& api_version, const std::string& what,
              bool even_when_cancelled = false);

  /// How long a long-running operation may take before Error "operation-timeout" (the operation itself goes on).
  void set_operation_timeout(std::chrono::milliseconds timeout) { m_operation_timeout = timeout; }

  /// Called with the operation's state while waiting.
  void on_progress(std::function<void(const std::string& status)> progress) { m_progress = std::move(progress); }

  Session& session() { return m_session; }

 private:
  json::value change(http::Request request, const json::value& body, const std::string& what);
  json::value send_and_wait(const http::Request& request, const std::string& what);
  http::Request request(const std::string& method, const std::string& path, const std::string& api_version) const;

  Session& m_session;
  std::chrono::milliseconds m_operation_timeout = std::chrono::minutes(60);
  std::function<void(const std::string&)> m_progress;
};

}  // namespace mlops::azure
