#pragma once
// core: what every layer needs and no library gives us in one piece: errors with a place and a hint, secrets that can't
// be printed, hashes, files and ignore rules, the clock, the environment and child processes. Knows nothing of HTTP or
// Azure.

#include <exception>
#include <memory>
#include <optional>
#include <string>
#include <variant>

namespace mlops::core {

/// The name of a file, which all places in it share.
class FileName {
 public:
  FileName() = default;

  FileName(std::string name) : m_name(std::make_shared<const std::string>(std::move(name))) {}

  FileName(const char* name) : FileName(std::string(name)) {}

  const std::string& text() const {
    static const std::string k_none;
    return m_name ? *m_name : k_none;
  }

  operator const std::string&() const { return text(); }

  bool empty() const { return text().empty(); }

  bool operator==(const FileName& other) const { return text() == other.text(); }

 private:
  std::shared_ptr<const std::string> m_name;
};

/// A place in a file. Lines and columns count from 1; 0 means "not known".
struct FilePlace {
  FileName file;
  int line = 0;
  int column = 0;
};

/// A request that failed: what was asked, and the ids with which the service's support finds it again.
struct RequestPlace {
  std::string method;
  std::string url;         ///< without secrets: signatures and keys are masked
  int status = 0;          ///< HTTP status, 0 when there was no answer
  std::string request_id;  ///< the service's correlation id, may be empty
};

using Place = std::variant<std::monostate, FilePlace, RequestPlace>;

/// "file:line:column", or "GET https://... (404, request id ...)"; empty for no place.
std::string to_string(const Place& place);

/// The only way to fail: ends a task. The message is one sentence that holds the offending value; the hint says what to
/// do next. The code is stable and machine-readable, e.g. "input-missing", "yaml-syntax", "request-failed".
class Error : public std::exception {
 public:
  Error(std::string code, std::string message, Place place = {}, std::string hint = {});

  const std::string& code() const { return m_code; }

  const std::string& message() const { return m_message; }

  const Place& place() const { return m_place; }

  const std::string& hint() const { return m_hint; }

  /// "place: message Hint", as printed to a person.
  const char* what() const noexcept override { return m_text.c_str(); }

  /// The same error with a place, unless it already has one.
  Error with_place(Place place) const;

 private:
  std::string m_code;
  std::string m_message;
  Place m_place;
  std::string m_hint;
  std::string m_text;
};

/// Thrown out of waits when the user cancels; not a failure to report, but the way out.
class Cancelled : public Error {
 public:
  explicit Cancelled(const std::string& what);
};

/// The candidate nearest to the text by edit distance, if it is near enough to be a misspelling of it.
template <typename Range>
std::optional<std::string> nearest(const std::string& text, const Range& candidates);

/// The end of a message: `; did you mean "x"?`, or a full stop when nothing is near.
std::string did_you_mean(const std::optional<std::string>& candidate);

/// Number of single-character edits between two texts, letters compared without case.
std::size_t edit_distance(std::string_view a, std::string_view b);

template <typename Range>
std::optional<std::string> nearest(const std::string& text, const Range& candidates) {
  std::optional<std::string> best;
  std::size_t best_distance = std::max<std::size_t>(1, text.size() / 3) + 1;
  for (const auto& candidate : candidates) {
    const std::size_t distance = edit_distance(text, candidate);
    if (distance < best_distance) {
      best_distance = distance;
      best = std::string(candidate);
    }
  }
  return best;
}

}  // namespace mlops::core
